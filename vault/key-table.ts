/**
 * The key table: one SQLite file, the only place where keys are, each wrapped by the root. Durable when a call
 * returns (WAL, synchronous = full). Every question and every change names one account or one key of a domain; there is no
 * statement that reads two of them.
 *
 * Wrapped keys have a table of their own, of rows of one size that are only ever appended or overwritten in place, so that
 * a B-tree never copies one aside. Destroying one overwrites it and truncates the write-ahead log: then it is in no file.
 */
import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { assert } from '@bulkhead/base/assert.ts'
import { uuidBytes, type AccountHandle } from '@bulkhead/base/ids.ts'
import { schema, wrappedKeyBytes } from './key-statements.ts'
import { blob, number, text, type Row } from './rows.ts'
import { signerTable, type SignerTable } from './signer-table.ts'
import { prepared, writer } from './key-database.ts'

export interface HeldKeys {
  readonly wrapped: Buffer
  /** The key before a `rekey` that is not settled yet. */
  readonly previous: Buffer | null
  readonly set: string
  readonly accountEpoch: number
  readonly setEpoch: number
  readonly wrongHour: number
  readonly wrongInHour: number
  readonly permitUntilMs: number
}

export interface TracePair {
  readonly publicKey: Buffer
  readonly wrapped: Buffer
}

export interface KeyTable {
  /** Made once by `make`, which gives the wrapped index key. */
  wrappedIndexKey(make: () => Buffer): Buffer
  cellEpoch(): number
  /** Undefined for unknown and destroyed accounts. */
  held(account: AccountHandle): HeldKeys | undefined
  add(account: AccountHandle, set: string, wrapped: Buffer): void
  /** The new key takes the place of the current one, which becomes the previous. */
  replace(account: AccountHandle, wrapped: Buffer): void
  forgetPrevious(account: AccountHandle): void
  destroy(account: AccountHandle, atMs: number): void
  /** The new epoch; undefined for an unknown account. */
  raiseAccountEpoch(account: AccountHandle): number | undefined
  raiseSetEpoch(set: string): number
  raiseCellEpoch(): number
  permit(account: AccountHandle, untilMs: number): void
  /** Counts survive a crash of the process at once, and of the machine but for the last moments. */
  countWrong(account: AccountHandle, hour: number): void
  countAddress(hour: number): number
  /** The pair of the message trace, the private half wrapped; made once by `make`. */
  traceKey(make: () => TracePair): TracePair
  countTrace(hour: number): number
  readonly signers: SignerTable
  [Symbol.dispose](): void
}

const openDatabase = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path)
  chmodSync(path, 0o600)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on')
  database.exec(schema)
  // What an earlier run destroyed must not wait in the log.
  database.exec('pragma wal_checkpoint(truncate)')
  return database
}

const heldOf = (row: Row): HeldKeys => ({
  wrapped: blob(row, 'wrapped'),
  previous: row['previous'] === null ? null : blob(row, 'previous'),
  set: text(row, 'set_name'),
  accountEpoch: number(row, 'epoch'),
  setEpoch: number(row, 'set_epoch'),
  wrongHour: number(row, 'wrong_hour'),
  wrongInHour: number(row, 'wrong_count'),
  permitUntilMs: number(row, 'permit_until'),
})

export const openKeyTable = (path: string): KeyTable => {
  const database = openDatabase(path)
  const ready = prepared(database)
  const { together, withoutWaiting, eraseLog } = writer(database)
  const newKeyId = (wrapped: Buffer): number | bigint => {
    assert(wrapped.length === wrappedKeyBytes, 'wrapped keys have one size')
    return ready.addKey.run(wrapped).lastInsertRowid
  }

  return {
    wrappedIndexKey(make) {
      const row = ready.indexKey.get()
      if (row !== undefined) return blob(row, 'index_key')
      const wrapped = make()
      ready.makeCell.run(wrapped)
      return wrapped
    },
    cellEpoch: () => number(ready.cellEpoch.get() ?? {}, 'epoch'),
    held(account) {
      const row = ready.held.get(uuidBytes(account))
      return row && heldOf(row)
    },
    add: (account, set, wrapped) => together(() => void ready.addAccount.run(uuidBytes(account), set, newKeyId(wrapped))),
    replace: (account, wrapped) => together(() => void ready.replace.run(uuidBytes(account), newKeyId(wrapped))),
    forgetPrevious(account) {
      together(() => {
        ready.erasePrevious.run(uuidBytes(account))
        ready.forgetPrevious.run(uuidBytes(account))
      })
      eraseLog()
    },
    destroy(account, atMs) {
      together(() => {
        ready.erasePrevious.run(uuidBytes(account))
        ready.eraseKey.run(uuidBytes(account))
        ready.bury.run(uuidBytes(account), atMs)
      })
      eraseLog()
    },
    raiseAccountEpoch(account) {
      const row = ready.raiseAccount.get(uuidBytes(account))
      return row === undefined ? undefined : number(row, 'epoch')
    },
    raiseSetEpoch: (set) => number(ready.raiseSet.get(set) ?? {}, 'epoch'),
    raiseCellEpoch: () => number(ready.raiseCell.get() ?? {}, 'epoch'),
    permit: (account, untilMs) => void ready.permit.run(uuidBytes(account), untilMs),
    countWrong: (account, hour) => void withoutWaiting(() => ready.countWrong.run(uuidBytes(account), hour)),
    countAddress: (hour) => withoutWaiting(() => number(ready.countAddress.get(hour) ?? {}, 'addresses_count')),
    traceKey(make) {
      const row = ready.traceKey.get()
      if (row !== undefined) return { publicKey: blob(row, 'public_key'), wrapped: blob(row, 'private_key') }
      const made = make()
      ready.makeTrace.run(made.publicKey, made.wrapped)
      return made
    },
    countTrace: (hour) => withoutWaiting(() => number(ready.countTrace.get(hour) ?? {}, 'count')),
    signers: signerTable(ready, { together, eraseLog }),
    [Symbol.dispose]: () => database.close(),
  }
}
