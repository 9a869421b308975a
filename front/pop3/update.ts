/**
 * QUIT (RFC 1939 section 6): what was marked deleted goes. Where the account lets messages expire, those retrieved are marked
 * with a keyword, and those that were retrieved and came more than so many days ago go too (RFC 2449 section 6.7).
 */
import type { Uid } from '@bulkhead/base/ids.ts'
import type { MailAccount, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'
import { isRefused, type Refused } from '@bulkhead/mail/refusal.ts'
import type { InMailbox, Maildrop } from './maildrop.ts'

/** On messages that a POP3 session retrieved and left. */
export const retrievedKeyword = '$Pop3Retrieved'
const dayMs = 86_400_000

/** Of one mailbox: retrieved, by an earlier session or this one, and here for longer than `days`. */
const expired = ({ id, messages }: MailboxState, retrieved: readonly InMailbox[], days: number, nowMs: number): UidRanges => {
  const now = new Set<number>()
  for (const { mailbox, uids } of retrieved) {
    if (mailbox === id) for (const [first, last] of uids) for (let uid: number = first; uid <= last; uid += 1) now.add(uid)
  }
  const ranges: [Uid, Uid][] = []
  for (let at = 0; at < messages.count; at += 1) {
    const cameMs = (messages.saveDates[at] ?? 0) * 1_000 || (messages.internalDates[at] ?? nowMs)
    const uid = (messages.uids[at] ?? 0) as Uid
    if (nowMs - cameMs < days * dayMs || !(now.has(uid) || messages.hasFlag(at, retrievedKeyword))) continue
    ranges.push([uid, uid])
  }
  return ranges
}

/** Those that expired go, the others that were retrieved are marked. Gives how many went. */
const expire = async (account: MailAccount, drop: Maildrop, days: number, nowMs: number): Promise<number> => {
  const retrieved = drop.retrieved()
  let gone = 0
  for (const id of drop.mailboxes) {
    const mailbox = account.state().mailboxes.get(id)
    const old = mailbox === undefined ? [] : expired(mailbox, retrieved, days, nowMs)
    const went = old.length === 0 ? undefined : await account.expunge(id, old, 'always')
    if (went !== undefined && !isRefused(went)) gone += went.uids.length
  }
  for (const { mailbox, uids } of retrieved) await account.storeFlags(mailbox, uids, 'add', [retrievedKeyword])
  return gone
}

type Updated = { readonly is: 'done'; readonly deleted: number; readonly expired: number } | Refused<'noSuchMailbox' | 'noPermission'>

/** Where one mailbox refuses, those before it are done, as RFC 1939 section 6 allows. */
export const updated = async (account: MailAccount, drop: Maildrop, days: number | null, nowMs: number): Promise<Updated> => {
  let deleted = 0
  for (const { mailbox, uids } of drop.deleted()) {
    const went = await account.expunge(mailbox, uids, 'always')
    if (isRefused(went)) return went
    deleted += went.uids.length
  }
  return { is: 'done', deleted, expired: days === null ? 0 : await expire(account, drop, days, nowMs) }
}
