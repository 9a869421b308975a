/**
 * COMPRESS=DEFLATE (RFC 4978) as a stream over the client's: what is written goes out compressed, each write ending where the
 * client can read all of it (sync flush); what comes in is inflated at the reader's pace. What can't be inflated, or inflates
 * beyond all mail, ends the reading side; the other goes on, for a farewell.
 */
import { Duplex } from 'node:stream'
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib'
import type { Text } from '@bulkhead/wire/imap/language.ts'

/**
 * Outwards: a window of 8 KiB with its tables, 64 KiB a connection; twice the window gains little on mail, a quarter of the
 * memory costs little. Inwards the client decides the window: up to 32 KiB.
 */
const outwards = { level: 3, windowBits: 13, memLevel: 6, chunkSize: 16_384 } as const
const inwards = { chunkSize: 16_384 } as const

/** A client may inflate this many bytes before its ratio counts, */
const inflatedFreeBytes = 16 * 1024 * 1024
/** and beyond that so many for each byte it sent. Mail stays below 20; deflate's utmost is 1,032. */
const inflatedRatioMax = 256

class Deflated extends Duplex {
  readonly #socket: Duplex
  readonly #deflate: DeflateRaw
  readonly #inflate: InflateRaw
  readonly #onLost: (why: Text) => void
  #isLost = false
  #compressedBytes = 0
  #inflatedBytes = 0

  constructor(socket: Duplex, onLost: (why: Text) => void) {
    super({ allowHalfOpen: true, readableHighWaterMark: inwards.chunkSize, writableHighWaterMark: 65_536 })
    this.#socket = socket
    this.#onLost = onLost
    this.#deflate = createDeflateRaw(outwards)
    this.#inflate = createInflateRaw(inwards)
    this.#joinOutwards()
    this.#joinInwards()
  }

  #joinOutwards(): void {
    const socket = this.#socket
    this.#deflate.on('data', (bytes: Buffer) => {
      if (!socket.write(bytes) && !socket.destroyed) this.#deflate.pause()
    })
    socket.on('drain', () => this.#deflate.resume())
    this.#deflate.on('error', (error) => this.destroy(error))
  }

  #joinInwards(): void {
    const socket = this.#socket
    socket.on('data', (bytes: Buffer) => this.#take(bytes))
    this.#inflate.on('drain', () => socket.resume())
    this.#inflate.on('data', (bytes: Buffer) => this.#inflated(bytes))
    this.#inflate.on('end', () => this.#endReading())
    // A client that just closes leaves its last block open: that is an end, not an error.
    this.#inflate.on('error', () => (socket.readableEnded ? this.#endReading() : this.#lose('Compressed data is damaged')))
    socket.on('end', () => this.#inflate.end())
    socket.on('close', () => this.#closed())
    socket.on('error', () => this.destroy())
  }

  /** What came before the end is still read. */
  #closed(): void {
    if (!this.#socket.readableEnded || this.readableEnded) return void this.destroy()
    this.#deflate.resume()
    this.once('end', () => this.destroy())
  }

  #endReading(): void {
    if (this.#isLost) return
    this.#isLost = true
    this.push(null)
  }

  #lose(why: Text): void {
    if (this.#isLost) return
    this.#onLost(why)
    this.#endReading()
    this.#inflate.destroy()
  }

  #take(bytes: Buffer): void {
    if (this.#isLost) return
    this.#compressedBytes += bytes.length
    if (!this.#inflate.write(bytes)) this.#socket.pause()
  }

  #inflated(bytes: Buffer): void {
    this.#inflatedBytes += bytes.length
    if (this.#isLost) return
    if (this.#inflatedBytes > inflatedFreeBytes + inflatedRatioMax * this.#compressedBytes) this.#lose('Compressed data inflates too far')
    else if (!this.push(bytes)) this.#inflate.pause()
  }

  /** What the client sent before this was in place. */
  begin(bytes: Buffer): void {
    if (bytes.length > 0) this.#take(bytes)
    this.#socket.resume()
  }

  override _read(): void {
    this.#inflate.resume()
  }

  override _write(bytes: Buffer, _: string, done: (error?: Error | null) => void): void {
    this.#deflate.write(bytes)
    this.#deflate.flush(constants.Z_SYNC_FLUSH, () => done())
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    for (const { chunk } of chunks) this.#deflate.write(chunk)
    this.#deflate.flush(constants.Z_SYNC_FLUSH, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#deflate.once('end', () => this.#socket.end(() => done()))
    this.#deflate.end()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#deflate.destroy()
    this.#inflate.destroy()
    this.#socket.destroy()
    done(error)
  }
}

/** Takes the socket over; `firstBytes` are the client's first compressed ones. `onLost` is called where reading ends for a bad reason. */
export const deflated = (socket: Duplex, firstBytes: Buffer, onLost: (why: Text) => void): Duplex => {
  const stream = new Deflated(socket, onLost)
  stream.begin(firstBytes)
  return stream
}
