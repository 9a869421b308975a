/** The account and its shares as one state: shared mailboxes below `Shared/`, each with the session's rights and its owner. */
import type { AccountHandle, MailboxId, ModSeq } from '@bulkhead/base/ids.ts'
import type { AccountState, MailboxState } from '../account/mail-account.ts'
import { ownerOf } from '../journal/acl.ts'
import { mailboxName } from '../journal/mailbox-name.ts'
import { mailboxOf, type Share } from './shares.ts'

export const sharedPrefix = 'Shared/'

/** The name of a shared mailbox within its share: one level; undefined where a name is none. */
export const sharedName = (text: string): string | undefined => {
  const name = mailboxName(text)
  if (name === undefined || !name.startsWith(sharedPrefix)) return undefined
  const inner = name.slice(sharedPrefix.length)
  return inner === '' || inner.includes('/') ? undefined : inner
}

/** Names that are not the account's own to give. */
export const isBelowShared = (text: string): boolean => {
  const name = mailboxName(text) ?? text
  return name.startsWith(sharedPrefix) || `${name}/` === sharedPrefix
}

/** What everybody in the share may see; the rest is each member's own affair. */
export const sharedAnnotations = (annotations: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Buffer> =>
  new Map([...annotations].filter(([entry]) => entry.startsWith('/shared/')))

const freeName = (taken: ReadonlySet<string>, name: string): string => {
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? `${sharedPrefix}${name}` : `${sharedPrefix}${name} (${number})`
    if (!taken.has(tried)) return tried
  }
}

/** The mailbox of a share as this account sees it; undefined where it may not. */
const seen = (account: AccountHandle, share: Share, taken: ReadonlySet<string>): MailboxState | undefined => {
  const { acl } = share.mail.state()
  const rights = acl.get(account)?.rights
  const mailbox = rights === undefined ? undefined : mailboxOf(share)
  if (rights === undefined || mailbox === undefined) return undefined
  return {
    ...mailbox,
    name: freeName(taken, mailbox.name),
    rights,
    owner: ownerOf(acl)?.[1].identifier ?? null,
    annotations: sharedAnnotations(mailbox.annotations),
  }
}

export const composed = (own: AccountState, account: AccountHandle, shares: readonly Share[]): AccountState => {
  const taken = new Set([...own.mailboxes.values()].map(({ name }) => name))
  const shared: MailboxState[] = []
  let seq: number = own.seq
  for (const share of shares) {
    seq += share.mail.state().seq
    const mailbox = seen(account, share, taken)
    if (mailbox === undefined) continue
    shared.push(mailbox)
    taken.add(mailbox.name)
  }
  if (shared.length === 0) return own
  const byName = new Map(shared.map((mailbox) => [mailbox.name, mailbox]))
  const mailboxes = new Map<MailboxId, MailboxState>(own.mailboxes)
  for (const mailbox of shared) mailboxes.set(mailbox.id, mailbox)
  return {
    ...own,
    seq: seq as ModSeq,
    mailboxes,
    byName: (name) => own.byName(name) ?? byName.get(name) ?? byName.get(mailboxName(name) ?? ''),
  }
}
