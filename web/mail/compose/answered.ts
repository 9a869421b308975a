/** What a message on its way answers, read out of its thread (RFC 8621 section 3): so it is found whoever wrote the draft, and where. Pure. */
import type { Draft } from './draft.ts'

/** As Email/get gives it with `threadProperties`. */
export interface ThreadEmail {
  readonly id: string
  readonly messageId: readonly string[] | null
  readonly inReplyTo: readonly string[] | null
  readonly keywords: Readonly<Record<string, true>>
  readonly mailboxIds: Readonly<Record<string, true>>
}

export const threadProperties = ['id', 'messageId', 'inReplyTo', 'keywords', 'mailboxIds'] as const

export interface Answered {
  readonly answers: NonNullable<Draft['answers']>
  readonly isMarked: boolean
  /** Another answer of this person has gone, or waits for its time: the mark is its mark too. */
  readonly isAnsweredElse: boolean
}

const isDraft = ({ keywords }: ThreadEmail): boolean => keywords['$draft'] === true

/** undefined: `emailId` answers nothing that is here. A copy in Sent is the original only where there is no other. */
export const answeredIn = (thread: readonly ThreadEmail[], emailId: string, sentId: string | undefined): Answered | undefined => {
  const isSent = ({ mailboxIds }: ThreadEmail): boolean => sentId !== undefined && mailboxIds[sentId] === true
  const wanted = new Set(thread.find(({ id }) => id === emailId)?.inReplyTo)
  const named = thread.filter((email) => email.id !== emailId && !isDraft(email) && (email.messageId ?? []).some((id) => wanted.has(id)))
  const original = named.find((email) => !isSent(email)) ?? named[0]
  if (original === undefined) return undefined
  const others = thread.filter((email) => email.id !== emailId && !isDraft(email) && isSent(email))
  return {
    answers: { emailId: original.id, as: '$answered', accountId: null },
    isMarked: original.keywords['$answered'] === true,
    isAnsweredElse: others.some(({ inReplyTo }) => (inReplyTo ?? []).some((id) => (original.messageId ?? []).includes(id))),
  }
}
