/**
 * QUIT (RFC 1939 section 6): what was marked deleted goes. Where the account lets messages expire, those retrieved are marked
 * with a keyword, and those that were retrieved and came more than so many days ago go too (RFC 2449 section 6.7).
 */
import type { Uid } from '@bulkhead/base/ids.ts'
import type { MailAccount, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'
import { isRefused, type Refused } from '@bulkhead/mail/refusal.ts'
import type { Maildrop } from './maildrop.ts'

/** On messages that a POP3 session retrieved and left. */
export const retrievedKeyword = '$Pop3Retrieved'
const dayMs = 86_400_000

/** Retrieved, by an earlier session or this one, and here for longer than `days`. */
const expired = ({ messages }: MailboxState, drop: Maildrop, days: number, nowMs: number): UidRanges => {
  const now = new Set<number>()
  for (const [first, last] of drop.retrievedRanges()) for (let uid: number = first; uid <= last; uid += 1) now.add(uid)
  const ranges: [Uid, Uid][] = []
  for (let at = 0; at < messages.count; at += 1) {
    const cameMs = (messages.saveDates[at] ?? 0) * 1_000 || (messages.internalDates[at] ?? nowMs)
    const uid = (messages.uids[at] ?? 0) as Uid
    if (nowMs - cameMs < days * dayMs || !(now.has(uid) || messages.hasFlag(at, retrievedKeyword))) continue
    ranges.push([uid, uid])
  }
  return ranges
}

type Updated = { readonly is: 'done'; readonly deleted: number; readonly expired: number } | Refused<'noSuchMailbox' | 'noPermission'>

export const updated = async (account: MailAccount, drop: Maildrop, days: number | null, nowMs: number): Promise<Updated> => {
  const goes = drop.deletedRanges()
  const deleted = goes.length === 0 ? undefined : await account.expunge(drop.mailbox, goes, 'always')
  if (deleted !== undefined && isRefused(deleted)) return deleted
  const mailbox = days === null ? undefined : account.state().mailboxes.get(drop.mailbox)
  const old = mailbox === undefined || days === null ? [] : expired(mailbox, drop, days, nowMs)
  const went = old.length === 0 ? undefined : await account.expunge(drop.mailbox, old, 'always')
  const retrieved = days === null ? [] : drop.retrievedRanges()
  if (retrieved.length > 0) await account.storeFlags(drop.mailbox, retrieved, 'add', [retrievedKeyword])
  return { is: 'done', deleted: deleted?.uids.length ?? 0, expired: went === undefined || isRefused(went) ? 0 : went.uids.length }
}
