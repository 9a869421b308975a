/** SEARCH over a view, and over several mailboxes one by one. */
import type { MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { everyPosition, searchList } from '@bulkhead/mail/search/search-list.ts'
import type { Test } from '@bulkhead/mail/search/test.ts'
import { takingTurns } from '@bulkhead/mail/search/turn.ts'
import type { Ports } from '../ports.ts'
import type { Question } from './asked.ts'
import type { Found } from './result.ts'

const whollyRelevant = 100
const partlyRelevant = 50

/** RFC 6203 section 4: what matches as it is written is wholly relevant, what holds the words elsewhere half so. */
const relevancyOf = async (ports: Ports, list: MessageList, positions: readonly number[], strict: Test): Promise<readonly number[]> => {
  const exact = new Set(await searchList(ports, list, strict, positions))
  return positions.map((at) => (exact.has(at) ? whollyRelevant : partlyRelevant))
}

export const searched = async (ports: Ports, { mailbox, shown, test, strict, reach }: Question): Promise<Found> => {
  const list = sameMessages(shown, ports.account.state().mailboxes.get(mailbox)?.messages)
  const positions = await searchList(ports, list, test, everyPosition(list.count), reach)
  return { shown: list, positions, relevancy: strict === null ? null : await relevancyOf(ports, list, positions, strict) }
}

/** A question for each of several mailboxes, made when its turn comes. */
export interface EachQuestion {
  readonly mailboxes: readonly MailboxState[]
  questionFor(mailbox: MailboxState): Question
  /** The session keeps what is found: all is searched before anything is told. */
  readonly isKept: boolean
}

export interface FoundIn {
  readonly mailbox: MailboxState
  readonly found: Found
}

async function* foundInEach(ports: Ports, { mailboxes, questionFor }: EachQuestion): AsyncGenerator<FoundIn, void, void> {
  const turn = takingTurns()
  for (const mailbox of mailboxes) {
    if (ports.gone.aborted) break
    const found = await searched(ports, questionFor(mailbox))
    if (found.positions.length > 0) yield { mailbox, found }
    await turn()
  }
}

async function* again<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  yield* items
}

export interface FoundElsewhere {
  /** Those mailboxes in which something was found, each as soon as it is. */
  readonly each: AsyncIterable<FoundIn>
  /** What is kept of the one mailbox. */
  readonly kept: Found | null
}

export const searchedEach = async (ports: Ports, questions: EachQuestion): Promise<FoundElsewhere> => {
  const each = foundInEach(ports, questions)
  if (!questions.isKept) return { each, kept: null }
  const all = await Array.fromAsync(each)
  return { each: again(all), kept: all[0]?.found ?? null }
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
