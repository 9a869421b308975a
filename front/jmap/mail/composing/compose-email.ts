/** From what a client wants to the bytes of a message, with the blobs it names. */
import { randomBytes } from 'node:crypto'
import { inLines, composedMessage, type ComposedField, type ComposedPart } from '@bulkhead/wire/mime/compose/message.ts'
import { nameForOldPrograms, parameter, parametersValue } from '@bulkhead/wire/mime/compose/parameters-value.ts'
import { setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { dateTime } from '@bulkhead/wire/trace/date-time.ts'
import type { WishedFacts, WishedPart } from './body-wish.ts'
import type { WishedEmail } from './wished-email.ts'

export interface Composing {
  /** All of a blob, or why not. */
  blob(blobId: string, sizeBytesMax: number): Promise<Buffer | 'notFound' | 'tooLarge'>
  readonly messageBytesMax: number
  readonly nowMs: number
  /** Right of the `@` in a Message-ID. */
  readonly domain: string
}

const boundaryBytes = 18
const newBoundary = (): string => `=_${randomBytes(boundaryBytes).toString('base64url')}`

/** In the order that people know; others as they were given. */
const order = ['date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'subject', 'message-id', 'in-reply-to', 'references']
const rank = ([name]: ComposedField): number => {
  const at = order.indexOf(name.toLowerCase())
  return at < 0 ? order.length : at
}

const headerOf = (fields: readonly ComposedField[], { nowMs, domain }: Composing): readonly ComposedField[] => {
  const has = (name: string): boolean => fields.some(([given]) => given.toLowerCase() === name)
  const own: ComposedField[] = []
  if (!has('date')) own.push(['Date', dateTime(nowMs)])
  if (!has('message-id')) own.push(['Message-ID', `<${randomBytes(boundaryBytes).toString('hex')}@${domain}>`])
  return [...own, ...fields].toSorted((one, other) => rank(one) - rank(other))
}

const typeField = (facts: WishedFacts, charset: string | null): ComposedField => {
  const name = facts.name === null ? [] : [nameForOldPrograms(facts.name)]
  return ['Content-Type', parametersValue(facts.type, [...(charset === null ? [] : parameter('charset', charset)), ...name])]
}

/** `charset`: of text that we write. */
const partFields = (facts: WishedFacts, charset: string | null): readonly ComposedField[] => {
  const { name, disposition, cid, language, location, fields } = facts
  const written = fields.find(([field]) => field.toLowerCase() === 'content-type')
  const type: ComposedField = written === undefined ? typeField(facts, charset) : ['Content-Type', `${written[1]};\r\n charset=utf-8`]
  // A name wants a disposition to stand in.
  const shown = disposition ?? (name === null ? null : 'attachment')
  return [
    type,
    ...(shown === null ? [] : [['Content-Disposition', parametersValue(shown, name === null ? [] : parameter('filename', name))] as const]),
    ...(cid === null ? [] : [['Content-ID', `<${cid}>`] as const]),
    ...(language.length === 0 ? [] : [['Content-Language', language.join(', ')] as const]),
    ...(location === null ? [] : [['Content-Location', location] as const]),
    ...fields.filter((field) => field !== written),
  ]
}

const blobsOf = (part: WishedPart): readonly string[] =>
  part.is === 'multipart' ? part.parts.flatMap(blobsOf) : part.is === 'blob' ? [part.blobId] : []

const kindOf = (type: string): 'text' | 'message' | 'bytes' => (type.startsWith('text/') ? 'text' : type === 'message/rfc822' ? 'message' : 'bytes')

/** RFC 2387 section 3.1. */
const multipartType = ({ facts, parts }: Extract<WishedPart, { is: 'multipart' }>): string =>
  facts.type === 'multipart/related' && parts[0] !== undefined ? parametersValue(facts.type, [`type="${parts[0].facts.type}"`]) : facts.type

const composed = (part: WishedPart, blobs: ReadonlyMap<string, Buffer>): ComposedPart => {
  const { facts } = part
  if (part.is === 'multipart') {
    const fields = facts.fields.filter(([name]) => name.toLowerCase() !== 'content-type')
    return { is: 'multipart', type: multipartType(part), fields, parts: part.parts.map((one) => composed(one, blobs)) }
  }
  if (part.is === 'value') return { is: 'leaf', kind: 'text', fields: partFields(facts, 'utf-8'), body: inLines(part.text) }
  return { is: 'leaf', kind: kindOf(facts.type), fields: partFields(facts, facts.charset), body: blobs.get(part.blobId) ?? Buffer.alloc(0) }
}

/** Each blob once, one after the other: together they are no larger than a message. */
const readBlobs = async (ids: readonly string[], composing: Composing): Promise<ReadonlyMap<string, Buffer> | SetError> => {
  const blobs = new Map<string, Buffer>()
  const notFound: string[] = []
  let left = composing.messageBytesMax
  for (const id of new Set(ids)) {
    const bytes = await composing.blob(id, left)
    if (bytes === 'tooLarge') return setError('tooLarge')
    if (bytes === 'notFound') notFound.push(id)
    else {
      blobs.set(id, bytes)
      left -= bytes.length
    }
  }
  return notFound.length === 0 ? blobs : { ...setError('blobNotFound'), extra: { notFound } }
}

const bytesOf = (part: WishedPart, blobs: ReadonlyMap<string, Buffer>): number => {
  if (part.is === 'multipart') return part.parts.reduce((sum, one) => sum + bytesOf(one, blobs), 0)
  return part.is === 'value' ? part.text.length : (blobs.get(part.blobId)?.length ?? 0)
}

/** Pieces of the message in their order. */
export const composeEmail = async ({ fields, body }: WishedEmail, composing: Composing): Promise<readonly Buffer[] | SetError> => {
  const blobs = await readBlobs(blobsOf(body), composing)
  if ('type' in blobs) return blobs
  // One blob in a thousand parts is as large as a thousand blobs: refused before it is written out.
  if (bytesOf(body, blobs) > composing.messageBytesMax) return setError('tooLarge')
  const pieces = composedMessage(headerOf(fields, composing), composed(body, blobs), newBoundary)
  const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return sizeBytes > composing.messageBytesMax ? setError('tooLarge') : pieces
}
