/** Greylisting's memory in the mail database. */
import type { Greylist } from '@bulkhead/mail/ports/greylist.ts'
import { bool, only } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'

const yes = only(bool)

export interface StoredGreylist extends Greylist {
  /** Forgets what is over; a part of it at a time. */
  prune(): Promise<void>
}

export const storedGreylist = (database: Database): StoredGreylist => ({
  passes: (triplet, peer, { waitMs, retryMs, passMs }) => database.one(yes, sql`
    select ask.greylist(${triplet}, ${peer}, ${waitMs}, ${retryMs}, ${passMs})`),
  prune: () => database.run(sql`select from ask.prune_greylist()`),
})
