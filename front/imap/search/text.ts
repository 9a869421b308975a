/** What SEARCH reads of a message: decoded header fields, and the decoded text of its text parts, folded. */
import { view } from '@bulkhead/base/bytes.ts'
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldText, headerFields } from '@bulkhead/wire/mime/header.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { bodyPieces, headerSearchText, pieceText } from '@bulkhead/wire/mime/search-text.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'

/** A message up to this size is read at once. */
const wholeBytesMax = 1024 * 1024

/** Folded values of the fields called `field`. */
export const headerTexts = (header: Uint8Array, field: string): readonly string[] =>
  headerFields(header)
    .filter(({ name }) => name === field)
    .map((found) => folded(decodedWords(fieldText(header, found))))

type Read = (start: number, end: number) => Promise<Buffer>

const reader = async (body: BodySource): Promise<Read> => {
  if (body.sizeBytes > wholeBytesMax) return (start, end) => body.read(start, end - start)
  const whole = await body.read(0, body.sizeBytes)
  return async (start, end) => whole.subarray(start, end)
}

export interface MessageTexts {
  /** As it stands in the message, all of it. */
  readonly rawHeader: Buffer
  /** Every field, decoded and folded. */
  readonly header: string
  readonly body: readonly string[]
}

const headerOf = async (index: MessageIndex, read: Read): Promise<Buffer> =>
  index.headerComplete ? view(index.header) : read(index.root.headerStart, index.root.bodyStart)

const nothing = Buffer.alloc(0)

/** Sections of the index that reading a message's texts needs, beside those asked for. */
export const textSections = (asked: ReadonlySet<IndexSection>): readonly IndexSection[] => [...new Set<IndexSection>([...asked, 'parts', 'header'])]

export const messageTexts = async (index: MessageIndex, body: BodySource): Promise<MessageTexts> => {
  const read = await reader(body)
  const texts: string[] = []
  for (const piece of bodyPieces(index.root)) {
    texts.push(folded(pieceText(piece, piece.is === 'name' ? nothing : await read(piece.start, piece.end))))
  }
  const rawHeader = await headerOf(index, read)
  return { rawHeader, header: folded(headerSearchText(rawHeader)), body: texts }
}
