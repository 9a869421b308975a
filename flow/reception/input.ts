/** What a caller sent, in lines and counted bytes, read only when it is wanted: the rest waits in the socket. */
import type { Socket } from 'node:net'
import { lineReader, type BadLine } from '@bulkhead/wire/smtp/line-reader.ts'

export interface Input {
  /** The next line that is already here. */
  line(): Buffer | BadLine | undefined
  /** At most `bytesMax` bytes that are already here; empty where there are none. */
  take(bytesMax: number): Buffer
  /** Waits for more; false at the end. */
  more(): Promise<boolean>
  /** No more will be read. */
  stop(): void
}

export const socketInput = (socket: Socket, lineBytesMax: number): Input => {
  const reader = lineReader(lineBytesMax)
  let ended = false
  let stopped = false
  let wake = (): void => {}
  const end = (): void => {
    ended = true
    wake()
  }
  socket.on('readable', () => wake())
  socket.on('end', end)
  socket.on('close', end)
  return {
    line: () => reader.next(),
    take: (bytesMax) => reader.take(bytesMax),
    async more() {
      for (;;) {
        if (stopped) return false
        const chunk: Buffer | null = socket.read()
        if (chunk !== null) {
          reader.push(chunk)
          return true
        }
        if (ended || socket.destroyed) return false
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    stop() {
      stopped = true
      wake()
    },
  }
}
