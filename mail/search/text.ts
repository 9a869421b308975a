/** What SEARCH reads of a message: header fields and the text of its text parts, decoded when they are looked into. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { LargeTexts } from '../ports/large-texts.ts'
import type { BodySource, MailAccount } from '../account/mail-account.ts'
import { decodedWords } from '@bulkhead/wire/mime/encoded-word.ts'
import { fieldsNamed, fieldText } from '@bulkhead/wire/mime/header.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { bodyPieces, headerSearchText, pieceText, type SearchPiece } from '@bulkhead/wire/mime/search-text.ts'
import { searchable, type Finder, type Searchable } from '@bulkhead/wire/text/finder.ts'

/** A message up to this size is read at once. */
const wholeBytesMax = 1024 * 1024
/** A larger text part of a message that is not read at once is read by another process. */
const ownBytesMax = 128 * 1024
/** Of a text that takes more there than one text may take, its beginning is looked into here. */
const glanceBytes = 32 * 1024

/** Whether a field called `field` (lower case) holds it. */
export const fieldHolds = (header: Uint8Array, field: string, finder: Finder): boolean =>
  fieldsNamed(header, field).some((found) => searchable(decodedWords(fieldText(header, found))).holds(finder))

export interface MessageTexts {
  /** As it stands in the message, all of it. */
  readonly rawHeader: Buffer
  inHeader(finder: Finder): boolean
  inBody(finder: Finder): boolean
}

/** What of the account reading needs. */
type Reads = Pick<MailAccount, 'account' | 'largeTexts'>

type Raw = readonly [piece: SearchPiece, bytes: Buffer]

/** A piece to be looked into, or that was made ready elsewhere. */
type Lookable = Raw | Searchable

const isReady = (piece: Lookable): piece is Searchable => 'holds' in piece

/** Each piece is decoded once, when a needle was not found in those before. */
const textsOf = (rawHeader: Buffer, pieces: readonly Lookable[]): MessageTexts => {
  const body: Searchable[] = []
  let header: Searchable | undefined
  return {
    rawHeader,
    inHeader: (finder) => (header ??= searchable(headerSearchText(rawHeader))).holds(finder),
    inBody: (finder) => pieces.some((piece, at) => (body[at] ??= isReady(piece) ? piece : searchable(pieceText(...piece))).holds(finder)),
  }
}

const nothing = Buffer.alloc(0)

const readElsewhere = async (texts: LargeTexts, account: AccountHandle, piece: Extract<SearchPiece, { is: 'text' }>, bytes: Buffer): Promise<Lookable> => {
  const folded = await texts.folded(piece.part, bytes, account)
  return folded === undefined ? [piece, bytes.subarray(0, glanceBytes)] : { holds: ({ needle }) => folded.includes(needle) }
}

const readTexts = async ({ root }: MessageIndex, body: BodySource, { account, largeTexts }: Reads): Promise<MessageTexts> => {
  const whole = body.sizeBytes > wholeBytesMax ? undefined : await body.read(0, body.sizeBytes)
  const read = async (start: number, end: number): Promise<Buffer> => whole?.subarray(start, end) ?? body.read(start, end - start)
  const pieces: Lookable[] = []
  for (const piece of bodyPieces(root)) {
    const bytes = piece.is === 'name' ? nothing : await read(piece.start, piece.end)
    const isLarge = largeTexts !== undefined && piece.is === 'text' && bytes.length > ownBytesMax
    pieces.push(isLarge ? await readElsewhere(largeTexts, account, piece, bytes) : [piece, bytes])
  }
  return textsOf(await read(root.headerStart, root.bodyStart), pieces)
}

/** Of the index only the parts are looked at. Without a promise where the sealed bytes are in memory. */
export const messageTexts = (index: MessageIndex, body: BodySource, reads: Reads): MessageTexts | Promise<MessageTexts> => {
  const { root } = index
  const whole = body.sizeBytes > wholeBytesMax ? undefined : body.readNow?.(0, body.sizeBytes)
  const pieces = bodyPieces(root)
  const hasLarge = reads.largeTexts !== undefined && pieces.some((piece) => piece.is === 'text' && piece.end - piece.start > ownBytesMax)
  if (whole === undefined || hasLarge) return readTexts(index, body, reads)
  const raw = pieces.map((piece): Raw => [piece, piece.is === 'name' ? nothing : whole.subarray(piece.start, piece.end)])
  return textsOf(whole.subarray(root.headerStart, root.bodyStart), raw)
}
