/** The mail database's side of an account's life, for the desk. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import type { AccountLife } from '@bulkhead/mail/ports/directory.ts'
import { accountColumn, int8, orNull, row } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'

const usageRow = row({ account: accountColumn, usedBytes: int8, messages: int8, quotaBytes: orNull(int8), quotaMessages: orNull(int8) })

export const accountLife = (database: Database, blobs: BlobStore): AccountLife => ({
  openJournal: (account, quotaBytes) => database.run(sql`select from ask.open_journal(${account}, ${quotaBytes})`),
  setQuota: (account, quotaBytes) => database.run(sql`select from ask.set_quota(${account}, ${quotaBytes})`),
  setMessageQuota: (account, quotaMessages) => database.run(sql`select from ask.set_message_quota(${account}, ${quotaMessages})`),

  async usage(accounts) {
    const rows = await database.many(usageRow, sql`
      select account, used_bytes, messages, quota_bytes, quota_messages
        from ask.usage_of(${uuidArray(accounts)})`)
    return new Map(rows.map(({ account, ...usage }): readonly [AccountHandle, typeof usage] => [account, usage]))
  },

  setOpen: (account, open) => database.run(sql`select from ask.set_open(${account}, ${open})`),

  // Rows first: a name without a file is never met, a file without a name is only space.
  async removeJournal(account) {
    await database.run(sql`select from ask.remove_journal(${account})`)
    await blobs.removeAll(account)
  },
})
