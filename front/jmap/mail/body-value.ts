/** Text of a part as `bodyValues` gives it (RFC 8621 section 4.1.4): decoded, line ends as LF, cut where it is too long. */
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { BodyPart } from '@bulkhead/wire/jmap/mail/body-parts.ts'
import { decodedText } from '@bulkhead/wire/mime/decoded-text.ts'
import type { MessageBytes } from './message-source.ts'

/** Text of all values of one method call; what comes after it is cut. */
export const bodyValuesBytesMax = 32 * 1024 * 1024
/** Bytes in the message that one byte of UTF-8 may take: quoted-printable is three, a kanji alone in ISO-2022-JP is eight for three. */
const encodedPerByte = 24
const readMin = 4_096
/** As large as a message may be that is decoded at once. */
const readMax = 64 * 1024 * 1024

const encodings = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable'])

/** At most so many bytes of UTF-8, no character and no tag of HTML cut through. */
const cut = (value: string, bytesMax: number, isHtml: boolean): string => {
  const bytes = Buffer.from(value.slice(0, bytesMax), 'utf8')
  if (bytes.length <= bytesMax && value.length <= bytesMax) return value
  let end = Math.min(bytesMax, bytes.length)
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  const text = bytes.toString('utf8', 0, end).replace(/\ufffd$/, '')
  const open = isHtml ? text.lastIndexOf('<') : -1
  return open > text.lastIndexOf('>') ? text.slice(0, open) : text
}

export interface BodyBudget {
  bytesLeft: number
}

export const bodyValue = async (bytes: MessageBytes, { part, type }: BodyPart, bytesMax: number, budget: BodyBudget): Promise<JsonObject> => {
  const most = Math.min(bytesMax, Math.max(0, budget.bytesLeft))
  const length = part.bodyEnd - part.bodyStart
  const taken = Math.min(length, readMax, most * encodedPerByte + readMin)
  const whole = decodedText(part, await bytes.read(part.bodyStart, part.bodyStart + taken)).replaceAll('\r\n', '\n')
  const text = taken < length ? whole.replace(/\ufffd+$/, '') : whole
  const value = cut(text, most, type === 'text/html')
  budget.bytesLeft -= Buffer.byteLength(value, 'utf8')
  return {
    value,
    isEncodingProblem: value.includes('\ufffd') || !encodings.has(part.encoding),
    isTruncated: value.length < text.length || taken < length,
  }
}
