/** What a row says of its conversation: how many messages, who wrote, whether one is unread. Read after the rows, which do not wait for it. */
import { signal, type Signal } from '@preact/signals'
import { call } from '../jmap/client.ts'
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

const facts = new Map<Id, Signal<ThreadFacts | undefined>>()

export const threadFacts = (threadId: Id): Signal<ThreadFacts | undefined> => {
  const found = facts.get(threadId)
  if (found !== undefined) return found
  const [oldest] = facts.keys()
  if (facts.size >= factsMax && oldest !== undefined) facts.delete(oldest)
  const made = signal<ThreadFacts | undefined>(undefined)
  facts.set(threadId, made)
  return made
}

const read = async (threadIds: readonly Id[]): Promise<void> => {
  const { list: threads } = await call<GetAnswer<Thread>>('Thread/get', { ids: threadIds })
  const wanted = threads.flatMap(({ emailIds }) => emailIds.slice(-perThreadMax))
  const parts = new Map<Id, Part>()
  for (let at = 0; at < wanted.length; at += idsAtOnce) {
    const asked = { ids: wanted.slice(at, at + idsAtOnce), properties: ['id', 'threadId', 'keywords', 'from'] }
    for (const part of (await call<GetAnswer<Part>>('Email/get', asked)).list) parts.set(part.id, part)
  }
  for (const { id, emailIds } of threads) {
    const own = emailIds.flatMap((emailId) => parts.get(emailId) ?? [])
    threadFacts(id).value = {
      emailIds,
      from: own.flatMap(({ from }) => from?.[0] ?? []),
      unread: own.some(({ keywords }) => keywords['$seen'] === undefined && keywords['$draft'] === undefined),
    }
  }
}

export const noteThreads = (rows: readonly EmailRow[]): void => {
  const ids = [...new Set(rows.map(({ threadId }) => threadId))]
  // Without them rows show what they know of their newest message.
  if (ids.length > 0) void read(ids).catch(() => undefined)
}
