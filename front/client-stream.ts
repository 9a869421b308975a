/**
 * A client's connection as bytes in and bytes out, for sessions that answer command by command: reads with an idle
 * limit, writes gathered until flushed and held back while the client does not read. Never throws for what a peer does.
 */
import type { Duplex } from 'node:stream'

export type Read = Buffer | 'ended' | 'idle' | 'stopping'

export interface ClientStream {
  /** The next bytes, or why there are none. */
  read(idleMs: number): Promise<Read>
  /** Gathers output; text is UTF-8. */
  put(data: string | Uint8Array): void
  readonly gatheredBytes: number
  /** Everything ever put, so that a session knows whether a reply has begun. */
  readonly putBytes: number
  /** Sends what was gathered; resolves when more may be sent. False where the client is gone or stopped reading. */
  flush(): Promise<boolean>
}

/** A client that takes nothing for so long is gone. */
const stalledMs = 300_000
/** Sessions flush when this much is gathered. */
export const gatherBytesMax = 65_536

/** Resolves with the first event that happens; no listener stays behind. */
const firstOf = <Name extends string>(
  socket: Duplex,
  events: readonly Name[],
  idleMs: number,
  stopping: AbortSignal | null,
): Promise<Name | 'idle' | 'stopping'> =>
  new Promise((resolve) => {
    const done = (name: Name | 'idle' | 'stopping') => (): void => {
      clearTimeout(timer)
      stopping?.removeEventListener('abort', onStop)
      for (const [event, listener] of listeners) socket.off(event, listener)
      resolve(name)
    }
    const onStop = done('stopping')
    const listeners = events.map((event) => [event, done(event)] as const)
    const timer = setTimeout(done('idle'), idleMs)
    stopping?.addEventListener('abort', onStop)
    for (const [event, listener] of listeners) socket.on(event, listener)
  })

const taken = (socket: Duplex): Buffer | undefined => {
  const chunk: Buffer | string | null = socket.read()
  if (chunk === null) return undefined
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

/** `alive`: told whenever the client sent something or took something. */
export const clientStream = (socket: Duplex, firstBytes: Buffer, stopping: AbortSignal, alive: () => void = () => undefined): ClientStream => {
  let first = firstBytes
  let gathered: Buffer[] = []
  let gatheredBytes = 0
  let putBytes = 0
  // A reset by the peer ends in 'close'; there is nothing else to do about it.
  socket.on('error', () => socket.destroy())

  return {
    async read(idleMs) {
      if (first.length > 0) {
        const bytes = first
        first = Buffer.alloc(0)
        return bytes
      }
      for (;;) {
        const chunk = taken(socket)
        if (chunk !== undefined) {
          alive()
          return chunk
        }
        if (socket.readableEnded || socket.destroyed) return 'ended'
        if (stopping.aborted) return 'stopping'
        const woke = await firstOf(socket, ['readable', 'end', 'close'], idleMs, stopping)
        if (woke === 'idle' || woke === 'stopping') return woke
        if (woke === 'close') return 'ended'
      }
    },
    put(data) {
      const bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.length)
      gathered.push(bytes)
      gatheredBytes += bytes.length
      putBytes += bytes.length
    },
    get gatheredBytes() {
      return gatheredBytes
    },
    get putBytes() {
      return putBytes
    },
    async flush() {
      if (gatheredBytes === 0) return !socket.destroyed
      const bytes = gathered.length === 1 && gathered[0] !== undefined ? gathered[0] : Buffer.concat(gathered)
      gathered = []
      gatheredBytes = 0
      if (socket.destroyed || socket.writableEnded) return false
      if (socket.write(bytes)) return true
      const woke = await firstOf(socket, ['drain', 'close'], stalledMs, null)
      if (woke === 'idle') socket.destroy()
      if (woke === 'drain') alive()
      return woke === 'drain'
    },
  }
}

/** Ends the stream and waits until the last bytes left, or were given up. */
export const ended = async (socket: Duplex): Promise<void> => {
  if (socket.destroyed || socket.writableFinished) return
  socket.end()
  if ((await firstOf(socket, ['finish', 'close'], farewellMs, null)) === 'idle') socket.destroy()
}

const farewellMs = 5_000
