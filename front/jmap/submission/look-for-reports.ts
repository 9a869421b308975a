/**
 * Finds reports among the messages that came since somebody last looked: by their structure, which is at hand, and only those that say
 * they are reports are read. After a restart it begins where the oldest submission was made. Bounded each time; what is beyond is not found.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import type { MailboxId, MessageId, Uid } from '@bulkhead/base/ids.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { FoldedMailbox } from '@bulkhead/mail/journal/mailbox-fold.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import { blobId } from '@bulkhead/wire/jmap/ids.ts'
import { storedSubmissions, type SubmissionContext } from './current-submissions.ts'
import { readReport, withReports, type Report } from './reported.ts'
import { submissionOf, submissionValue, type Submission } from './stored-submission.ts'

/** Messages whose structure is looked at in one go, the newest. */
const lookedAtMax = 1_000
const readMax = 50
const reportBytesMax = 1_048_576
/** Submissions that old are told of no more. */
const reportedWithinMs = 30 * 86_400_000

/** By account as long as it is open: up to which UID of each mailbox was looked. */
const looked = new WeakMap<MailAccount, Map<MailboxId, Uid>>()

const own = new Set(['\\Sent', '\\Drafts', '\\Trash'])

const newIn = ({ messages }: FoldedMailbox, from: Uid | undefined, sinceMs: number): readonly MessageId[] => {
  const found: MessageId[] = []
  for (let at = messages.count - 1; at >= 0 && found.length < lookedAtMax; at -= 1) {
    if (from !== undefined && (messages.uids[at] ?? 0) < from) break
    if (from !== undefined || (messages.internalDates[at] ?? 0) >= sinceMs) found.push(messages.messageId(at))
  }
  return found
}

const unseen = (account: MailAccount, sinceMs: number): readonly MessageId[] => {
  const seen = looked.get(account) ?? new Map<MailboxId, Uid>()
  looked.set(account, seen)
  return [...account.state().own.mailboxes.values()].filter(({ specialUse }) => !own.has(specialUse ?? '')).flatMap((mailbox) => {
    const found = newIn(mailbox, seen.get(mailbox.id), sinceMs)
    seen.set(mailbox.id, mailbox.uidNext as Uid)
    return found
  }).slice(0, lookedAtMax)
}

const reportsAmong = async (account: MailAccount, messages: readonly MessageId[], hostName: string): Promise<readonly Report[]> => {
  const named: MessageId[] = []
  let at = 0
  for await (const batch of account.indexBatches(messages, ['parts'])) {
    for (const index of batch) {
      const message = messages[at]
      at += 1
      if (message !== undefined && index?.root.type === 'multipart' && index.root.subtype === 'report') named.push(message)
    }
  }
  const found: Report[] = []
  for (const message of named.slice(0, readMax)) {
    await using body = await account.body(message)
    if (body === undefined || body.sizeBytes > reportBytesMax) continue
    found.push(readReport(blobId({ is: 'message', message }), await body.read(0, body.sizeBytes), hostName))
  }
  return found
}

/** What came since is looked through for all submissions there are, and noted, so that states and changes tell of it. */
const noteReports = async ({ account, services, clock }: SubmissionContext): Promise<void> => {
  const young = storedSubmissions(account).filter(({ createdMs }) => createdMs > clock.now() - reportedWithinMs)
  if (young.length === 0) return
  const messages = unseen(account, Math.min(...young.map(({ createdMs }) => createdMs)))
  const found = messages.length === 0 ? [] : await reportsAmong(account, messages, services.sending.hostName)
  const changed = young.map((submission) => withReports(submission, found)).filter((submission, at) => submission !== young[at])
  if (changed.length === 0) return
  const set = await account.setObjects(changed.map((submission) => ({ kind: 'submission', id: submission.id, value: submissionValue(submission) })))
  if (isRefused(set)) throw new Fault('overloaded', `submissions: ${set.why}`)
}

/** These, with what reports say of them. One that is gone meanwhile is left out. */
export const reportedSubmissions = async (submissions: readonly Submission[], context: SubmissionContext): Promise<readonly Submission[]> => {
  if (submissions.length === 0) return []
  await noteReports(context)
  const objects = context.account.state().objects('submission')
  return submissions.flatMap(({ id }) => {
    const stored = objects.get(id)
    return stored === undefined ? [] : [submissionOf(stored)]
  })
}
