/**
 * The form in which a message goes to a peer with given extensions: as it is where the peer takes that, else with binary parts
 * in base64 and 8-bit ones in 7 bits (RFC 3030 section 3, RFC 6152 section 3), else not at all. Pure.
 */
import type { Queued } from '@bulkhead/mail/queue/queued.ts'
import { sevenBit } from '@bulkhead/wire/mime/seven-bit.ts'
import { unbinary } from '@bulkhead/wire/mime/unbinary.ts'
import type { MailParameters } from '@bulkhead/wire/smtp/verbs/mail.ts'
import { failed, type Outcome } from './outcome.ts'
import { contentOf, type Content, type Extensions } from './content.ts'

export interface Form extends Content {
  readonly body: MailParameters['body']
  /** Counted in chunks (RFC 3030) and not ended by a dot. */
  readonly inChunks: boolean
}

export type Formed = { readonly is: 'formed'; readonly form: Form } | Outcome

const sizeMax = (extensions: Extensions): number => {
  const value = Number(extensions.get('SIZE') ?? '0')
  return Number.isSafeInteger(value) && value > 0 ? value : Number.MAX_SAFE_INTEGER
}

const withoutBinary = (bytes: Buffer): Buffer => {
  const filter = unbinary()
  return Buffer.concat([...filter.push(bytes), ...filter.end()])
}

/** Content that only CRLF.CRLF can not end: its lines end as lines do (RFC 5321 section 2.3.8). */
const hasBareEnds = (bytes: Buffer): boolean => {
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) if (bytes[at - 1] !== 0x0d) return true
  for (let at = bytes.indexOf(0x0d); at >= 0; at = bytes.indexOf(0x0d, at + 1)) if (bytes[at + 1] !== 0x0a) return true
  return false
}

const textFor = (content: Content, extensions: Extensions): Formed => {
  if (content.isAscii) return { is: 'formed', form: { ...content, body: undefined, inChunks: false } }
  if (extensions.has('8BITMIME')) return { is: 'formed', form: { ...content, body: '8BITMIME', inChunks: false } }
  const bytes = sevenBit(content.bytes)
  if (bytes === undefined) return failed('5.6.3', 'The server there does not take 8-bit content, and this can not be sent otherwise')
  return { is: 'formed', form: { ...contentOf(bytes), body: undefined, inChunks: false } }
}

const formFor = (content: Content, bodyKind: Queued['bodyKind'], extensions: Extensions): Formed => {
  if (bodyKind !== 'binarymime') return textFor(content, extensions)
  if (extensions.has('BINARYMIME') && extensions.has('CHUNKING')) return { is: 'formed', form: { ...content, body: 'BINARYMIME', inChunks: true } }
  const text = contentOf(withoutBinary(content.bytes))
  if (hasBareEnds(text.bytes)) return failed('5.6.3', 'The server there does not take binary content, and this can not be sent otherwise')
  return textFor(text, extensions)
}

/** RFC 1870 section 6.1: of the form that would be sent. */
export const formed = (content: Content, bodyKind: Queued['bodyKind'], extensions: Extensions): Formed => {
  const found = formFor(content, bodyKind, extensions)
  if (found.is === 'formed' && found.form.bytes.length > sizeMax(extensions)) return failed('5.3.4', 'The message is larger than the server there takes')
  return found
}
