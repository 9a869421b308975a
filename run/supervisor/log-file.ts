/** Keeps what a process says: one file of JSON lines, rotated by size, a fixed number of old ones. */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

const fileBytesMax = 16 * 1024 * 1024
const oldFilesMax = 4
/** A line longer than this is cut: nothing of ours is. */
const lineCharactersMax = 64 * 1024

export interface LogFile extends Disposable {
  write(line: string): void
}

export const openLogFile = (path: string): LogFile => {
  let handle = openSync(path, 'a', 0o640)
  let size = fstatSync(handle).size
  const rotate = (): void => {
    closeSync(handle)
    rmSync(`${path}.${oldFilesMax}`, { force: true })
    for (let number = oldFilesMax - 1; number >= 0; number -= 1) {
      try {
        renameSync(number === 0 ? path : `${path}.${number}`, `${path}.${number + 1}`)
      } catch {
        // That many have not been filled yet.
      }
    }
    handle = openSync(path, 'a', 0o640)
    size = 0
  }
  return {
    write(line) {
      const bytes = Buffer.from(`${line.slice(0, lineCharactersMax)}\n`)
      if (size + bytes.length > fileBytesMax) rotate()
      size += bytes.length
      try {
        writeSync(handle, bytes)
      } catch {
        // A full disk must not stop mail; the lines that do not fit are lost.
      }
    },
    [Symbol.dispose]: () => closeSync(handle),
  }
}

/** Cuts a stream of text into lines for `take`. */
export const lineSplitter = (take: (line: string) => void): ((chunk: Buffer) => void) => {
  let held = ''
  return (chunk) => {
    held += chunk.toString('utf8')
    const lines = held.split('\n')
    held = lines.pop() ?? ''
    if (held.length > lineCharactersMax) {
      lines.push(held)
      held = ''
    }
    for (const line of lines) if (line !== '') take(line)
  }
}
