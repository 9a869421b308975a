/** Opens accounts together with what is shared with them: what a mailroom gives its sessions. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { MailAccount } from '../account/mail-account.ts'
import { bells } from './bells.ts'
import { CompositeAccount } from './composite-account.ts'
import type { SharingPorts } from './shares.ts'

export interface SharedLease {
  readonly mail: MailAccount
  /** The session ended. Once. */
  release(): Promise<void>
}

export interface Sharing {
  /** Takes the private key for its own. `login`: canonical address. Rejects with a `Fault`. */
  acquire(account: AccountHandle, privateKey: Secret<Buffer>, login: string): Promise<SharedLease>
}

export const sharing = (given: Omit<SharingPorts, 'bells'>): Sharing => {
  const ports: SharingPorts = { ...given, bells: bells() }
  return {
    async acquire(account, privateKey, login) {
      // Asked while the account is opened: a login waits for one of the two.
      let hasChanged = false
      const stopListening = ports.bells.listen(account, () => {
        hasChanged = true
      })
      const found = ports.directory.sharesOf(account)
      found.catch(() => undefined)
      try {
        const lease = await ports.accounts.acquire(account, privateKey)
        const mail = new CompositeAccount(lease.mail, login, ports)
        await mail.load(found)
        if (hasChanged) await mail.load()
        return {
          mail,
          async release() {
            await mail.close()
            await lease.release()
          },
        }
      } finally {
        stopListening()
      }
    },
  }
}
