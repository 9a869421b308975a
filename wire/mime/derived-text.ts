/** Preview and search digest of a message, out of its first bytes and its part tree. */
import { digestOf, type Digest } from '../text/digest.ts'
import { htmlText } from '../text/html-text.ts'
import { previewOf } from '../text/preview.ts'
import { decodedText } from './decoded-text.ts'
import type { Part } from './message-index.ts'
import { bodyPieces, headerSearchText, pieceText } from './search-text.ts'

/** Bytes of a text part that are decoded for its first words. */
const previewBytesMax = 32_768

/** The part whose words are shown: the first plain text that is no attachment, else the first HTML. */
const shownPart = (part: Part, subtype: 'plain' | 'html'): Part | undefined => {
  if (part.parts.length === 0) {
    return part.type === 'text' && part.subtype === subtype && part.disposition !== 'attachment' ? part : undefined
  }
  for (const inner of part.parts) {
    const found = shownPart(inner, subtype)
    if (found !== undefined) return found
  }
  return undefined
}

const firstWords = (root: Part, bytes: Buffer): string => {
  const part = shownPart(root, 'plain') ?? shownPart(root, 'html')
  if (part === undefined) return ''
  const text = decodedText(part, bytes.subarray(part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + previewBytesMax)))
  return previewOf(part.subtype === 'html' ? htmlText(text) : text)
}

const noDigest: Digest = new Uint8Array(0)

/** `bytes`: the message's first ones. No digest where something searched lies beyond them, or the header was cut. */
export const textsOf = (root: Part, bytes: Buffer, headerComplete: boolean): { readonly preview: string; readonly digest: Digest } => {
  const preview = firstWords(root, bytes)
  const pieces = bodyPieces(root)
  if (!headerComplete || root.bodyStart > bytes.length) return { preview, digest: noDigest }
  if (pieces.some((piece) => piece.is !== 'name' && piece.end > bytes.length)) return { preview, digest: noDigest }
  const texts = pieces.map((piece) => pieceText(piece, piece.is === 'name' ? bytes.subarray(0, 0) : bytes.subarray(piece.start, piece.end)))
  return { preview, digest: digestOf([headerSearchText(bytes.subarray(0, root.bodyStart)), ...texts]) }
}
