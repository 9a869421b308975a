/**
 * The ledger: one JSON object a line, each with the hash of the line before it, so that nothing can be changed, left out
 * or put in without the chain telling. A checkpoint with the head goes to a file of its own every minute. Files are
 * rotated by size and the chain runs through them. Every write is on the disk when it returns: Node's permission model has
 * no fsync, so the files are opened to write through (O_DSYNC).
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, existsSync, fstatSync, openSync, readdirSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@bulkhead/base/clock.ts'

export const firstHash = '0'.repeat(64)
export const hashOf = (line: string): string => createHash('sha256').update(line).digest('hex')

const fileBytesMax = 64 * 1024 * 1024
export const checkpointsFile = 'checkpoints.ndjson'
const filePattern = /^ledger-(\d{6})\.ndjson$/
const fileName = (number: number): string => `ledger-${String(number).padStart(6, '0')}.ndjson`

export const ledgerFiles = (directory: string): readonly string[] =>
  existsSync(directory) ? readdirSync(directory).filter((name) => filePattern.test(name)).sort() : []

/** What a line holds beside its place in the chain. */
export type Entry = Readonly<Record<string, string | number>>

export interface Ledger extends Disposable {
  append(entries: readonly Entry[]): void
  /** Notes the head of the chain. */
  checkpoint(): void
  head(): { readonly seq: number; readonly hash: string }
}

const writeThrough = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_DSYNC
const openForAppend = (path: string): number => openSync(path, writeThrough, 0o640)

interface Head {
  readonly seq: number
  readonly hash: string
}

/** The last whole line's place in the chain, and how many bytes of the file are whole lines. */
const headOf = (text: string): (Head & { readonly wholeBytes: number }) | undefined => {
  const end = text.lastIndexOf('\n')
  if (end < 0) return undefined
  const line = text.slice(text.lastIndexOf('\n', end - 1) + 1, end)
  const { seq } = JSON.parse(line) as { readonly seq?: number }
  return { seq: seq ?? 0, hash: hashOf(line), wholeBytes: Buffer.byteLength(text.slice(0, end + 1)) }
}

export const openLedger = (directory: string, clock: Clock): Ledger => {
  const files = ledgerFiles(directory)
  let number = Math.max(1, files.length === 0 ? 1 : Number(filePattern.exec(files.at(-1) ?? '')?.[1]))
  let head: Head = { seq: 0, hash: firstHash }
  let torn = false
  for (const name of files.toReversed()) {
    const text = readFileSync(join(directory, name), 'utf8')
    const found = headOf(text)
    const wholeBytes = found?.wholeBytes ?? 0
    if (wholeBytes < Buffer.byteLength(text)) {
      truncateSync(join(directory, name), wholeBytes)
      torn = true
    }
    if (found === undefined) continue
    head = found
    break
  }
  let handle = openForAppend(join(directory, fileName(number)))
  let size = fstatSync(handle).size
  const checkpoints = openForAppend(join(directory, checkpointsFile))

  const next = (entry: Entry): string => {
    const line = JSON.stringify({ seq: head.seq + 1, prev: head.hash, ...entry })
    head = { seq: head.seq + 1, hash: hashOf(line) }
    return `${line}\n`
  }
  const rotate = (): void => {
    closeSync(handle)
    number += 1
    handle = openForAppend(join(directory, fileName(number)))
    size = 0
  }
  const append = (entries: readonly Entry[]): void => {
    if (entries.length === 0) return
    if (size > fileBytesMax) rotate()
    const bytes = Buffer.from(entries.map(next).join(''))
    writeSync(handle, bytes)
    size += bytes.length
  }
  const now = (): string => new Date(clock.now()).toISOString()
  // A line cut by a crash was never told to anybody as kept; that it was there is.
  append([{ at: now(), kind: 'ledgerOpened', ...(torn ? { outcome: 'a torn last line was cut off' } : {}) }])
  return {
    append,
    checkpoint() {
      writeSync(checkpoints, `${JSON.stringify({ at: now(), seq: head.seq, head: head.hash })}\n`)
    },
    head: () => head,
    [Symbol.dispose]() {
      this.checkpoint()
      closeSync(handle)
      closeSync(checkpoints)
    },
  }
}
