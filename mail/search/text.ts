/** What SEARCH reads of a message: header fields and the text of its text parts, decoded when they are looked into. */
import type { BodySource } from '../account/mail-account.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldsNamed, fieldText } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { bodyPieces, headerSearchText, pieceText, type SearchPiece } from '@bulkhead/wire/mime/search-text.ts'
import { searchable, type Finder, type Searchable } from '@bulkhead/wire/text/finder.ts'

/** A message up to this size is read at once. */
const wholeBytesMax = 1024 * 1024

/** Whether a field called `field` (lower case) holds it. */
export const fieldHolds = (header: Uint8Array, field: string, finder: Finder): boolean =>
  fieldsNamed(header, field).some((found) => searchable(decodedWords(fieldText(header, found))).holds(finder))

export interface MessageTexts {
  /** As it stands in the message, all of it. */
  readonly rawHeader: Buffer
  inHeader(finder: Finder): boolean
  inBody(finder: Finder): boolean
}

type Raw = readonly [piece: SearchPiece, bytes: Buffer]

/** Each piece is decoded once, when a needle was not found in those before. */
const textsOf = (rawHeader: Buffer, pieces: readonly Raw[]): MessageTexts => {
  const body: Searchable[] = []
  let header: Searchable | undefined
  return {
    rawHeader,
    inHeader: (finder) => (header ??= searchable(headerSearchText(rawHeader))).holds(finder),
    inBody: (finder) => pieces.some(([piece, bytes], at) => (body[at] ??= searchable(pieceText(piece, bytes))).holds(finder)),
  }
}

const nothing = Buffer.alloc(0)

const readTexts = async ({ root }: MessageIndex, body: BodySource): Promise<MessageTexts> => {
  const whole = body.sizeBytes > wholeBytesMax ? undefined : await body.read(0, body.sizeBytes)
  const read = async (start: number, end: number): Promise<Buffer> => whole?.subarray(start, end) ?? body.read(start, end - start)
  const pieces: Raw[] = []
  for (const piece of bodyPieces(root)) pieces.push([piece, piece.is === 'name' ? nothing : await read(piece.start, piece.end)])
  return textsOf(await read(root.headerStart, root.bodyStart), pieces)
}

/** Of the index only the parts are looked at. Without a promise where the sealed bytes are in memory. */
export const messageTexts = (index: MessageIndex, body: BodySource): MessageTexts | Promise<MessageTexts> => {
  const { root } = index
  const whole = body.sizeBytes > wholeBytesMax ? undefined : body.readNow?.(0, body.sizeBytes)
  if (whole === undefined) return readTexts(index, body)
  const pieces = bodyPieces(root).map((piece): Raw => [piece, piece.is === 'name' ? nothing : whole.subarray(piece.start, piece.end)])
  return textsOf(whole.subarray(root.headerStart, root.bodyStart), pieces)
}
