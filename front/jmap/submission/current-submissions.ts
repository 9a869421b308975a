/**
 * Submissions as they are now: what the journal keeps, brought up to what the queue knows. What changed is written back, so that states
 * and changes tell of it. A submission is noted before it is queued; where a crash came between the two, it is forgone when somebody looks.
 */
import { Fault } from '@bulkhead/base/fault.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { submissionsAskedMax, type SubmissionFacts } from '@bulkhead/mail/ports/queue.ts'
import { isRefused } from '@bulkhead/mail/refusal.ts'
import type { MethodContext } from '../method.ts'
import { pseudonymOf } from './jmap-sending.ts'
import { submissionOf, submissionValue, type Submission } from './stored-submission.ts'

/**
 * Whoever submits is done with it by then, or finds it forgone and says so. A page that lost an answer asks soon, and shall not be told of
 * mail that was never queued.
 */
const noticeMs = 10_000
/** The queue has given up all of it by then. */
const settledAfterMs = 8 * 86_400_000
/** The queue remembers it a little longer. */
const rememberedMs = 30 * 86_400_000

export type SubmissionContext = Pick<MethodContext, 'account' | 'session' | 'services' | 'clock'>

export const storedSubmissions = (account: MailAccount): readonly Submission[] => Array.from(account.state().objects('submission').all(), submissionOf)

const ended = new Set<string>(['done', 'failed'])

const withFacts = (submission: Submission, { undo, fates }: Pick<SubmissionFacts, 'undo' | 'fates'>, nowMs: number): Submission => {
  const sorted = fates.toSorted((one, other) => one.number - other.number)
  const allEnded = submission.recipients.every((_, at) => sorted.some(({ number, fate }) => number === at + 1 && ended.has(fate)))
  const settled = undo === 'canceled' || allEnded || nowMs > submission.sendAtMs + settledAfterMs
  return { ...submission, undo, fates: sorted, settled }
}

/** What the queue does not know was never queued, or is long gone. */
const withoutFacts = async (submission: Submission, context: SubmissionContext, sender: string): Promise<Submission> => {
  const nowMs = context.clock.now()
  if (nowMs < submission.createdMs + noticeMs) return submission
  if (nowMs > submission.sendAtMs + rememberedMs) return { ...submission, undo: 'final', settled: true }
  const forgone = await context.services.sending.ports.queue.forgo(submission.id, sender)
  return forgone ? { ...submission, undo: 'canceled', settled: true } : submission
}

const current = async (submissions: readonly Submission[], context: SubmissionContext): Promise<readonly Submission[]> => {
  const sender = pseudonymOf(context)
  const facts = await context.services.sending.ports.queue.submissions(submissions.map(({ id }) => id), sender)
  const byId = new Map(facts.map((one) => [one.id, one]))
  return Promise.all(submissions.map((submission) => {
    const known = byId.get(submission.id)
    return known === undefined ? withoutFacts(submission, context, sender) : withFacts(submission, known, context.clock.now())
  }))
}

const differ = (one: Submission, other: Submission): boolean => !submissionValue(one).equals(submissionValue(other))

/** Brings these up to date; those that are settled are not asked about. In the order given. */
export const freshSubmissions = async (submissions: readonly Submission[], context: SubmissionContext): Promise<readonly Submission[]> => {
  const open = submissions.filter(({ settled }) => !settled).slice(0, submissionsAskedMax)
  if (open.length === 0) return submissions
  const now = await current(open, context)
  const changed = now.filter((submission, at) => differ(submission, open[at] ?? submission))
  if (changed.length > 0) {
    const set = await context.account.setObjects(changed.map((submission) => ({ kind: 'submission', id: submission.id, value: submissionValue(submission) })))
    if (isRefused(set)) throw new Fault('overloaded', `submissions: ${set.why}`)
  }
  const byId = new Map(now.map((submission) => [submission.id, submission]))
  return submissions.map((submission) => byId.get(submission.id) ?? submission)
}
