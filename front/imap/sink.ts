/**
 * Writes to the client: small pieces are gathered into pages, large ones go through as they are, and a slow client
 * makes the writer wait, and one that takes nothing for minutes is given up. Holds nothing while the session is idle.
 */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** Pieces smaller than a page are copied: whoever put them may use their memory again. */
export const pageBytes = 65_536
/** Bytes from here on are not copied into a page: a copy costs less than a call. */
const ownWriteBytes = 65_536
/** Pages that wait for their next use, of all sessions. */
const sparePagesMax = 32

/** A client that takes nothing for so long is gone. */
const stalledMs = 300_000

export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

export interface Sink {
  /** Resolves at once while the client keeps up. */
  put(piece: string | Buffer): void | Promise<void>
  /** What was put is on its way; resolves when the client may be given more. */
  flush(): Promise<void>
}

const sparePages: Buffer[] = []

const newPage = (): Buffer => sparePages.pop() ?? Buffer.allocUnsafeSlow(pageBytes)

const usedAgain = (page: Buffer) => (): void => {
  if (sparePages.length < sparePagesMax) sparePages.push(page)
}

export const sinkOf = (socket: Duplex, patienceMs = stalledMs): Sink => {
  /** A socket of the system has copied what it was given when it says so; others may pass the very bytes on. */
  const copies = socket instanceof Socket
  let page: Buffer | undefined
  let used = 0

  const drained = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(), patienceMs)
      const settle = (): void => {
        clearTimeout(timer)
        socket.off('drain', settle)
        socket.off('close', settle)
        if (socket.destroyed) reject(new ClientGone('closed while writing'))
        else resolve()
      }
      socket.once('drain', settle)
      socket.once('close', settle)
    })

  const write = (bytes: Buffer, written?: () => void): void | Promise<void> => {
    if (socket.destroyed || socket.writableEnded) throw new ClientGone('closed before writing')
    return socket.write(bytes, written) ? undefined : drained()
  }

  const writePage = (): void | Promise<void> => {
    if (page === undefined || used === 0) return undefined
    const bytes = page.subarray(0, used)
    const written = copies && page.length === pageBytes ? usedAgain(page) : undefined
    page = undefined
    used = 0
    return write(bytes, written)
  }

  const putLarge = async (bytes: Buffer): Promise<void> => {
    await writePage()
    await write(bytes)
  }

  return {
    put(piece) {
      const bytesMax = typeof piece === 'string' ? piece.length * 3 : piece.length
      if (bytesMax >= ownWriteBytes && bytesMax > pageBytes - used) {
        return putLarge(typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece)
      }
      const waits = bytesMax > pageBytes - used ? writePage() : undefined
      page ??= newPage()
      used += typeof piece === 'string' ? page.write(piece, used, 'utf8') : piece.copy(page, used)
      return waits
    },
    async flush() {
      if (page === undefined) return
      // A short reply does not keep a whole page alive in the socket's queue.
      if (used < pageBytes / 4) {
        const short = Buffer.from(page.subarray(0, used))
        usedAgain(page)()
        page = short
      }
      await writePage()
    },
  }
}
