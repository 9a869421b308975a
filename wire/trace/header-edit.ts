/**
 * Changes to the header of a message on its way in: fields renamed that only we may write, a mark put before the subject.
 * Everything else stays as it came, byte for byte.
 */
import { ascii, utf8 } from '@bulkhead/base/bytes.ts'
import { authservIdOf } from '../mailauth/authentication-results.ts'
import { fieldText, type HeaderField } from '../mime/header.ts'

/** In the message: these bytes go, those come. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly bytes: Buffer
}

const untrustedPrefix = 'X-Untrusted-'
const resultsField = 'authentication-results'
const originalSubject = 'X-Original-Subject'
/** RFC 2047 section 2: an encoded-word has at most 75 characters; of base64 that is 45 bytes. */
const wordBytesMax = 45
/** A longer subject line goes on in the next. */
const lineMax = 78

// eslint-disable-next-line no-control-regex
const notAscii = /[^\u0000-\u007f]/

/**
 * RFC 8601 section 5: what claims to come from us and came from outside is not to be believed by anybody inside; where it can't
 * be told who wrote it, neither.
 */
const claimsToBeOurs = (header: Buffer, field: HeaderField, host: string): boolean => {
  if (field.name !== resultsField) return false
  const claimed = authservIdOf(fieldText(header, field))
  return claimed === undefined || claimed === host
}

/** `names`: lower-case names of fields that only we write. */
export const renamedFields = (header: Buffer, fields: readonly HeaderField[], host: string, names: ReadonlySet<string>): readonly Edit[] => {
  const ownHost = host.toLowerCase()
  return fields
    .filter((field) => names.has(field.name) || claimsToBeOurs(header, field, ownHost))
    .map(({ start }) => ({ start, end: start, bytes: ascii(untrustedPrefix) }))
}

/** Cut between characters. */
const pieces = (text: string): readonly string[] => {
  const found: string[] = []
  let piece = ''
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > wordBytesMax) {
      found.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...found, piece]
}

const encodedMark = (mark: string): string =>
  notAscii.test(mark) ? pieces(`${mark} `).map((piece) => `=?UTF-8?B?${utf8(piece).toString('base64')}?=`).join('\r\n ') : mark

/**
 * The subject with a mark before it. What was there stays as it is, whatever its charset: the mark is text of its own.
 * The whole field as it came is kept under another name. Undefined where it is marked already.
 */
export const subjectMarked = (header: Buffer, fields: readonly HeaderField[], mark: string): Edit | undefined => {
  const subject = fields.find(({ name }) => name === 'subject')
  const encoded = encodedMark(mark)
  if (subject === undefined) return { start: 0, end: 0, bytes: ascii(`Subject: ${encoded}\r\n`) }
  const value = header.toString('latin1', subject.valueStart, subject.end).replace(/(?:\r\n)?$/, '\r\n')
  const text = value.replace(/^(?:[ \t]|\r\n(?=[ \t]))+/, '')
  if (text.startsWith(encoded)) return undefined
  const firstLine = text.split('\r\n', 1)[0] ?? ''
  const long = encoded.includes('\r\n') || encoded.length + firstLine.length + 10 > lineMax
  const between = firstLine === '' ? '' : long ? '\r\n ' : ' '
  return { start: subject.start, end: subject.end, bytes: ascii(`Subject: ${encoded}${between}${text}${originalSubject}:${value}`) }
}

/** What came before, in between and after the edits. */
export const edited = (message: Buffer, edits: readonly Edit[]): Buffer => {
  const parts: Buffer[] = []
  let at = 0
  for (const { start, end, bytes } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(message.subarray(at, Math.max(at, start)), bytes)
    at = Math.max(at, end)
  }
  return Buffer.concat([...parts, message.subarray(at)])
}
