/** Images that one frame does not hold, for as long as their reader needs to ask for the rest. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'

/** Base64 in a frame of a mebibyte, with room for the other fields. */
export const pieceBytesMax = 720_000
const heldMs = 20_000
const heldBytesMax = 67_108_864

export const heldImages = (clock: Clock) => {
  const held = new Map<string, { readonly body: Buffer; readonly untilMs: number }>()
  let bytes = 0
  const forget = (id: string, body: Buffer): void => {
    if (held.delete(id)) bytes -= body.length
  }
  const forgetOld = (): void => {
    for (const [id, { body, untilMs }] of held) {
      if (untilMs > clock.now() && bytes <= heldBytesMax) return
      forget(id, body)
    }
  }
  return {
    /** A name for the rest, unguessable. */
    hold(body: Buffer): string {
      const id = randomBytes(16).toString('base64url')
      held.set(id, { body, untilMs: clock.now() + heldMs })
      bytes += body.length
      forgetOld()
      return id
    },
    piece(id: string, offset: number): Buffer | undefined {
      forgetOld()
      const found = held.get(id)
      if (found === undefined) return undefined
      const piece = found.body.subarray(offset, offset + pieceBytesMax)
      if (offset + piece.length >= found.body.length) forget(id, found.body)
      return piece
    },
  }
}
