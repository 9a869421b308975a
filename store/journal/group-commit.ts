/**
 * Appends of many accounts share transactions, and so the wait for the disk: what comes while the writers are busy goes
 * together in the next burst. Within a burst accounts are in order, so that two bursts never wait for each other in a
 * ring. A refusal is one append's answer; a fault that undid a whole burst is found by trying its appends one by one.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import type { Append, AppendAnswer } from '@bulkhead/mail/ports/journal-store.ts'
import type { Database } from '../sql/database.ts'
import { StatementFault } from '../sql/fault.ts'
import { appendAnswer, appendBytes, appendStatement } from './append.ts'

export interface GroupLimits {
  readonly appendsMax: number
  readonly bytesMax: number
  /** Bursts under way at once. */
  readonly writersMax: number
  /** A further writer starts only for so many waiting appends: a fuller burst beats an earlier one. */
  readonly worthAnotherWriter: number
  readonly waitingMax: number
}

export const groupLimits: GroupLimits = {
  appendsMax: 64,
  bytesMax: 4 * 1024 * 1024,
  writersMax: 3,
  worthAnotherWriter: 16,
  waitingMax: 10_000,
}

interface Waiting {
  readonly append: Append
  readonly bytes: number
  readonly resolve: (answer: AppendAnswer) => void
  readonly reject: (error: unknown) => void
}

export interface GroupCommit {
  append(append: Append): Promise<AppendAnswer>
  /** Resolves when all that was handed in has been answered. */
  drained(): Promise<void>
}

/** As many of the waiting, from the front, as one burst may hold; at least one. */
const takeBurst = (waiting: Waiting[], limits: GroupLimits): Waiting[] => {
  let bytes = 0
  let count = 0
  for (const { bytes: each } of waiting) {
    if (count >= limits.appendsMax || (count > 0 && bytes + each > limits.bytesMax)) break
    bytes += each
    count += 1
  }
  return waiting.splice(0, count)
}

const byAccount = (a: Waiting, b: Waiting): number => (a.append.account < b.append.account ? -1 : a.append.account > b.append.account ? 1 : 0)

const write = async (database: Database, burst: readonly Waiting[]): Promise<void> => {
  try {
    const results = await database.burst(burst.map(({ append }) => appendStatement(append)))
    burst.forEach(({ resolve }, at) => resolve(appendAnswer(results[at])))
  } catch (error) {
    if (burst.length === 1 || !(error instanceof StatementFault)) return burst.forEach(({ reject }) => reject(error))
    for (const alone of burst) await write(database, [alone])
  }
}

export const groupCommit = (database: Database, limits: GroupLimits = groupLimits): GroupCommit => {
  const waiting: Waiting[] = []
  const writing = new Set<Promise<void>>()
  let scheduled = false

  const pump = (): void => {
    scheduled = false
    while (waiting.length > 0 && writing.size < limits.writersMax) {
      if (writing.size > 0 && waiting.length < limits.worthAnotherWriter) return
      const done = write(database, takeBurst(waiting, limits).sort(byAccount)).finally(() => {
        writing.delete(done)
        pump()
      })
      writing.add(done)
    }
  }

  return {
    append(append) {
      if (waiting.length >= limits.waitingMax) return Promise.reject(new Fault('overloaded', 'too many appends are waiting'))
      return new Promise((resolve, reject) => {
        waiting.push({ append, bytes: appendBytes(append), resolve, reject })
        if (scheduled || (writing.size > 0 && waiting.length < limits.worthAnotherWriter)) return
        scheduled = true
        setImmediate(pump)
      })
    },
    async drained() {
      while (waiting.length > 0 || writing.size > 0) {
        pump()
        await Promise.all(writing)
      }
    },
  }
}
