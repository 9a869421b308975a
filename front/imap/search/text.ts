/** What SEARCH reads of a message: decoded header fields, and the decoded text of its text parts. */
import { view } from '@bulkhead/base/bytes.ts'
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import { decodedText } from '@bulkhead/wire/mime/decoded-text.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldText, headerFields } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex, Part } from '@bulkhead/wire/mime/message-index.ts'
import { folded } from './folded.ts'

/** Text of a message beyond this many bytes is not searched. */
const searchedBytesMax = 32 * 1024 * 1024
/** A message up to this size is read at once. */
const wholeBytesMax = 1024 * 1024

/** Folded values of the fields called `field`. */
export const headerTexts = (header: Uint8Array, field: string): readonly string[] =>
  headerFields(header)
    .filter(({ name }) => name === field)
    .map((found) => folded(decodedWords(fieldText(header, found))))

/** Every field of the header, folded. */
export const wholeHeaderText = (header: Uint8Array): string =>
  folded(headerFields(header).map((field) => `${field.name}: ${decodedWords(fieldText(header, field))}`).join('\n'))

type Read = (start: number, end: number) => Promise<Buffer>

const reader = async (body: BodySource): Promise<Read> => {
  if (body.sizeBytes > wholeBytesMax) return (start, end) => body.read(start, Math.min(end - start, searchedBytesMax))
  const whole = await body.read(0, body.sizeBytes)
  return async (start, end) => whole.subarray(start, end)
}

const partText = async (read: Read, part: Part): Promise<string> =>
  folded(decodedText(part, await read(part.bodyStart, part.bodyEnd)))

/** Text parts and the messages inside, in order. */
function* searchedParts(part: Part): Generator<Part> {
  if (part.parts.length > 0) for (const inner of part.parts) yield* searchedParts(inner)
  else if (part.type === 'text') yield part
}

export interface MessageTexts {
  readonly header: string
  readonly body: readonly string[]
}

const headerOf = async (index: MessageIndex, read: Read): Promise<Buffer> =>
  index.headerComplete ? view(index.header) : read(index.root.headerStart, index.root.bodyStart)

export const messageTexts = async (index: MessageIndex, body: BodySource): Promise<MessageTexts> => {
  const read = await reader(body)
  const texts: string[] = []
  let left = searchedBytesMax
  for (const part of searchedParts(index.root)) {
    if ((left -= part.bodyEnd - part.bodyStart) < 0) break
    texts.push(await partText(read, part))
  }
  return { header: wholeHeaderText(await headerOf(index, read)), body: texts }
}
