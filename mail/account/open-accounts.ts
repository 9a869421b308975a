/**
 * The accounts a mailroom has open: one `OpenAccount` for all sessions of an account, opened by the first, closed and its
 * keys wiped when the last one ends, or, where many index records are in no pack yet, when that turn of packing has ended, and
 * where many came in its last moments a turn more.
 * Bodies are packed without a key, when an account has been used.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { wipe, type Secret } from '@bulkhead/base/secret.ts'
import { BodyPacker } from '../packs/body-packer.ts'
import { givingWay } from '../packs/give-way.ts'
import { settleMs } from '../packs/index-packer.ts'
import { PackMemory } from '../packs/pack-memory.ts'
import { cacheBudget } from './index-cache.ts'
import { OpenAccount, type AccountKind, type AccountPorts } from './open-account.ts'

/** Opened index records of all open accounts together. */
export const cacheBytesMax = 256 * 1024 * 1024

/** How long after an account was opened or grew its index records are packed, so that whoever logs in comes first. */
const quietMs = 2_000

/** A session's share of an open account. */
export interface AccountLease {
  readonly mail: OpenAccount
  /** The session ended. Once. */
  release(): Promise<void>
}

export interface OpenAccounts {
  /** Takes the private key for its own, whatever comes of it. Rejects with a `Fault`. */
  acquire(account: AccountHandle, privateKey: Secret<Buffer>, of?: AccountKind): Promise<AccountLease>
  /** Hints that journals grew: those that are open here are refreshed. Never rejects, nothing waits for it. */
  wake(accounts: readonly AccountHandle[]): void
  /** Accounts open now. */
  size(): number
  /** No session may follow. Resolves when what went on in the background has ended. */
  [Symbol.asyncDispose](): Promise<void>
}

interface Entry {
  readonly opening: Promise<OpenAccount>
  sessions: number
  timer: NodeJS.Timeout | undefined
}

const bytesOf = (mail: OpenAccount): number => {
  let bytes = 0
  for (const { sizeBytes } of mail.state().mailboxes.values()) bytes += sizeBytes
  return bytes
}

export const openAccounts = (ports: Omit<AccountPorts, 'cacheBudget' | 'packMemory' | 'giveWay'>): OpenAccounts => {
  const entries = new Map<AccountHandle, Entry>()
  const background = new Set<Promise<void>>()
  let isEnding = false
  const whole: AccountPorts = { ...ports, cacheBudget: cacheBudget(cacheBytesMax), packMemory: new PackMemory(), giveWay: givingWay() }
  const bodies = new BodyPacker(whole)

  /** Packing waits until nobody has asked for a while. */
  const packLater = (account: AccountHandle, entry: Entry): void => {
    if (entry.timer !== undefined) return
    entry.timer = setTimeout(() => {
      entry.timer = undefined
      if (entries.get(account) !== entry) return
      void entry.opening.then((mail) => {
        bodies.note(account, bytesOf(mail))
        return mail.packingWanted() ? mail.pack() : undefined
      }, () => undefined)
    }, quietMs).unref()
  }

  const enter = (account: AccountHandle, privateKey: Secret<Buffer>, of: AccountKind): Entry => {
    whole.giveWay.asked()
    const present = entries.get(account)
    if (present !== undefined) {
      present.sessions += 1
      wipe(privateKey.declassify())
      return present
    }
    const opening = OpenAccount.open(account, privateKey, whole, of)
    const entry: Entry = { opening, sessions: 1, timer: undefined }
    entries.set(account, entry)
    packLater(account, entry)
    return entry
  }

  const close = async (account: AccountHandle, entry: Entry, mail: OpenAccount): Promise<void> => {
    if (entries.get(account) === entry) entries.delete(account)
    clearTimeout(entry.timer)
    bodies.note(account, bytesOf(mail))
    await mail.close()
  }

  /** A session that comes while the last turn goes on finds the account open. */
  const packAndClose = async (account: AccountHandle, entry: Entry, mail: OpenAccount): Promise<void> => {
    await mail.pack()
    // What came at last was too young. Else an import would be packed when its owner next logs in and wants to see it.
    if (mail.packingWanted() && entry.sessions === 0 && !isEnding) {
      await new Promise<void>((resolve) => void setTimeout(resolve, settleMs))
      // A session that came and went meanwhile may have closed it.
      if (entries.get(account) === entry) await mail.pack()
    }
    if (entry.sessions === 0 && entries.get(account) === entry) await close(account, entry, mail)
  }

  const leave = async (account: AccountHandle, entry: Entry): Promise<void> => {
    entry.sessions -= 1
    if (entry.sessions > 0) return
    const mail = await entry.opening
    if (entry.sessions > 0) return
    if (!mail.packingWanted()) return close(account, entry, mail)
    const closing = packAndClose(account, entry, mail)
      .catch((fault: unknown) => ports.log.error('closingFailed', fault))
      .finally(() => void background.delete(closing))
    background.add(closing)
  }

  return {
    async acquire(account, privateKey, of = 'person') {
      const entry = enter(account, privateKey, of)
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
          .then((mail) => {
            packLater(account, entry)
            return mail.follow()
          })
          .catch((fault: unknown) => ports.log.error('wakeFailed', fault))
      }
    },
    size: () => entries.size,
    async [Symbol.asyncDispose]() {
      isEnding = true
      await Promise.all(background)
      await bodies[Symbol.asyncDispose]()
    },
  }
}
