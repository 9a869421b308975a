/**
 * Digests of arrivals whose acknowledgement went out, forgotten together a few times a second. A hint: one that is lost
 * is forgotten a day later by `prune`.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Database } from '../sql/database.ts'
import { byteaArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const collectMs = 100
const waitingMax = 20_000
const accountsPerBurst = 200

export interface Acknowledgements {
  note(account: AccountHandle, digest: Uint8Array): void
  flushed(): Promise<void>
}

export const acknowledgements = (database: Database): Acknowledgements => {
  let waiting = new Map<AccountHandle, Uint8Array[]>()
  let count = 0
  let timer: NodeJS.Timeout | undefined

  const flush = async (): Promise<void> => {
    timer = undefined
    const statements = [...waiting].sort(([a], [b]) => (a < b ? -1 : 1)).map(([account, digests]) =>
      sql`select from ask.acknowledge(${account}, ${byteaArray(digests)})`)
    waiting = new Map()
    count = 0
    for (let at = 0; at < statements.length; at += accountsPerBurst) {
      await database.burst(statements.slice(at, at + accountsPerBurst))
    }
  }

  return {
    note(account, digest) {
      if (count >= waitingMax) return
      count += 1
      const digests = waiting.get(account)
      if (digests === undefined) waiting.set(account, [digest])
      else digests.push(digest)
      // A fault here loses hints, nothing else; whoever appends next hears that the database is away.
      timer ??= setTimeout(() => void flush().catch(() => undefined), collectMs)
    },
    async flushed() {
      clearTimeout(timer)
      await flush().catch(() => undefined)
    },
  }
}
