/**
 * SEARCH over a view: what memory answers first, then headers from the indexes, then decoded bodies, each over what the
 * cheaper tests left. Ends early when the client is gone.
 */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { indexSections } from '@bulkhead/wire/mime/index-codec.ts'
import type { MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import { batchesOf, disposeAll, loadBatch, type Loaded, type Wanted } from '../fetch/batches.ts'
import type { Ports } from '../operations.ts'
import { sentDay } from './sent-day.ts'
import { byCost, type SearchQuestion, type Test } from './question.ts'
import { headerTexts, messageTexts, type MessageTexts } from './text.ts'

/** What is known of a message when a test looks at it. */
interface Facts {
  readonly list: MessageList
  readonly at: number
  readonly index?: MessageIndex
  readonly texts?: MessageTexts
}

const within = (positions: readonly (readonly [number, number])[], at: number): boolean => {
  let low = 0
  let high = positions.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const range = positions[middle]
    if (range === undefined || at < range[0]) high = middle - 1
    else if (at > range[1]) low = middle + 1
    else return true
  }
  return false
}

const inDays = (test: { readonly fromMs: number; readonly beforeMs: number }, ms: number): boolean =>
  ms >= test.fromMs && ms < test.beforeMs

const matches = (test: Test, facts: Facts): boolean => {
  const { list, at } = facts
  switch (test.test) {
    case 'all':
      return true
    case 'none':
      return false
    case 'flag':
      return list.hasFlag(at, test.flag) === test.set
    case 'date':
      return inDays(test, list.internalDates[at] ?? 0)
    case 'size':
      return (list.sizes[at] ?? 0) >= test.least && (list.sizes[at] ?? 0) <= test.most
    case 'positions':
      return within(test.positions, at)
    case 'sent':
      return inDays(test, sentDay(facts.index) ?? list.internalDates[at] ?? 0)
    case 'header':
      return facts.index !== undefined && headerTexts(facts.index.header, test.field).some((text) => text.includes(test.text))
    case 'body':
      return facts.texts?.body.some((text) => text.includes(test.text)) ?? false
    case 'text':
      return facts.texts !== undefined && (facts.texts.header.includes(test.text) || facts.texts.body.some((text) => text.includes(test.text)))
    case 'and':
      return test.tests.every((one) => matches(one, facts))
    case 'or':
      return matches(test.left, facts) || matches(test.right, facts)
    case 'not':
      return !matches(test.negated, facts)
  }
}

type Judge = (message: Loaded, index: MessageIndex) => boolean | Promise<boolean>

/** Those of `candidates` that the judge keeps; the next batch is loaded while one is judged. */
const kept = async (ports: Ports, wanted: Wanted, candidates: readonly number[], judge: Judge): Promise<readonly number[]> => {
  const found: number[] = []
  const batches = batchesOf(candidates.map((at) => [at, at]), wanted.list, wanted.bodies)
  const load = (): Promise<readonly Loaded[]> | undefined => {
    const { value, done } = batches.next()
    const loading = done === true ? undefined : loadBatch(ports, value, wanted)
    // A rejection is met when its turn comes; until then it must not count as unhandled.
    loading?.catch(() => undefined)
    return loading
  }
  let ahead = load()
  try {
    while (ahead !== undefined && !ports.gone.aborted) {
      const loaded = await ahead
      ahead = load()
      try {
        for (const message of loaded) {
          const verdict = message.index === undefined ? false : judge(message, message.index)
          if (typeof verdict === 'boolean' ? verdict : await verdict) found.push(message.at)
        }
      } finally {
        await disposeAll(loaded)
      }
    }
  } finally {
    void ahead?.then(disposeAll).catch(() => undefined)
  }
  return found
}

const judgeByBody = (list: MessageList, test: Test): Judge => async ({ at, body }, index) =>
  body !== undefined && matches(test, { list, at, index, texts: await messageTexts(index, body) })

/** Ascending positions of the messages that match. */
export const searchMailbox = async (ports: Ports, { mailbox, shown, test }: SearchQuestion): Promise<readonly number[]> => {
  const list = sameMessages(shown, ports.account.state().mailboxes.get(mailbox)?.messages)
  const inMemory = byCost(test, 'memory')
  let found: readonly number[] = Array.from({ length: list.count }, (_, at) => at)
  if (inMemory !== undefined) found = found.filter((at) => matches(inMemory, { list, at }))
  const byHeader = byCost(test, 'header')
  if (byHeader !== undefined) {
    found = await kept(ports, { list, sections: ['header'], bodies: false }, found, ({ at }, index) => matches(byHeader, { list, at, index }))
  }
  const byBody = byCost(test, 'body')
  if (byBody !== undefined) found = await kept(ports, { list, sections: indexSections, bodies: true }, found, judgeByBody(list, byBody))
  return found
}

/** The newer list, for its flags, where it numbers the messages as this session does. */
const sameMessages = (shown: MessageList, current: MessageList | undefined): MessageList => {
  if (current === undefined || current.count !== shown.count) return shown
  return current.uids[0] === shown.uids[0] && isEqual(current.uids, shown.uids, shown.count) ? current : shown
}

const isEqual = (left: Uint32Array, right: Uint32Array, count: number): boolean => {
  for (let at = 0; at < count; at += 1) if (left[at] !== right[at]) return false
  return true
}
