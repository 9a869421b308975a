/** The mark on a message that it was answered or forwarded: set when the answer goes, taken off when that is taken back. */
import { batch, call, resultOf } from '../jmap/client.ts'
import type { GetAnswer, SetAnswer } from '../jmap/types.ts'
import { answeredIn, threadProperties, type Answered, type ThreadEmail } from './answered.ts'
import { mailboxOf } from './compose-server.ts'
import type { Draft } from './draft.ts'

type Answers = NonNullable<Draft['answers']>

/** Does nothing where the message was marked before. */
export type Unmark = () => Promise<void>

/** The composer stays for the mark no longer than this. */
const patienceMs = 5_000

const nothing: Unmark = async () => undefined

/** Kept on this device from before there were shares, a draft has no account here. */
const inAccount = ({ accountId }: Answers) => (accountId == null ? {} : { accountId })

const markOf = (answers: Answers, on: true | null) =>
  ['Email/set', { ...inAccount(answers), update: { [answers.emailId]: { [`keywords/${answers.as}`]: on } } }] as const

let last: Promise<unknown> = Promise.resolve()

/** One mark after the other: one that is taken off late must not take off that of the next sending. */
const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
  const mine = last.then(work)
  last = mine.catch(() => undefined)
  return mine
}

const mark = async (answers: Answers): Promise<Unmark> => {
  const asked = ['Email/get', { ...inAccount(answers), ids: [answers.emailId], properties: ['keywords'] }] as const
  const [{ list }] = await batch<readonly [GetAnswer<{ readonly keywords: Readonly<Record<string, true>> }>, SetAnswer]>([asked, markOf(answers, true)])
  if (list[0] === undefined || list[0].keywords[answers.as] === true) return nothing
  return () => inTurn(async () => void (await call<SetAnswer>(...markOf(answers, null))))
}

const answeredOf = async (emailId: string): Promise<Answered | undefined> => {
  const sentId = await mailboxOf('sent')
  const [, , { list }] = await batch<readonly [unknown, unknown, GetAnswer<ThreadEmail>]>([
    ['Email/get', { ids: [emailId], properties: ['threadId'] }],
    ['Thread/get', { '#ids': resultOf(0, 'Email/get', '/list/*/threadId') }],
    ['Email/get', { '#ids': resultOf(1, 'Thread/get', '/list/*/emailIds'), properties: threadProperties }],
  ])
  return answeredIn(list, emailId, sentId)
}

export interface Marking {
  /** The mark stands, or it is not waited for any longer: the page may be left. Never rejects. */
  readonly done: Promise<void>
  readonly unmark: Unmark
}

/** What a draft notes of what it answers, else what its thread says: drafts of other programs have no note, nor have those that were taken back. */
const markOfSent = async ({ answers, inReplyTo }: Draft, emailId: string): Promise<Unmark> => {
  const found = answers ?? (inReplyTo === null ? null : ((await answeredOf(emailId))?.answers ?? null))
  return found === null ? nothing : mark(found)
}

/** `emailId`: the message as it was sent. */
export const markAnswered = (draft: Draft, emailId: string): Marking => {
  if (draft.answers === null && draft.inReplyTo === null) return { done: Promise.resolve(), unmark: nothing }
  const marking = inTurn(() => markOfSent(draft, emailId)).catch(() => nothing)
  const patience = new Promise<void>((resolve) => void setTimeout(resolve, patienceMs))
  return { done: Promise.race([marking.then(() => undefined), patience]), unmark: async () => (await marking)() }
}

/** Takes the mark off what `emailId` would have answered, which is a draft again; not where another answer went. */
export const unmarkCancelled = (emailId: string): Promise<void> =>
  inTurn(async () => {
    const found = await answeredOf(emailId)
    if (found?.isMarked === true && !found.isAnsweredElse) await call<SetAnswer>(...markOf(found.answers, null))
  })
