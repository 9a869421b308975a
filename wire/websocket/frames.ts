/**
 * Frames of RFC 6455 section 5, the server's side: those it reads are masked, those it writes are not. Messages are put together up to a
 * limit. No extension is spoken, so a reserved bit is an error.
 */
import { view } from '@bulkhead/base/bytes.ts'

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
const controlBytesMax = 125
/** Of a frame: two bytes, eight of length, four of mask. */
const headBytesMax = 14
/** Frames of one message; one with more is not put together. */
const fragmentsMax = 10_000

/** RFC 6455 section 7.4.1. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupported: 1003,
  notUtf8: 1007,
  policy: 1008,
  tooLarge: 1009,
  failed: 1011,
} as const
export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes]

export type FrameEvent =
  | { readonly is: 'message'; readonly binary: boolean; readonly bytes: Buffer }
  | { readonly is: 'ping' | 'pong'; readonly bytes: Buffer }
  /** `code`: null where the peer gave none. */
  | { readonly is: 'close'; readonly code: number | null }
  /** The connection is to be closed with this code; nothing after it is read. */
  | { readonly is: 'bad'; readonly code: CloseCode }

interface Head {
  readonly final: boolean
  readonly opcode: number
  readonly headBytes: number
  readonly payloadBytes: number
}

const bad = (code: CloseCode): FrameEvent => ({ is: 'bad', code })

/** Undefined: more bytes are needed. */
const headOf = (bytes: Buffer): Head | CloseCode | undefined => {
  const [first = 0, second = 0] = bytes
  if (bytes.length < 2) return undefined
  if ((first & 0x70) !== 0 || (second & 0x80) === 0) return closeCodes.protocolError
  const short = second & 0x7f
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  if (bytes.length < 2 + lengthBytes) return undefined
  if (lengthBytes === 8 && bytes.readUInt32BE(2) !== 0) return closeCodes.tooLarge
  const payloadBytes = lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : bytes.readUInt32BE(6)
  return { final: (first & 0x80) !== 0, opcode: first & 0x0f, headBytes: 2 + lengthBytes + 4, payloadBytes }
}

const unmasked = (bytes: Buffer, mask: Buffer): Buffer => {
  const plain = Buffer.allocUnsafe(bytes.length)
  for (let at = 0; at < bytes.length; at += 1) plain[at] = (bytes[at] ?? 0) ^ (mask[at & 3] ?? 0)
  return plain
}

const closeOf = (payload: Buffer): FrameEvent => {
  if (payload.length === 1) return bad(closeCodes.protocolError)
  return { is: 'close', code: payload.length === 0 ? null : payload.readUInt16BE(0) }
}

export interface FrameReader {
  /** Events in order. After `close` or `bad` nothing more comes. */
  push(chunk: Uint8Array): readonly FrameEvent[]
}

export const frameReader = (messageBytesMax: number): FrameReader => {
  let pieces: Buffer[] = []
  let pieceBytes = 0
  let fragments: Buffer[] = []
  let fragmentBytes = 0
  let binary: boolean | undefined
  let over = false

  const control = ({ opcode, final, payloadBytes }: Head, payload: Buffer): FrameEvent => {
    if (!final || payloadBytes > controlBytesMax) return bad(closeCodes.protocolError)
    if (opcode === opcodes.close) return closeOf(payload)
    if (opcode === opcodes.ping || opcode === opcodes.pong) return { is: opcode === opcodes.ping ? 'ping' : 'pong', bytes: payload }
    return bad(closeCodes.protocolError)
  }

  const data = ({ opcode, final }: Head, payload: Buffer): FrameEvent | undefined => {
    fragments.push(payload)
    fragmentBytes += payload.length
    binary ??= opcode === opcodes.binary
    if (!final) return fragments.length > fragmentsMax ? bad(closeCodes.policy) : undefined
    const event: FrameEvent = { is: 'message', binary, bytes: Buffer.concat(fragments, fragmentBytes) }
    fragments = []
    fragmentBytes = 0
    binary = undefined
    return event
  }

  /** What is wrong with a frame before its payload has come. */
  const objection = ({ opcode, final, payloadBytes }: Head): CloseCode | undefined => {
    if (opcode >= 8) return payloadBytes > controlBytesMax || !final ? closeCodes.protocolError : undefined
    if (opcode > 2 || (opcode === opcodes.continuation) !== (binary !== undefined)) return closeCodes.protocolError
    return fragmentBytes + payloadBytes > messageBytesMax ? closeCodes.tooLarge : undefined
  }

  const joined = (): Buffer => {
    const [first] = pieces
    const all = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, pieceBytes)
    pieces = [all]
    return all
  }

  /** Undefined: more bytes are needed. */
  const next = (): FrameEvent | 'partial' | undefined => {
    const start = pieces.length > 1 && (pieces[0]?.length ?? 0) >= headBytesMax ? (pieces[0] ?? joined()) : joined()
    const head = headOf(start)
    if (head === undefined) return undefined
    const code = typeof head === 'number' ? head : objection(head)
    if (typeof head === 'number' || code !== undefined) return bad(code ?? closeCodes.protocolError)
    const frameBytes = head.headBytes + head.payloadBytes
    if (pieceBytes < frameBytes) return undefined
    const all = joined()
    const payload = unmasked(all.subarray(head.headBytes, frameBytes), all.subarray(head.headBytes - 4, head.headBytes))
    pieces = all.length === frameBytes ? [] : [all.subarray(frameBytes)]
    pieceBytes -= frameBytes
    return (head.opcode >= 8 ? control(head, payload) : data(head, payload)) ?? 'partial'
  }

  return {
    push(chunk) {
      if (over) return []
      if (chunk.length > 0) {
        pieces.push(view(chunk))
        pieceBytes += chunk.length
      }
      const events: FrameEvent[] = []
      while (pieceBytes > 0 && !over) {
        const event = next()
        if (event === undefined) break
        if (event === 'partial') continue
        events.push(event)
        over = event.is === 'close' || event.is === 'bad'
      }
      return events
    },
  }
}

const frame = (opcode: number, final: boolean, payload: Uint8Array): Buffer => {
  const { length } = payload
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const out = Buffer.allocUnsafe(headBytes + length)
  out[0] = (final ? 0x80 : 0) | opcode
  if (headBytes === 2) out[1] = length
  else if (headBytes === 4) {
    out[1] = 126
    out.writeUInt16BE(length, 2)
  } else {
    out[1] = 127
    out.writeBigUInt64BE(BigInt(length), 2)
  }
  out.set(payload, headBytes)
  return out
}

/** A text message in as many frames as it has pieces. */
export function* textFrames(pieces: Iterable<string>): Generator<Buffer> {
  let held: string | undefined
  let first = true
  for (const piece of pieces) {
    if (held !== undefined) {
      yield frame(first ? opcodes.text : opcodes.continuation, false, Buffer.from(held, 'utf8'))
      first = false
    }
    held = piece
  }
  yield frame(first ? opcodes.text : opcodes.continuation, true, Buffer.from(held ?? '', 'utf8'))
}

export const pongFrame = (payload: Uint8Array): Buffer => frame(opcodes.pong, true, payload)
export const pingFrame = (): Buffer => frame(opcodes.ping, true, Buffer.alloc(0))

export const closeFrame = (code: CloseCode): Buffer => {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return frame(opcodes.close, true, payload)
}
