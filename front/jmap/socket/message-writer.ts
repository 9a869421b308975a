/** Messages to a WebSocket's client, one after the other, no faster than it takes them. */
import type { Duplex } from 'node:stream'

/** How long a client may take nothing of what waits for it. */
const stalledMs = 60_000
/** Messages that wait; who lets more pile up is let go. */
const waitingMax = 1_000

export interface MessageWriter {
  /** The frames of one message are not parted by another's. */
  send(frames: Iterable<Uint8Array>): void
  /** Resolves when nothing waits. */
  idle(): Promise<void>
  /** Its last frame: nothing is written after it, and the connection ends. */
  end(frame: Uint8Array): void
}

const drained = (socket: Duplex): Promise<void> =>
  new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer)
      socket.off('drain', over)
      socket.off('close', over)
      resolve()
    }
    const timer = setTimeout(() => socket.destroy(), stalledMs)
    socket.once('drain', over)
    socket.once('close', over)
  })

export const messageWriter = (socket: Duplex): MessageWriter => {
  let writing: Promise<void> = Promise.resolve()
  let waiting = 0
  let ended = false

  const write = async (frames: Iterable<Uint8Array>): Promise<void> => {
    for (const frame of frames) {
      if (socket.destroyed || !socket.writable) return
      if (!socket.write(frame)) await drained(socket)
    }
  }

  return {
    send(frames) {
      if (ended) return
      waiting += 1
      if (waiting > waitingMax) return void socket.destroy()
      writing = writing.then(() => write(frames)).finally(() => {
        waiting -= 1
      })
    },
    idle: () => writing,
    end(frame) {
      if (ended) return
      ended = true
      writing = writing.then(() => {
        socket.end(frame)
        // A client that does not close its half is not waited for.
        setTimeout(() => socket.destroy(), stalledMs / 12).unref()
      })
    },
  }
}
