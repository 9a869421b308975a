/** What the warden may ask of the directory: one credential row by the blind index of a login, and its replacement. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { accountStates } from '@bulkhead/door/contracts/desk.ts'
import type { CredentialDirectory } from '@bulkhead/mail/ports/directory.ts'
import { accountColumn, bool, bytea, int4, only, row, text, word } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { uuidArray } from '../sql/parameters.ts'
import { sql } from '../sql/sql.ts'
import { credentialFromStore, credentialToStore } from './credentials.ts'

const credentialRow = row({
  account: accountColumn,
  state: word(accountStates),
  set: text,
  publicKey: bytea,
  salt: bytea,
  m: int4,
  t: int4,
  p: int4,
  sealed: bytea,
})
const yes = only(bool)

/** Logins of this long are written together. */
const loginsMs = 5_000
const loginsMax = 50_000

export type OpenCredentialDirectory = CredentialDirectory & { [Symbol.asyncDispose](): Promise<void> }

export const credentialDirectory = (database: Database): OpenCredentialDirectory => {
  let logins = new Set<AccountHandle>()
  let timer: NodeJS.Timeout | undefined

  const flush = async (): Promise<void> => {
    timer = undefined
    // In order, so that two wardens never wait for each other in a ring.
    const accounts = [...logins].sort()
    logins = new Set()
    if (accounts.length > 0) await database.run(sql`select from ask.logged_in(${uuidArray(accounts)})`)
  }

  return {
    async credentialFor(index) {
      const found = await database.maybeOne(credentialRow, sql`
        select account, state, brand, public_key, salt, m, t, p, sealed
          from ask.credential_for(${index})`)
      if (found === undefined) return undefined
      const { account, state, set, publicKey } = found
      return { account, state, set, publicKey, credential: credentialFromStore(found) }
    },

    replaceCredential(account, previousSealed, credential) {
      const { salt, m, t, p, sealed } = credentialToStore(credential)
      return database.one(yes, sql`
        select ask.replace_credential(${account}, ${previousSealed}, ${salt}, ${m}, ${t}, ${p}, ${sealed})`)
    },

    loggedIn(account) {
      if (logins.size >= loginsMax) return
      logins.add(account)
      // A lost note of a login harms nobody; the next login notes it again.
      timer ??= setTimeout(() => void flush().catch(() => undefined), loginsMs).unref()
    },

    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      await flush().catch(() => undefined)
    },
  }
}
