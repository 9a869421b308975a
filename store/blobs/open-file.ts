/**
 * A file that is open. One that nobody closed is closed when it is collected, and said: Node ends the process over a
 * `FileHandle` left open, and with it every session that has nothing to do with the mistake.
 */
import { close, closeSync, fstat, open, read, write } from 'node:fs'
import { assert } from '@bulkhead/base/assert.ts'

const settled = <T>(run: (done: (error: Error | null, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => run((error, value) => (error === null ? resolve(value) : reject(error))))

const leftOpen = new FinalizationRegistry((descriptor: number) => {
  closeSync(descriptor)
  process.emitWarning('a blob was left open', { code: 'BULKHEAD_LEFT_OPEN' })
})

export class OpenFile {
  readonly #descriptor: number
  #isOpen = true
  /** Going on now: until they have ended it is neither collected nor closed, or they would meet another file's descriptor. */
  readonly #operations = new Set<Promise<unknown>>()

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
    leftOpen.register(this, descriptor, this)
  }

  /** Throws what `fs.open` does. */
  static async open(path: string, flags: string | number, mode?: number): Promise<OpenFile> {
    return new OpenFile(await settled<number>((done) => open(path, flags, mode, done)))
  }

  async #during<T>(run: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
    assert(this.#isOpen, 'a file is used while it is open')
    const operation = settled(run)
    this.#operations.add(operation)
    try {
      return await operation
    } finally {
      this.#operations.delete(operation)
    }
  }

  async sizeBytes(): Promise<number> {
    const { size } = await this.#during<{ readonly size: number }>((done) => fstat(this.#descriptor, done))
    return size
  }

  /** Into `bytes` at `from`; gives how many came, 0 behind the end. */
  read(bytes: Uint8Array, from: number, length: number, position: number): Promise<number> {
    return this.#during((done) => read(this.#descriptor, bytes, from, length, position, done))
  }

  /** At `position`, or where the last one ended; gives how many were taken. */
  write(bytes: Uint8Array, position: number | null = null): Promise<number> {
    return this.#during((done) => write(this.#descriptor, bytes, 0, bytes.length, position, done))
  }

  /** When what goes on has ended. A second time does nothing. */
  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    leftOpen.unregister(this)
    await Promise.allSettled(this.#operations)
    await settled<undefined>((done) => close(this.#descriptor, (error) => done(error ?? null, undefined)))
  }
}
