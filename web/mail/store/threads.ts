/** What a row says of its conversation: how many messages, who wrote, whether one is unread. Read after the rows, which do not wait for it. */
import { signal, type Signal } from '@preact/signals'
import { call } from '../jmap/client.ts'
import { accountOfRow } from './shares.ts'
import type { EmailAddress, EmailRow, GetAnswer, Id } from '../jmap/types.ts'

export interface ThreadFacts {
  readonly emailIds: readonly Id[]
  readonly from: readonly EmailAddress[]
  readonly unread: boolean
}

interface Thread {
  readonly id: Id
  readonly emailIds: readonly Id[]
}
type Part = Pick<EmailRow, 'id' | 'threadId' | 'keywords' | 'from'>

const factsMax = 5000
/** Messages of a conversation that its row asks about: the latest. */
const perThreadMax = 8
const idsAtOnce = 200

const facts = new Map<string, Signal<ThreadFacts | undefined>>()

/** A conversation that goes on in two accounts has the same id in both. */
const factsIn = (accountId: Id, threadId: Id): Signal<ThreadFacts | undefined> => {
  const key = `${accountId} ${threadId}`
  const found = facts.get(key)
  if (found !== undefined) return found
  const [oldest] = facts.keys()
  if (facts.size >= factsMax && oldest !== undefined) facts.delete(oldest)
  const made = signal<ThreadFacts | undefined>(undefined)
  facts.set(key, made)
  return made
}

export const threadFacts = (row: Pick<EmailRow, 'threadId' | 'mailboxIds'>): Signal<ThreadFacts | undefined> => factsIn(accountOfRow(row), row.threadId)

const read = async (accountId: Id, threadIds: readonly Id[]): Promise<void> => {
  const { list: threads } = await call<GetAnswer<Thread>>('Thread/get', { accountId, ids: threadIds })
  const wanted = threads.flatMap(({ emailIds }) => emailIds.slice(-perThreadMax))
  const parts = new Map<Id, Part>()
  for (let at = 0; at < wanted.length; at += idsAtOnce) {
    const asked = { accountId, ids: wanted.slice(at, at + idsAtOnce), properties: ['id', 'threadId', 'keywords', 'from'] }
    for (const part of (await call<GetAnswer<Part>>('Email/get', asked)).list) parts.set(part.id, part)
  }
  for (const { id, emailIds } of threads) {
    const own = emailIds.flatMap((emailId) => parts.get(emailId) ?? [])
    factsIn(accountId, id).value = {
      emailIds,
      from: own.flatMap(({ from }) => from?.[0] ?? []),
      unread: own.some(({ keywords }) => keywords['$seen'] === undefined && keywords['$draft'] === undefined),
    }
  }
}

export const noteThreads = (accountId: Id, rows: readonly EmailRow[]): void => {
  const ids = [...new Set(rows.map(({ threadId }) => threadId))]
  // Without them rows show what they know of their newest message.
  if (ids.length > 0) void read(accountId, ids).catch(() => undefined)
}
