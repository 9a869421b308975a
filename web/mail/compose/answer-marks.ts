/** The mark on a message that it was answered or forwarded: set when the answer goes, taken off when that is taken back. */
import { batch, call, resultOf } from '../jmap/client.ts'
import type { GetAnswer, SetAnswer } from '../jmap/types.ts'
import { answeredIn, threadProperties, type Answered, type ThreadEmail } from './answered.ts'
import { mailboxOf } from './compose-server.ts'
import type { Draft } from './draft.ts'

type Answers = NonNullable<Draft['answers']>

/** Leaves the mark where the message was marked before, or something else that went marks it. */
export type Unmark = () => Promise<void>

/** The composer stays for the mark no longer than this. */
const patienceMs = 5_000

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

interface Mark {
  readonly answers: Answers
  /** By something else than what went from this page. */
  readonly wasMarked: boolean
}

/** What went from this page since it was opened, by the message as it was sent. Nothing else tells of what a message forwards. */
const marks = new Map<string, Mark>()
/** Nobody schedules more by hand. */
const marksMax = 200

const marksOf = (answers: Answers): readonly Mark[] =>
  [...marks.values()].filter((mark) => mark.answers.emailId === answers.emailId && mark.answers.as === answers.as)

const mark = async (answers: Answers, emailId: string): Promise<void> => {
  const asked = ['Email/get', { ...inAccount(answers), ids: [answers.emailId], properties: ['keywords'] }] as const
  const [{ list }] = await batch<readonly [GetAnswer<{ readonly keywords: Readonly<Record<string, true>> }>, SetAnswer]>([asked, markOf(answers, true)])
  if (list[0] === undefined) return
  const wasMarked = marksOf(answers)[0]?.wasMarked ?? list[0].keywords[answers.as] === true
  const [oldest] = marks.keys()
  if (marks.size >= marksMax && oldest !== undefined) marks.delete(oldest)
  marks.set(emailId, { answers, wasMarked })
}

const unmark = async (emailId: string): Promise<void> => {
  const own = marks.get(emailId)
  marks.delete(emailId)
  if (own !== undefined && !own.wasMarked && marksOf(own.answers).length === 0) await call<SetAnswer>(...markOf(own.answers, null))
}

/** What `emailId`, which went from this page, answers or forwards. */
export const answersBy = (emailId: string): Draft['answers'] => marks.get(emailId)?.answers ?? null

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
const markOfSent = async ({ answers, inReplyTo }: Draft, emailId: string): Promise<void> => {
  const found = answers ?? (inReplyTo === null ? null : ((await answeredOf(emailId))?.answers ?? null))
  if (found !== null) await mark(found, emailId)
}

/** `emailId`: the message as it was sent. */
export const markAnswered = (draft: Draft, emailId: string): Marking => {
  const marking = inTurn(() => markOfSent(draft, emailId)).catch(() => undefined)
  const patience = new Promise<void>((resolve) => void setTimeout(resolve, patienceMs))
  return { done: Promise.race([marking, patience]), unmark: () => inTurn(() => unmark(emailId)) }
}

/** Takes the mark off what `emailId` would have answered or forwarded, which is a draft again; not where another answer went. */
export const unmarkCancelled = (emailId: string): Promise<void> =>
  inTurn(async () => {
    if (answersBy(emailId)?.as === '$forwarded') return unmark(emailId)
    marks.delete(emailId)
    const found = await answeredOf(emailId)
    if (found?.isMarked === true && !found.isAnsweredElse) await call<SetAnswer>(...markOf(found.answers, null))
    return undefined
  })
