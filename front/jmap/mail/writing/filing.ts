/** Where an Email is to be, with which keywords and from when: read from what a client sends, and done. */
import { uuidBytes, type MailboxId, type Uid } from '@bulkhead/base/ids.ts'
import { dropSentCopies } from '@bulkhead/mail/account/sent-copy.ts'
import type { IncomingMessage, MailAccount, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { emailId, mailboxOfId, threadIdOf } from '@bulkhead/mail/email/ids.ts'
import { flagOfKeyword } from '@bulkhead/mail/email/keywords.ts'
import { threadBytes } from '@bulkhead/mail/journal/columns.ts'
import type { FoldedAccount } from '@bulkhead/mail/journal/fold.ts'
import { keywordsMax } from '@bulkhead/mail/journal/keywords.ts'
import { isRefused, type Refusal } from '@bulkhead/mail/refusal.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { blobId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { resolvedId } from '@bulkhead/wire/jmap/set.ts'

/** Keywords of one Email; the journal's events hold a few more. */
export const keywordsPerEmailMax = 50

export interface Filing {
  /** At least one, each once. */
  readonly mailboxes: readonly MailboxId[]
  /** As the journal spells them. */
  readonly flags: readonly string[]
  readonly receivedMs: number
}

/** What refusals of the meaning layer are to an Email (RFC 8620 section 5.3). */
export const setErrorOf = (why: Refusal): SetError => {
  switch (why) {
    case 'overQuota':
      return setError('overQuota')
    case 'tooLarge':
      return setError('tooLarge')
    case 'noPermission':
    case 'readOnly':
      return setError('forbidden')
    case 'noSuchMailbox':
      return invalidProperties(['mailboxIds'], 'mailboxIds: there is no such mailbox any more')
    case 'expunged':
      return setError('notFound')
    default:
      return setError('serverFail')
  }
}

export const isSetError = (value: object): value is SetError => 'type' in value

/** `given`: ids, or `#` and a creation id. */
export const mailboxesOf = (given: Iterable<string>, state: FoldedAccount, createdIds: ReadonlyMap<string, string>): readonly MailboxId[] | SetError => {
  const mailboxes = new Set<MailboxId>()
  for (const one of given) {
    const id = mailboxOfId(resolvedId(one, createdIds) ?? '')
    if (id === undefined || !state.mailboxes.has(id)) return invalidProperties(['mailboxIds'], 'mailboxIds: there is no such mailbox')
    mailboxes.add(id)
  }
  if (mailboxes.size === 0) return invalidProperties(['mailboxIds'], 'mailboxIds: an Email is in one mailbox at least')
  return [...mailboxes]
}

/** An account knows so many keywords in all: one more would not be kept, so it is refused. */
export const flagsOfKeywords = (given: Iterable<string>, state: FoldedAccount): readonly string[] | SetError => {
  const flags = new Set<string>()
  for (const keyword of given) {
    const flag = flagOfKeyword(keyword)
    if (flag === undefined) return invalidProperties(['keywords'], 'keywords: not a keyword')
    flags.add(flag)
  }
  const table = state.inbox.messages.keywordTable
  const news = [...flags].filter((flag) => !flag.startsWith('\\') && !table.knows(flag)).length
  if (flags.size > keywordsPerEmailMax || table.names().length + news > keywordsMax) return setError('tooManyKeywords')
  return [...flags]
}

/** A message that was found whole: `chunks` hold `sizeBytes` together. */
export interface Whole {
  readonly sizeBytes: number
  readonly chunks: Iterable<Uint8Array>
}

const writeAll = async (incoming: IncomingMessage, chunks: Iterable<Uint8Array>): Promise<void> => {
  try {
    for (const chunk of chunks) await incoming.write(chunk)
  } catch (error) {
    await incoming.discard()
    throw error
  }
}

const noThread = new Uint8Array(threadBytes)

/** What Email/set and import say of an Email they created: of its place alone, so that a thousand of them look for nothing. */
const createdJson = ({ messages }: MailboxState, at: number, sizeBytes: number): JsonObject => {
  const message = messages.messageId(at)
  const threadId = messages.threadId(at) ?? threadIdOf(noThread, uuidBytes(message))
  return { id: emailId(message), blobId: blobId({ is: 'message', message }), threadId, size: sizeBytes }
}

/** Files a message in all of its mailboxes. A copy that we filed of the same message goes (`sent-copy.ts`). */
export const fileEmail = async (
  account: MailAccount, { sizeBytes, chunks }: Whole, filing: Filing, nowMs: number,
): Promise<JsonObject | SetError> => {
  const [first, ...others] = filing.mailboxes
  if (first === undefined) return invalidProperties(['mailboxIds'])
  const incoming = await account.incoming(sizeBytes)
  if (isRefused(incoming)) return setErrorOf(incoming.why)
  await writeAll(incoming, chunks)
  const filed = await account.appendMessages(first, [{ incoming, flags: filing.flags, internalDateMs: filing.receivedMs }])
  if (isRefused(filed)) return setErrorOf(filed.why)
  const [uid] = filed.uids
  const mailbox = account.state().mailboxes.get(first)
  const at = uid === undefined ? -1 : (mailbox?.messages.indexOf(uid) ?? -1)
  // Whoever expunged it within this moment has it gone for us too.
  if (uid === undefined || mailbox === undefined || at < 0) return setError('notFound')
  const created = createdJson(mailbox, at, sizeBytes)
  for (const other of others) {
    const copied = await account.copyMessages(first, [[uid, uid]], other)
    if (isRefused(copied)) return setErrorOf(copied.why)
  }
  await droppedSentCopies(account, first, [uid], nowMs)
  return created
}

/** What came into a mailbox for sent mail by a client's own doing. */
export const droppedSentCopies = async (account: MailAccount, into: MailboxId, uids: readonly Uid[], nowMs: number): Promise<void> => {
  if (account.state().own.mailboxes.get(into)?.specialUse === '\\Sent') await dropSentCopies(account, into, uids, nowMs)
}
