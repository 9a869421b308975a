/**
 * SETACL and DELETEACL: who an identifier is, and what becomes of the member's key and rights. A key is given before rights
 * are, and rights are taken before the key is, so that a crash between leaves nobody with more than was decided.
 */
import { canonicalAddress } from '../address/address.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { MailAccount, RightsChange } from '../account/mail-account.ts'
import { ownerOf } from '../journal/acl.ts'
import type { Candidate } from '../ports/share-directory.ts'
import { refuse } from '../refusal.ts'
import { changedRights } from './rights.ts'
import type { Share, Shares, SharingPorts } from './shares.ts'

/** Identifiers looked up for one session in an hour: enough to share with everybody one knows, too few to try addresses. */
export const lookupsPerHour = 30
const hourMs = 3_600_000

type Given = ReturnType<MailAccount['setRights']>

export class RightsGiver {
  readonly #account: AccountHandle
  readonly #shares: Shares
  readonly #ports: SharingPorts
  #lookups = 0
  #sinceMs = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(account: AccountHandle, shares: Shares, ports: SharingPorts) {
    this.#account = account
    this.#shares = shares
    this.#ports = ports
  }

  /** One after the other: a key that is still being taken must not be taken from who was let in again. */
  give(share: Share, text: string, change: RightsChange): Given {
    const given = this.#last.then(() => this.#give(share, text, change))
    this.#last = given.catch(() => undefined)
    return given
  }

  async #give(share: Share, text: string, change: RightsChange): Given {
    const { acl } = share.mail.state()
    const identifier = canonicalAddress(text)
    if (identifier === undefined) return refuse('noSuchMember')
    const [present] = [...acl].filter(([, member]) => member.identifier === identifier)
    const rights = changedRights(present?.[1].rights ?? '', change)
    if (present !== undefined) {
      if (present[0] === ownerOf(acl)?.[0]) return refuse('noPermission')
      return rights === '' ? this.#dismiss(share, present[0], identifier) : share.mail.setMember({ member: present[0], identifier, rights })
    }
    if (rights === '') return { is: 'done' }
    const found = await this.#candidate(identifier)
    // Another address of a member: one account is one member.
    if (found === undefined || acl.has(found.account)) return refuse('noSuchMember')
    return this.#admit(share, found, { identifier, rights })
  }

  async #candidate(identifier: string): Promise<Candidate | undefined> {
    const nowMs = this.#ports.clock.now()
    if (nowMs - this.#sinceMs >= hourMs) {
      this.#sinceMs = nowMs
      this.#lookups = 0
    }
    if (this.#lookups >= lookupsPerHour) return undefined
    this.#lookups += 1
    return this.#ports.directory.candidate(this.#account, await this.#ports.indexOf(identifier))
  }

  async #admit(share: Share, to: Candidate, { identifier, rights }: { readonly identifier: string; readonly rights: string }): Given {
    if ((await this.#shares.admit(share, to)) === 'tooMany') return refuse('noSuchMember')
    const given = await share.mail.setMember({ member: to.account, identifier, rights })
    if (given.is === 'refused') await this.#ports.directory.removeMember(share.share, to.account)
    this.#ports.bells.ring(to.account)
    return given
  }

  async #dismiss(share: Share, member: AccountHandle, identifier: string): Given {
    await share.mail.setMember({ member, identifier, rights: '' })
    await this.#ports.directory.removeMember(share.share, member)
    this.#ports.bells.ring(member)
    this.#ports.wakeParked([member])
    return { is: 'done' }
  }
}
