/**
 * A copy of what was submitted in the mailbox for sent mail, filed by us, and never beside one that the client uploads itself: whichever
 * comes second finds the first by its Message-ID. Of the two the client's stays, as it wanted it.
 */
import type { MailboxId, MessageId, Uid } from '@bulkhead/base/ids.ts'
import { messageIdIn } from '@bulkhead/wire/mime/own-message-id.ts'
import { isRefused } from '../refusal.ts'
import type { MailAccount, MailboxState } from './mail-account.ts'

/** RFC 5550 section 5.9. Marks what we filed. */
const submitted = '$Submitted'
/** METADATA of the server (RFC 5464): `no` turns off what the plan has on. */
export const sentCopyEntry = '/private/vendor/bulkhead/sent-copy'
/** A client uploads what it sent within minutes, and has not sent many others by then. */
const withinMs = 600_000
const lookedAtMax = 20

export type SentCopy = 'filed' | 'there' | 'off' | 'noMailbox' | 'overQuota'

interface Recent {
  readonly uid: Uid
  readonly message: MessageId
}

/** The newest messages, as far as they came within minutes. */
const recentOf = ({ messages }: MailboxState, nowMs: number, isOne: (at: number) => boolean): readonly Recent[] => {
  const recent: Recent[] = []
  for (let at = messages.count - 1; at >= Math.max(0, messages.count - lookedAtMax); at -= 1) {
    if ((messages.saveDates[at] ?? 0) * 1_000 < nowMs - withinMs) break
    if (isOne(at)) recent.push({ uid: (messages.uids[at] ?? 0) as Uid, message: messages.messageId(at) })
  }
  return recent
}

const withMessageId = async (account: MailAccount, recent: readonly Recent[], id: string): Promise<readonly Uid[]> => {
  const found: Uid[] = []
  let at = 0
  for await (const index of account.indexes(recent.map(({ message }) => message), ['overview'])) {
    const uid = recent[at]?.uid
    if (uid !== undefined && index?.overview.messageId === id) found.push(uid)
    at += 1
  }
  return found
}

const isSent = ({ specialUse, owner }: MailboxState): boolean => specialUse === '\\Sent' && owner === null

/** Throws a `Fault` where the account can't be reached; the message is sent all the same. */
export const fileSentCopy = async (account: MailAccount, message: Buffer, nowMs: number): Promise<SentCopy> => {
  const state = await account.refresh()
  if (state.annotations.get(sentCopyEntry)?.toString() === 'no') return 'off'
  const mailbox = [...state.mailboxes.values()].find(isSent)
  if (mailbox === undefined) return 'noMailbox'
  const id = messageIdIn(message)
  if (id !== null && (await withMessageId(account, recentOf(mailbox, nowMs, () => true), id)).length > 0) return 'there'
  const incoming = await account.incoming(message.length)
  if (isRefused(incoming)) return 'overQuota'
  await incoming.write(message)
  const filed = await account.appendMessages(mailbox.id, [{ incoming, flags: ['\\Seen', submitted], internalDateMs: nowMs }])
  if (!isRefused(filed)) return 'filed'
  return filed.why === 'overQuota' ? 'overQuota' : 'noMailbox'
}

/** A client has uploaded these: what we filed of the same messages goes. Gives the UIDs that went. */
export const dropSentCopies = async (account: MailAccount, into: MailboxId, uploaded: readonly Uid[], nowMs: number): Promise<readonly Uid[]> => {
  const mailbox = account.state().mailboxes.get(into)
  if (mailbox === undefined || !isSent(mailbox) || !mailbox.keywords.includes(submitted)) return []
  const { messages } = mailbox
  const ours = recentOf(mailbox, nowMs, (at) => messages.hasFlag(at, submitted) && !uploaded.includes((messages.uids[at] ?? 0) as Uid))
  if (ours.length === 0) return []
  const news = uploaded.slice(-lookedAtMax).map((uid) => messages.indexOf(uid)).filter((at) => at >= 0).map((at) => messages.messageId(at))
  const gone: Uid[] = []
  for await (const index of account.indexes(news, ['overview'])) {
    const id = index?.overview.messageId ?? ''
    if (id !== '') gone.push(...(await withMessageId(account, ours, id)))
  }
  if (gone.length > 0) await account.expunge(into, gone.map((uid) => [uid, uid] as const), 'always')
  return gone
}
