/** Filters and sorts of submissions (RFC 8621 section 7.3). There are few: all are looked at. */
import { holds, type Comparator, type Filter } from '@bulkhead/wire/jmap/filter.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import type { QueryKind } from '@bulkhead/wire/jmap/query.ts'
import { id, listOf, oneOf, orNull, shaped, utcDate, type Read, type Shape } from '@bulkhead/wire/jmap/readers.ts'
import { undoStates } from '@bulkhead/mail/ports/queue.ts'
import type { Submission } from './stored-submission.ts'

const idsMax = 1_000

const condition = {
  identityIds: orNull(listOf(id, idsMax)),
  emailIds: orNull(listOf(id, idsMax)),
  threadIds: orNull(listOf(id, idsMax)),
  undoStatus: orNull(oneOf(undoStates)),
  before: orNull(utcDate),
  after: orNull(utcDate),
} as const satisfies Shape

export type SubmissionCondition = Read<typeof condition>

export const submissionSorts = ['emailId', 'threadId', 'sentAt'] as const
export type SubmissionSort = (typeof submissionSorts)[number]

export const submissionQuery: QueryKind<SubmissionCondition, SubmissionSort, Record<never, never>> = {
  condition: (given: JsonObject, path: string) => shaped(condition)(given, path),
  sort: submissionSorts,
}

const meets = ({ identityId, emailId, threadId, undo, sendAtMs }: Submission) => (asked: SubmissionCondition): boolean =>
  (asked.identityIds?.includes(identityId) ?? true) &&
  (asked.emailIds?.includes(emailId) ?? true) &&
  (asked.threadIds?.includes(threadId) ?? true) &&
  (asked.undoStatus === null || asked.undoStatus === undo) &&
  (asked.before === null || sendAtMs < asked.before) &&
  (asked.after === null || sendAtMs >= asked.after)

const keyOf = {
  emailId: ({ emailId }: Submission) => emailId,
  threadId: ({ threadId }: Submission) => threadId,
  sentAt: ({ sendAtMs }: Submission) => sendAtMs,
} as const

const compared = (one: Submission, other: Submission, { property, isAscending }: Comparator<SubmissionSort>): number => {
  const [first, second] = [keyOf[property](one), keyOf[property](other)]
  return first === second ? 0 : (first < second ? -1 : 1) * (isAscending ? 1 : -1)
}

/** Those of one place are in the order of their ids. */
export const foundSubmissions = (
  all: readonly Submission[], filter: Filter<SubmissionCondition> | null, sort: readonly Comparator<SubmissionSort>[],
): readonly Submission[] =>
  all.filter((submission) => holds(filter, meets(submission))).toSorted((one, other) => {
    for (const comparator of sort) {
      const order = compared(one, other, comparator)
      if (order !== 0) return order
    }
    return one.id < other.id ? -1 : 1
  })
