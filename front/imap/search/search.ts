/**
 * SEARCH over a view: what memory decides first, then the indexes, then the texts of the messages that are undecided
 * still. Gives way to other sessions between batches; ends early when the client is gone.
 */
import type { MailboxState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import { batchesOf, disposeAll, loadBatch, type Loaded, type Wanted } from '../fetch/batches.ts'
import type { Ports } from '../operations.ts'
import type { Question } from './asking.ts'
import { sectionsOf, type Test } from './question.ts'
import type { Found } from './result.ts'
import { messageTexts, textSections } from './text.ts'
import { takingTurns } from './turn.ts'
import { verdictOf } from './verdict.ts'

interface Sifted {
  readonly found: number[]
  /** Ascending. */
  readonly undecided: number[]
}

const byMemory = (list: MessageList, test: Test, among: Iterable<number>): Sifted => {
  const sifted: Sifted = { found: [], undecided: [] }
  for (const at of among) {
    const verdict = verdictOf(test, { list, at })
    if (verdict === true) sifted.found.push(at)
    else if (verdict === undefined) sifted.undecided.push(at)
  }
  return sifted
}

/** Indexes asked for in one go; the answer comes batch by batch. */
const byIndex = async ({ account, gone }: Ports, list: MessageList, test: Test, among: readonly number[]): Promise<Sifted> => {
  const sifted: Sifted = { found: [], undecided: [] }
  const sections = [...sectionsOf(test)]
  let next = 0
  for await (const batch of account.indexBatches(among.map((at) => list.messageId(at)), sections)) {
    if (gone.aborted) break
    for (const index of batch) {
      const at = among[next] ?? 0
      next += 1
      if (index === undefined) continue
      const verdict = verdictOf(test, { list, at, index })
      if (verdict === true) sifted.found.push(at)
      else if (verdict === undefined) sifted.undecided.push(at)
    }
  }
  return sifted
}

const asPositions = (among: readonly number[]): Positions => among.map((at) => [at, at] as const)

/** Reads what is undecided, the next batch while one is judged. */
const byText = async (ports: Ports, list: MessageList, test: Test, among: readonly number[]): Promise<readonly number[]> => {
  const found: number[] = []
  const wanted: Wanted = { list, sections: textSections(sectionsOf(test)), bodies: true }
  const batches = batchesOf(asPositions(among), list, true)
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
        for (const { at, index, body } of loaded) {
          if (index === undefined || body === undefined) continue
          const texts = await messageTexts(index, body)
          if (verdictOf(test, { list, at, index, texts }) === true) found.push(at)
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

function* everyPosition(count: number): Generator<number> {
  for (let at = 0; at < count; at += 1) yield at
}

/** Ascending positions of the messages that match, of all or of `among` (ascending). */
export const searchList = async (
  ports: Ports, list: MessageList, test: Test, among: Iterable<number> = everyPosition(list.count),
): Promise<readonly number[]> => {
  const memory = byMemory(list, test, among)
  if (memory.undecided.length === 0) return memory.found
  const indexed = await byIndex(ports, list, test, memory.undecided)
  const read = indexed.undecided.length === 0 ? [] : await byText(ports, list, test, indexed.undecided)
  const found = [...memory.found, ...indexed.found, ...read]
  return memory.found.length === 0 && read.length === 0 ? found : found.sort((a, b) => a - b)
}

const whollyRelevant = 100
const partlyRelevant = 50

/** RFC 6203 section 4: what matches as it is written is wholly relevant, what holds the words elsewhere half so. */
const relevancyOf = async (ports: Ports, list: MessageList, positions: readonly number[], strict: Test): Promise<readonly number[]> => {
  const exact = new Set(await searchList(ports, list, strict, positions))
  return positions.map((at) => (exact.has(at) ? whollyRelevant : partlyRelevant))
}

export const searched = async (ports: Ports, { mailbox, shown, test, strict }: Question): Promise<Found> => {
  const list = sameMessages(shown, ports.account.state().mailboxes.get(mailbox)?.messages)
  const positions = await searchList(ports, list, test)
  return { shown: list, positions, relevancy: strict === null ? null : await relevancyOf(ports, list, positions, strict) }
}

/** A question for each of several mailboxes, made when its turn comes. */
export interface EachQuestion {
  readonly mailboxes: readonly MailboxState[]
  questionFor(mailbox: MailboxState): Question
}

export interface FoundIn {
  readonly mailbox: MailboxState
  readonly found: Found
}

/** Those mailboxes in which something was found. */
export const searchedEach = async (ports: Ports, { mailboxes, questionFor }: EachQuestion): Promise<readonly FoundIn[]> => {
  const each: FoundIn[] = []
  const turn = takingTurns()
  for (const mailbox of mailboxes) {
    if (ports.gone.aborted) break
    const found = await searched(ports, questionFor(mailbox))
    if (found.positions.length > 0) each.push({ mailbox, found })
    await turn()
  }
  return each
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
