/** The journal on PostgreSQL. Reading and writing have sessions of their own: a long read never holds up an append. */
import type { Secret } from '@bulkhead/base/secret.ts'
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import type { JournalStore } from '@bulkhead/mail/ports/journal-store.ts'
import { only, text } from '../sql/columns.ts'
import { openDatabase } from '../sql/database.ts'
import { gathered } from '../sql/gathered.ts'
import { byteaArray, int8Array, textArray, uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'
import { acknowledgements } from './acknowledgements.ts'
import { groupCommit, groupLimits, type GroupLimits } from './group-commit.ts'
import { packStore, removeBlobs } from './packs.ts'
import { journalReader } from './reader.ts'

export interface JournalOptions {
  readonly url: Secret<string>
  /** Where large bodies lie; those of dead messages go with their rows. */
  readonly blobs: BlobStore
  /** Intake does, once an hour: digests of arrivals older than a day are forgotten. */
  readonly prunesArrivals: boolean
  readonly limits?: GroupLimits
}

export type OpenJournal = JournalStore & { [Symbol.asyncDispose](): Promise<void> }

const readersMax = 4
const pruneMs = 3_600_000

const blobName = only(text)

export const openJournalStore = ({ url, blobs, prunesArrivals, limits = groupLimits }: JournalOptions): OpenJournal => {
  const readers = openDatabase({ url, name: 'bulkhead journal reader', sessionsMax: readersMax })
  const writers = openDatabase({ url, name: 'bulkhead journal writer', sessionsMax: limits.writersMax })
  const group = groupCommit(writers, limits)
  const acknowledged = acknowledgements(readers)
  // A fault while pruning is met again in an hour.
  const prune = () => void readers.run(sql`select from ask.prune_arrivals()`).catch(() => undefined)
  const pruning = prunesArrivals ? setInterval(prune, pruneMs).unref() : undefined

  return {
    ...journalReader(readers, gathered(readers)),
    ...packStore(readers, blobs),
    append: (append) => group.append(append),
    acknowledged: (account, digest) => acknowledged.note(account, digest),

    async writeSnapshot(account, { seq, changed, vanished, deadMessages }) {
      const orphans = await readers.many(blobName, sql`
        select blob
          from ask.write_snapshot(
            ${account}, ${seq}, ${textArray(changed.map(({ segment }) => segment))},
            ${int8Array(changed.map((segment) => segment.seq))}, ${byteaArray(changed.map(({ sealed }) => sealed))},
            ${textArray(vanished)}, ${uuidArray(deadMessages)})`)
      await removeBlobs(readers, blobs, orphans.map((blob) => ({ account, blob })))
    },

    async [Symbol.asyncDispose]() {
      clearInterval(pruning)
      await group.drained()
      await acknowledged.flushed()
      await writers[Symbol.asyncDispose]()
      await readers[Symbol.asyncDispose]()
    },
  }
}
