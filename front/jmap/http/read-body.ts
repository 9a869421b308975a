/** Request bodies: bounded in size, and in how long they may stand still. */
import type { IncomingMessage } from 'node:http'

/** A client that sends nothing for so long is not waited for. */
const stalledMs = 30_000

export type BodyEnd = 'whole' | 'tooLarge' | 'stalled' | 'gone'

/** What the client says it will send; undefined where it does not. */
export const announcedBytes = ({ headers }: IncomingMessage): number | undefined => {
  const text = headers['content-length']
  return text === undefined ? undefined : Number(text)
}

/** Hands each piece on, one at a time. Rejects with what `take` rejects with. A body that is too large is left unread. */
export const eachPiece = async (request: IncomingMessage, sizeBytesMax: number, take: (piece: Buffer) => Promise<void>): Promise<BodyEnd> => {
  if ((announcedBytes(request) ?? 0) > sizeBytesMax) return 'tooLarge'
  let stalled = false
  const stall = (): void => {
    stalled = true
    request.destroy()
  }
  let timer = setTimeout(stall, stalledMs)
  let sizeBytes = 0
  let refused: { readonly why: unknown } | undefined
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      clearTimeout(timer)
      sizeBytes += piece.length
      if (sizeBytes > sizeBytesMax) return 'tooLarge'
      await take(piece).catch((why: unknown) => {
        refused = { why }
        throw why
      })
      timer = setTimeout(stall, stalledMs)
    }
    return request.complete ? 'whole' : 'gone'
  } catch {
    if (refused !== undefined) throw refused.why
    return stalled ? 'stalled' : 'gone'
  } finally {
    clearTimeout(timer)
  }
}

export const wholeBody = async (request: IncomingMessage, sizeBytesMax: number): Promise<Buffer | Exclude<BodyEnd, 'whole'>> => {
  const pieces: Buffer[] = []
  const end = await eachPiece(request, sizeBytesMax, async (piece) => {
    pieces.push(piece)
  })
  return end === 'whole' ? Buffer.concat(pieces) : end
}
