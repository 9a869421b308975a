/**
 * The wire form of an internal door: `u32 big-endian length, UTF-8 JSON`. Pure: bytes to values and back.
 * A frame that is too long, not JSON or not an object breaks the connection; there is no resynchronising.
 */
export const frameBytesMax = 1024 * 1024

export type Frame = Readonly<Record<string, unknown>>

export class FrameRefused extends Error {
  override readonly name = 'FrameRefused'
}

export const encodeFrame = (frame: Frame): Buffer => {
  const body = Buffer.from(JSON.stringify(frame), 'utf8')
  if (body.length > frameBytesMax) throw new FrameRefused('frame too long to send')
  const head = Buffer.allocUnsafe(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

const parseBody = (body: Buffer): Frame => {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    throw new FrameRefused('frame is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FrameRefused('frame is not an object')
  return value as Frame
}

/** Cuts a byte stream into frames. `take` gives the complete ones; `rest` hands back what follows, for a door that turns into a pipe. */
export const frameReader = () => {
  let held: Buffer = Buffer.alloc(0)
  const next = (): Frame | undefined => {
    if (held.length < 4) return undefined
    const length = held.readUInt32BE(0)
    if (length > frameBytesMax) throw new FrameRefused('frame too long')
    if (held.length < 4 + length) return undefined
    const body = held.subarray(4, 4 + length)
    held = held.subarray(4 + length)
    return parseBody(body)
  }
  return {
    push(chunk: Uint8Array): void {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes])
    },
    next,
    rest(): Buffer {
      const bytes = held
      held = Buffer.alloc(0)
      return bytes
    },
  }
}
