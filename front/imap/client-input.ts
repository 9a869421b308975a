/** The client's bytes as a queue that is read when the session is ready for more: pipelining is bounded by it. */
import type { Duplex } from 'node:stream'

/** Bytes read ahead while a command runs; then the socket is left alone until they are used. */
const aheadBytesMax = 65_536

export interface ClientInput {
  /** The next chunk; undefined when the client has ended. */
  next(): Promise<Buffer | undefined>
  /** What came, without waiting. */
  take(): Buffer | undefined
  /** Resolves when `next` would not wait. */
  ready(): Promise<void>
  readonly hasEnded: boolean
  /** Lets whoever waits look round, though nothing came. */
  nudge(): void
  readonly heldBytes: number
  /** Chunks that came so far, and those of them that were taken. */
  readonly received: number
  readonly taken: number
  stop(): void
}

export const clientInput = (socket: Duplex, firstBytes: Buffer, onBytes: () => void): ClientInput => {
  const chunks: Buffer[] = firstBytes.length > 0 ? [firstBytes] : []
  let queued = firstBytes.length
  let taken = 0
  let hasEnded = false
  let waiting: PromiseWithResolvers<void> | undefined

  const awaken = (): void => {
    waiting?.resolve()
    waiting = undefined
  }
  const add = (chunk: Buffer): void => {
    onBytes()
    chunks.push(chunk)
    queued += chunk.length
    if (queued > aheadBytesMax) socket.pause()
    awaken()
  }
  const finish = (): void => {
    hasEnded = true
    awaken()
  }
  socket.on('data', add)
  socket.resume()
  socket.on('end', finish)
  socket.on('close', finish)
  socket.on('error', finish)

  /** One promise for all that wait, however often they ask: an idle session asks at each change of its mailbox. */
  const ready = (): Promise<void> => {
    if (chunks.length > 0 || hasEnded) return Promise.resolve()
    waiting ??= Promise.withResolvers<void>()
    return waiting.promise
  }

  const take = (): Buffer | undefined => {
    const chunk = chunks.shift()
    if (chunk !== undefined) taken += 1
    queued -= chunk?.length ?? 0
    if (queued <= aheadBytesMax && socket.isPaused()) socket.resume()
    return chunk
  }

  return {
    ready,
    take,
    nudge: awaken,
    async next() {
      for (;;) {
        await ready()
        const chunk = take()
        if (chunk !== undefined || hasEnded) return chunk
      }
    },
    get hasEnded() {
      return hasEnded && chunks.length === 0
    },
    get heldBytes() {
      return queued
    },
    get received() {
      return taken + chunks.length
    },
    get taken() {
      return taken
    },
    stop() {
      socket.off('data', add)
      finish()
    },
  }
}
