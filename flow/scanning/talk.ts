/** One conversation with a scanner on its socket, within a time limit that holds for all of it. */
import { connect, type Socket } from 'node:net'
import { Fault } from '@bulkhead/base/fault.ts'

export interface Talk {
  /** Resolves when more may be written. */
  write(bytes: Buffer): Promise<void>
  /** What came next; undefined at the end. */
  read(): Promise<Buffer | undefined>
}

/** Where a scanner listens: the path of its socket, or of the scout's that leads to it. */
export interface Place {
  readonly name: string
  readonly path: string
  readonly limitMs: number
}

const farewellBytesMax = 1_024

const away = ({ name }: Place, why: string, cause?: unknown): Fault => new Fault('scannerAway', `${name}: ${why}`, cause)

class SocketTalk implements Talk {
  readonly #socket: Socket
  #fault: Fault | undefined
  #ended = false
  #wake = (): void => {}

  constructor(place: Place) {
    this.#socket = connect(place.path)
    this.#socket.on('readable', () => this.#wake())
    this.#socket.on('drain', () => this.#wake())
    this.#socket.on('end', () => this.#over(undefined))
    this.#socket.on('close', () => this.#over(undefined))
    this.#socket.on('error', (error) => this.#over(away(place, 'connection failed', error)))
  }

  #over(fault: Fault | undefined): void {
    this.#fault ??= fault
    this.#ended = true
    this.#wake()
  }

  /** Everything that waits, and whatever is asked later, fails with this. */
  fail(fault: Fault): void {
    this.#over(fault)
    this.#socket.destroy()
  }

  async #turn(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault
    this.#socket.write(bytes)
    // What says no in the middle is read all the same.
    while (this.#socket.writableNeedDrain && !this.#ended && this.#socket.readableLength === 0) await this.#turn()
  }

  async read(): Promise<Buffer | undefined> {
    for (;;) {
      const chunk: Buffer | null = this.#socket.read()
      if (chunk !== null) return chunk
      if (this.#fault !== undefined) throw this.#fault
      if (this.#ended) return undefined
      await this.#turn()
    }
  }

  /** What was written last still leaves; what nobody takes is dropped. */
  close(): void {
    if (this.#socket.writableLength > farewellBytesMax) this.#socket.destroy()
    else this.#socket.destroySoon()
  }
}

/** Throws `Fault('scannerAway')`. */
export const talkTo = async <T>(place: Place, talking: (talk: Talk) => Promise<T>): Promise<T> => {
  const talk = new SocketTalk(place)
  const timer = setTimeout(() => talk.fail(away(place, `no answer within ${place.limitMs} ms`)), place.limitMs)
  try {
    return await talking(talk)
  } finally {
    clearTimeout(timer)
    talk.close()
  }
}

/** For an answer that is none. */
export const malformed = ({ name }: Place): Fault => new Fault('scannerAway', `${name}: an answer that makes no sense`)
