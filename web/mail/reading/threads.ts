/** Conversations as they were read, a while: each with what of it opens, so that it is drawn once. The next one is read before it is opened. */
import { signal } from '@preact/signals'
import { batch, resultOf } from '../jmap/client.ts'
import type { EmailRow, GetAnswer, Id } from '../jmap/types.ts'
import { accountOfEmail } from '../store/account-of-email.ts'
import { keepRows, knownRow, rowProperties } from '../store/emails.ts'
import { firstWish } from './message.tsx'
import { viewed, viewOf } from './views.ts'

/** More are not shown at once; the list has them all. */
const messagesMax = 200
/** More that were not read yet are opened one by one, the newest are open. */
const unreadOpenedMax = 10
/** Messages that take longer come into a conversation that stands. */
const togetherMs = 500

const threads = signal<ReadonlyMap<Id, readonly EmailRow[]>>(new Map())
const threadsMax = 20

/** Of the message that was chosen in the list: all messages of its thread, the oldest first. */
export const threadOf = (emailId: Id): readonly EmailRow[] | undefined => threads.value.get(emailId)

export const isUnread = ({ keywords }: EmailRow): boolean => keywords['$seen'] === undefined && keywords['$draft'] === undefined

/** The chosen one, the last, and what was not read yet. */
export const openIn = (rows: readonly EmailRow[], emailId: Id): readonly Id[] => {
  const unread = rows.filter((row) => isUnread(knownRow(row.id) ?? row)).slice(-unreadOpenedMax)
  return [...unread, ...rows.slice(-1), ...rows.filter(({ id }) => id === emailId)].map(({ id }) => id)
}

const load = async (emailId: Id): Promise<readonly EmailRow[]> => {
  const accountId = accountOfEmail(emailId)
  const [, , emails] = await batch<readonly [unknown, unknown, GetAnswer<EmailRow>]>([
    ['Email/get', { accountId, ids: [emailId], properties: ['threadId'] }],
    ['Thread/get', { accountId, '#ids': resultOf(0, 'Email/get', '/list/*/threadId') }],
    ['Email/get', { accountId, '#ids': resultOf(1, 'Thread/get', '/list/*/emailIds'), properties: rowProperties }],
  ])
  keepRows(emails.list)
  // As moments: fractions of a second are written as short as they can be, so letters do not sort them.
  return emails.list.toSorted((one, other) => Date.parse(one.receivedAt) - Date.parse(other.receivedAt)).slice(-messagesMax)
}

const keep = (emailId: Id, rows: readonly EmailRow[]): void => {
  const next = new Map([...threads.peek()].slice(-threadsMax + 1))
  next.set(emailId, rows)
  threads.value = next
}

/** As it is now. */
export const readThread = async (emailId: Id): Promise<void> => {
  void viewOf(emailId, firstWish())
  // In a request of its own: what was chosen does not wait for the others.
  await Promise.resolve()
  const rows = await load(emailId)
  const open = Promise.all(openIn(rows, emailId).map((id) => viewed(id, firstWish())))
  await Promise.race([open, new Promise((resolve) => void setTimeout(resolve, togetherMs))])
  keep(emailId, rows)
}

export const readThreadAhead = (emailId: Id): void => {
  if (!threads.peek().has(emailId)) void readThread(emailId).catch(() => undefined)
}
