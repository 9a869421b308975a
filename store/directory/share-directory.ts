/** Shared mailboxes on PostgreSQL (`mail/ports/share-directory.ts`): memberships in the directory, journals in the mail database. */
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import type { ShareDirectory, ShareJournals } from '@bulkhead/mail/ports/share-directory.ts'
import { accountColumn, bool, bytea, only, row, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import type { Gathered } from '../sql/gathered.ts'
import { sql } from '../sql/sql.ts'

const heldRow = row({ share: accountColumn, sealedKey: bytea })
const candidateRow = row({ account: accountColumn, publicKey: bytea })
const made = only(word(['made', 'tooMany']))
const added = only(word(['added', 'tooMany']))
const removed = only(bool)

export const shareDirectory = (database: Database, small: Gathered): ShareDirectory => ({
  async sharesOf(account) {
    const found = await small(`shares ${account}`, sql`
      select share, sealed_key
        from ask.shares_of(${account})`)
    return found.map(heldRow)
  },
  candidate: (of, index) => database.maybeOne(candidateRow, sql`
    select account, public_key
      from ask.share_candidate(${of}, ${index})`),
  make: (maker, { share, sealedKey }) => database.one(made, sql`select ask.make_share(${maker}, ${share}, ${sealedKey})`),
  addMember: (account, { share, sealedKey }) => database.one(added, sql`select ask.add_share_member(${account}, ${share}, ${sealedKey})`),
  removeMember: (share, account) => database.run(sql`select from ask.remove_share_member(${share}, ${account})`),
  remove: (share) => database.run(sql`select from ask.remove_share(${share})`),
})

export const shareJournals = (database: Database, blobs: BlobStore): ShareJournals => ({
  open: (share, { bytes, messages }) => database.run(sql`select from ask.open_share(${share}, ${bytes}, ${messages})`),
  // Rows first: a name without a file is never met, a file without a name is only space.
  async remove(share) {
    if (await database.one(removed, sql`select ask.remove_share(${share})`)) await blobs.removeAll(share)
  },
})
