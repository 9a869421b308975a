/**
 * Whether open sessions may go on: the account is active, nobody signed it out, the device they stand on is still there. Asked when a request
 * comes and the last answer is some seconds old, and for silent sessions from time to time.
 */
import { view } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Standing, WebDirectory } from '@bulkhead/mail/ports/device-directory.ts'
import type { OpenSession } from './open-session.ts'
import type { SessionTable } from './session-table.ts'

/** How old an answer may be. */
const goodForMs = 3_000
/** Accounts asked about at once. */
const askedAtOnceMax = 64

/** What was read before the session's own sign-out of everybody else says a smaller number. */
const stands = ({ terms, signOuts, isRenewing }: OpenSession, standing: Standing | undefined): boolean =>
  standing !== undefined && standing.state === 'active' && (isRenewing || standing.signOuts <= signOuts) &&
  (terms.device === '' || standing.devices.has(terms.device))

export const standings = (directory: Pick<WebDirectory, 'standing'>, table: SessionTable, clock: Clock, log: Log) => {
  const checkAccount = async (account: AccountHandle): Promise<void> => {
    const askedAtMs = clock.now()
    const standing = await directory.standing(account)
    for (const session of table.of(account)) {
      if (stands(session, standing)) session.checkedAtMs = askedAtMs
      else session.end('revoked')
    }
  }
  return {
    /** A session that is over after this has been ended. Rejects with a `Fault` where nobody can say. */
    async check(session: OpenSession): Promise<void> {
      if (clock.now() - session.checkedAtMs > goodForMs) await checkAccount(session.terms.who.account)
    },
    /** Never rejects: who can't be asked about goes on until it makes a request. */
    async checkAll(): Promise<void> {
      const accounts = [...table.accounts()]
      for (let at = 0; at < accounts.length; at += askedAtOnceMax) {
        const asked = await Promise.allSettled(accounts.slice(at, at + askedAtOnceMax).map(checkAccount))
        const failed = asked.find((one) => one.status === 'rejected')
        if (failed !== undefined) log.error('standingUnknown', failed.reason)
      }
    },
    /** Of a pass: the key is the account's, and the account may be used now. */
    async enters(account: AccountHandle, publicKey: Uint8Array): Promise<Standing | undefined> {
      const found = await directory.standing(account)
      return found?.state === 'active' && view(found.publicKey).equals(publicKey) ? found : undefined
    },
  }
}

export type Standings = ReturnType<typeof standings>
