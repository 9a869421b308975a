/**
 * What SEARCH reads of a message (RFC 9051 section 6.4.4: TEXT its header and body, BODY its body), piece by piece: the
 * decoded text of text parts (of HTML what is visible), headers of messages inside, names of attached files. The digest
 * is made of the same pieces by the same functions that verify a candidate, so that they can't disagree.
 */
import { htmlText } from '../text/html-text.ts'
import { decodedText } from './decoded-text.ts'
import { decodedWords } from './encoded-word.ts'
import { fieldText, headerFields } from './header.ts'
import type { Part } from './message-index.ts'

/** Bytes of one message that are searched; text beyond is not. */
export const searchedBytesMax = 32 * 1024 * 1024

export type SearchPiece =
  | { readonly is: 'text'; readonly part: Part; readonly start: number; readonly end: number }
  | { readonly is: 'header'; readonly start: number; readonly end: number }
  | { readonly is: 'name'; readonly name: string }

function* piecesOf(part: Part): Generator<SearchPiece, void, void> {
  if (part.fileName !== null) yield { is: 'name', name: part.fileName }
  if (part.parts.length === 0) {
    if (part.type === 'text') yield { is: 'text', part, start: part.bodyStart, end: part.bodyEnd }
    return
  }
  for (const inner of part.parts) {
    if (part.type === 'message') yield { is: 'header', start: inner.headerStart, end: inner.bodyStart }
    yield* piecesOf(inner)
  }
}

/** In order; together at most `searchedBytesMax` bytes are to be read for them. */
export const bodyPieces = (root: Part): readonly SearchPiece[] => {
  const pieces: SearchPiece[] = []
  let left = searchedBytesMax
  for (const piece of piecesOf(root)) {
    if (piece.is !== 'name' && (left -= piece.end - piece.start) < 0) break
    pieces.push(piece)
  }
  return pieces
}

/** Every field of a header on a line of its own, encoded-words undone. To be folded. */
export const headerSearchText = (header: Uint8Array): string =>
  headerFields(header).map((field) => `${field.name}: ${decodedWords(fieldText(header, field))}`).join('\n')

/** Of a text part, what a reader sees. `bytes`: its body as it stands. To be folded. */
export const partText = (part: Pick<Part, 'type' | 'subtype' | 'encoding' | 'parameters'>, bytes: Uint8Array): string => {
  const text = decodedText(part, bytes)
  return part.subtype === 'html' ? htmlText(text) : text
}

/** `bytes`: those of the piece as they stand in the message; none for a name. To be folded. */
export const pieceText = (piece: SearchPiece, bytes: Uint8Array): string => {
  if (piece.is === 'name') return piece.name
  return piece.is === 'header' ? headerSearchText(bytes) : partText(piece.part, bytes)
}
