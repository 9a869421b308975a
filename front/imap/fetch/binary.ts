/**
 * BINARY and BINARY.SIZE (RFC 3516, RFC 9051 section 6.4.5): a part without its transfer encoding. Small ones are decoded in
 * memory; of long ones the first pass counts and the second sends, so that nothing is held but a block.
 */
import type { BodySource } from '@bulkhead/mail/account/mail-account.ts'
import type { BinaryAttribute, FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { decodedContent } from '@bulkhead/wire/mime/decoded-text.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { transferDecoder } from '@bulkhead/wire/mime/transfer-encoding.ts'
import type { Piece } from './piece.ts'
import { partAt, partOfRange, type ByteRange } from './section.ts'

/** A part's encoding is none we know: the FETCH is answered with UNKNOWN-CTE. */
export class UnknownEncoding extends Error {
  override readonly name = 'UnknownEncoding'
}

/** Where the encoded bytes lie, and how they are. */
interface Encoded {
  readonly range: ByteRange
  readonly encoding: string
}

const blockBytes = 262_144
const known = new Set(['7bit', '8bit', 'binary', 'base64', 'quoted-printable'])

export const isBinary = (attribute: FetchAttribute): attribute is BinaryAttribute =>
  attribute.item === 'binary' || attribute.item === 'binarySize'

/** Undefined where the message has no such part. */
const encodedPart = (index: MessageIndex | undefined, sizeBytes: number, { path }: BinaryAttribute): Encoded | undefined => {
  if (path.length === 0) return { range: { start: 0, end: sizeBytes }, encoding: '8bit' }
  const part = index === undefined ? undefined : partAt(index.root, path)
  if (part === undefined) return undefined
  const isLeaf = part.parts.length === 0
  return { range: { start: part.bodyStart, end: part.bodyEnd }, encoding: isLeaf ? part.encoding : '8bit' }
}

/** Before anything of the message is sent. Throws `UnknownEncoding`. */
export const mustDecode = (attributes: readonly FetchAttribute[], index: MessageIndex | undefined): void => {
  for (const attribute of attributes) {
    const encoding = isBinary(attribute) ? encodedPart(index, 0, attribute)?.encoding : undefined
    if (encoding !== undefined && !known.has(encoding)) throw new UnknownEncoding('no such transfer encoding')
  }
}

/** `literal8` where there is NUL, which `literal` can't carry. */
const literalHead = (bytes: number, hasNul: boolean): string => `${hasNul ? '~' : ''}{${bytes}}\r\n`

/** The item out of bytes in memory; undefined where they do not reach. */
export const knownBinary = (
  { index, sizeBytes, prefix }: { readonly index: MessageIndex | undefined; readonly sizeBytes: number; prefix(): Buffer },
  attribute: BinaryAttribute,
): readonly Piece[] | undefined => {
  const encoded = encodedPart(index, sizeBytes, attribute)
  if (encoded === undefined) return [`${attribute.label} ${attribute.item === 'binary' ? 'NIL' : '0'}`]
  const { range, encoding } = encoded
  const bytes = prefix()
  if (range.end > bytes.length) return undefined
  const decoded = decodedContent(encoding, bytes.subarray(range.start, range.end))
  if (attribute.item === 'binarySize') return [`${attribute.label} ${decoded.length}`]
  const { start, end } = partOfRange({ start: 0, end: decoded.length }, attribute.partial)
  const wanted = decoded.subarray(start, end)
  return [`${attribute.label} ${literalHead(wanted.length, wanted.includes(0))}`, wanted]
}

async function* decodedBlocks(body: BodySource, { range, encoding }: Encoded): AsyncGenerator<Buffer, void, void> {
  const decoder = transferDecoder(encoding)
  for (let at = range.start; at < range.end; at += blockBytes) {
    yield decoder.push(await body.read(at, Math.min(blockBytes, range.end - at)))
  }
  yield decoder.end()
}

/** What of each block lies in `wanted`, of the decoded bytes. */
async function* cutBlocks(blocks: AsyncGenerator<Buffer, void, void>, wanted: ByteRange): AsyncGenerator<Buffer, void, void> {
  let at = 0
  for await (const block of blocks) {
    const cut = block.subarray(Math.max(0, wanted.start - at), Math.max(0, wanted.end - at))
    at += block.length
    if (cut.length > 0) yield cut
    if (at >= wanted.end) return
  }
}

/** The same as `knownBinary`, of a message too large for memory. */
export async function* longBinary(
  { index, body }: { readonly index: MessageIndex | undefined; readonly body: BodySource },
  attribute: BinaryAttribute,
): AsyncGenerator<Piece, void, void> {
  const encoded = encodedPart(index, body.sizeBytes, attribute)
  if (encoded === undefined) {
    yield `${attribute.label} ${attribute.item === 'binary' ? 'NIL' : '0'}`
    return
  }
  const asked = attribute.item === 'binary' ? attribute.partial : null
  const wanted = partOfRange({ start: 0, end: Number.MAX_SAFE_INTEGER }, asked)
  let sizeBytes = 0
  let hasNul = false
  for await (const block of cutBlocks(decodedBlocks(body, encoded), wanted)) {
    sizeBytes += block.length
    hasNul ||= block.includes(0)
  }
  if (attribute.item === 'binarySize') yield `${attribute.label} ${sizeBytes}`
  else {
    yield `${attribute.label} ${literalHead(sizeBytes, hasNul)}`
    yield* cutBlocks(decodedBlocks(body, encoded), wanted)
  }
}
