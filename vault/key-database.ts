/** The key table's SQLite file: its statements, made ready, and the ways of writing. */
import { statements } from './key-statements.ts'
import { number } from './rows.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { DatabaseSync } from 'node:sqlite'

export type Ready = ReturnType<typeof prepared>

export const prepared = (database: DatabaseSync) => {
  const prepare = (name: Name) => database.prepare(statements[name])
  const all = Object.keys(statements).map((name) => [name, prepare(name as Name)])
  return Object.fromEntries(all) as Readonly<Record<Name, ReturnType<typeof prepare>>>
}

/** The ways a change reaches the disk. */
export type Writer = ReturnType<typeof writer>

export const writer = (database: DatabaseSync) => ({
  together(act: () => void): void {
    database.exec('begin immediate')
    try {
      act()
      database.exec('commit')
    } catch (cause) {
      database.exec('rollback')
      throw new Fault('storageFailed', 'key table', cause)
    }
  },
  /** For counts: committed to the operating system, without waiting for the disk. */
  withoutWaiting<T>(act: () => T): T {
    database.exec('pragma synchronous = normal')
    try {
      return act()
    } finally {
      database.exec('pragma synchronous = full')
    }
  },
  eraseLog(): void {
    const busy = number(database.prepare('pragma wal_checkpoint(truncate)').get() ?? {}, 'busy')
    if (busy !== 0) throw new Fault('storageFailed', 'the write-ahead log could not be erased: another reader is open')
  },
})

type Name = keyof typeof statements
