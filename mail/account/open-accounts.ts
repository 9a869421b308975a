/**
 * The accounts a mailroom has open: one `OpenAccount` for all sessions of an account, opened by the first, closed and its
 * keys wiped when the last one ends.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { wipe, type Secret } from '@bulkhead/base/secret.ts'
import { cacheBudget } from './index-cache.ts'
import type { MailAccount } from './mail-account.ts'
import { OpenAccount, type AccountPorts } from './open-account.ts'

/** Opened index records of all open accounts together. */
export const cacheBytesMax = 256 * 1024 * 1024

/** A session's share of an open account. */
export interface AccountLease {
  readonly mail: MailAccount
  /** The session ended. Once. */
  release(): Promise<void>
}

export interface OpenAccounts {
  /** Takes the private key for its own, whatever comes of it. Rejects with a `Fault`. */
  acquire(account: AccountHandle, privateKey: Secret<Buffer>): Promise<AccountLease>
  /** Hints that journals grew: those that are open here are refreshed. Never rejects, nothing waits for it. */
  wake(accounts: readonly AccountHandle[]): void
  /** Accounts open now. */
  size(): number
}

interface Entry {
  readonly opening: Promise<OpenAccount>
  sessions: number
}

export const openAccounts = (ports: Omit<AccountPorts, 'cacheBudget'>): OpenAccounts => {
  const entries = new Map<AccountHandle, Entry>()
  const budget = cacheBudget(cacheBytesMax)

  const enter = (account: AccountHandle, privateKey: Secret<Buffer>): Entry => {
    const present = entries.get(account)
    if (present !== undefined) {
      present.sessions += 1
      wipe(privateKey.declassify())
      return present
    }
    const opening = OpenAccount.open(account, privateKey, { ...ports, cacheBudget: budget })
    const entry: Entry = { opening, sessions: 1 }
    entries.set(account, entry)
    return entry
  }

  const leave = async (account: AccountHandle, entry: Entry): Promise<void> => {
    entry.sessions -= 1
    if (entry.sessions > 0) return
    if (entries.get(account) === entry) entries.delete(account)
    await (await entry.opening).close()
  }

  return {
    async acquire(account, privateKey) {
      const entry = enter(account, privateKey)
      try {
        const mail = await entry.opening
        let held = true
        const release = async (): Promise<void> => {
          assert(held, 'a lease is released once')
          held = false
          await leave(account, entry)
        }
        return { mail, release }
      } catch (fault) {
        if (entries.get(account) === entry) entries.delete(account)
        throw fault
      }
    },
    wake(accounts) {
      for (const account of accounts) {
        const entry = entries.get(account)
        if (entry === undefined) continue
        entry.opening
          .then((mail) => mail.refresh())
          .catch((fault: unknown) => ports.log.error('wakeFailed', fault))
      }
    },
    size: () => entries.size,
  }
}
