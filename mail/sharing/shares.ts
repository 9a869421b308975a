/**
 * The shares a session's account is a member of, open: which there are is asked again now and then, and at once when a
 * session of this mailroom changed it. What can't be opened is left out and told; the account's own mail never waits for it.
 */
import type { AccountHandle, MailboxId } from '@bulkhead/base/ids.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import type { OpenAccount } from '../account/open-account.ts'
import type { AccountLease, OpenAccounts } from '../account/open-accounts.ts'
import { ownerOf } from '../journal/acl.ts'
import type { FoldedMailbox } from '../journal/mailbox-fold.ts'
import type { HeldShare, Quota, ShareDirectory, ShareJournals } from '../ports/share-directory.ts'
import type { Bells } from './bells.ts'

export interface SharingPorts {
  readonly accounts: OpenAccounts
  readonly directory: ShareDirectory
  readonly journals: ShareJournals
  readonly bells: Bells
  readonly sealing: Sealing
  readonly clock: Clock
  readonly log: Log
  /** Members whose sessions may wait elsewhere than in an open account. */
  wakeParked(members: readonly AccountHandle[]): void
  /** Blind index of a canonical address. */
  indexOf(address: string): Promise<Uint8Array>
}

/** Another mailroom's changes of membership are seen this much later, at most. */
const membershipMs = 10_000

/** What the key of a share is sealed for: this member of this share. */
const keyUse = (share: AccountHandle, member: AccountHandle): string => `bulkhead share ${share} of ${member}`

export interface Share {
  readonly share: AccountHandle
  readonly mail: OpenAccount
}

interface Held extends Share {
  readonly lease: AccountLease
  readonly stopWatching: () => void
}

/** A share's one mailbox; undefined where it was deleted. */
export const mailboxOf = ({ mail }: Share): FoldedMailbox | undefined => {
  const { mailboxes, inbox } = mail.state()
  for (const mailbox of mailboxes.values()) if (mailbox !== inbox) return mailbox
  return undefined
}

export class Shares {
  readonly #own: OpenAccount
  readonly #ports: SharingPorts
  readonly #moved: () => void
  readonly #held = new Map<AccountHandle, Held>()
  readonly #stopListening: () => void
  #lookedAtMs = -Infinity
  #looking: Promise<void> | undefined
  #closed = false

  /** `moved` is called when a share moved, came or went. */
  constructor(own: OpenAccount, ports: SharingPorts, moved: () => void) {
    this.#own = own
    this.#ports = ports
    this.#moved = moved
    this.#stopListening = ports.bells.listen(own.account, () => void this.#lookAgain())
  }

  /** In the order of their handles: the same for every session. */
  all(): readonly Share[] {
    return [...this.#held.values()].toSorted((one, other) => (one.share < other.share ? -1 : 1))
  }

  get size(): number {
    return this.#held.size
  }

  with(mailbox: MailboxId): Share | undefined {
    for (const share of this.#held.values()) if (share.mail.state().mailboxes.has(mailbox)) return share
    return undefined
  }

  /** Looks where that was long ago; resolves when no look is under way. */
  async upToDate(): Promise<void> {
    if (this.#ports.clock.now() - this.#lookedAtMs >= membershipMs) void this.look()
    await this.#looking
  }

  /** What rang may have come after what a look that is under way has asked. */
  async #lookAgain(): Promise<void> {
    await this.#looking
    await this.look()
  }

  /** Never rejects. `found`: asked already. */
  look(found?: Promise<readonly HeldShare[]>): Promise<void> {
    this.#looking ??= this.#look(found ?? this.#ports.directory.sharesOf(this.#own.account))
      .catch((fault: unknown) => this.#ports.log.error('sharesNotSeen', fault))
      .finally(() => {
        this.#looking = undefined
      })
    return this.#looking
  }

  async #look(found: Promise<readonly HeldShare[]>): Promise<void> {
    this.#lookedAtMs = this.#ports.clock.now()
    const now = await found
    const names = new Set(now.map(({ share }) => share))
    const gone = [...this.#held.values()].filter(({ share }) => !names.has(share))
    const come = now.filter(({ share }) => !this.#held.has(share))
    for (const share of gone) await this.#drop(share)
    await Promise.all(come.map((held) => this.#open(held)))
    if (gone.length + come.length > 0) this.#moved()
  }

  async #open({ share, sealedKey }: HeldShare): Promise<void> {
    if (this.#closed) return
    try {
      const lease = await this.#ports.accounts.acquire(share, this.#own.openKey(keyUse(share, this.#own.account), sealedKey), 'share')
      if (this.#closed || this.#held.has(share)) await lease.release()
      else await this.#finishRemoval(this.#hold(share, lease))
    } catch (fault) {
      this.#ports.log.error('shareNotOpened', fault)
    }
  }

  /** A removal that broke off when the mailbox was deleted is ended by the owner's next session. */
  async #finishRemoval(held: Held): Promise<void> {
    const isOwner = ownerOf(held.mail.state().acl)?.[0] === this.#own.account
    if (isOwner && mailboxOf(held) === undefined) await this.remove(held)
  }

  #hold(share: AccountHandle, lease: AccountLease): Held {
    const { mail } = lease
    const moved = (): void => {
      this.#moved()
      this.#ports.wakeParked([...mail.state().acl.keys()])
    }
    const held = { share, mail, lease, stopWatching: mail.watch(moved) }
    this.#held.set(share, held)
    return held
  }

  async #drop({ share, lease, stopWatching }: Held): Promise<void> {
    if (!this.#held.delete(share)) return
    stopWatching()
    await lease.release().catch((fault: unknown) => this.#ports.log.error('shareNotClosed', fault))
  }

  /** A new share with its mailbox; the account is its owner. Its journal first: a key to nothing is never kept. */
  async make(name: string, identifier: string, quota: Quota): Promise<Share | 'tooMany'> {
    const { accounts, directory, journals, sealing } = this.#ports
    const share = newAccountHandle()
    await journals.open(share, quota)
    const lease = await accounts.acquire(share, sealing.newKeyPair().privateKey, 'share')
    const { mail } = lease
    const member = this.#own.account
    await mail.foundShare(name, { member, identifier, rights: '' })
    const made = await directory.make(member, { share, sealedKey: mail.sealKeyTo(this.#own.publicKey, keyUse(share, member)) })
    if (made === 'made') {
      const held = this.#hold(share, lease)
      this.#moved()
      this.#ports.bells.ring(member)
      return held
    }
    await lease.release()
    await journals.remove(share)
    return 'tooMany'
  }

  /** Gives an account the key of a share. */
  async admit({ share, mail }: Share, to: { readonly account: AccountHandle; readonly publicKey: Uint8Array }): Promise<'added' | 'tooMany'> {
    const sealedKey = mail.sealKeyTo(to.publicKey, keyUse(share, to.account))
    return this.#ports.directory.addMember(to.account, { share, sealedKey })
  }

  /** Its mailbox is deleted: nobody opens it any more, and its rows go. */
  async remove({ share, mail }: Share): Promise<void> {
    const members = [...mail.state().acl.keys()]
    await this.#ports.directory.remove(share)
    for (const member of members) this.#ports.bells.ring(member)
    const held = this.#held.get(share)
    if (held !== undefined) await this.#drop(held)
    await this.#ports.journals.remove(share)
    this.#moved()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#stopListening()
    await this.#looking
    for (const held of this.#held.values()) await this.#drop(held)
  }
}
