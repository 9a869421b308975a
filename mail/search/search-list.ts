/**
 * Which messages of a list meet a test: what memory decides first, then the indexes, then the texts of the messages that are
 * undecided still. Gives way to other sessions between batches; ends early when the client is gone.
 */
import type { Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import type { IndexSection } from '@bulkhead/wire/mime/message-index.ts'
import type { MailAccount, MessageList } from '../account/mail-account.ts'
import { batchesAhead, batchesOf, disposeAll, loadBatch, type Loaded, type Wanted } from './batches.ts'
import { isReached, type Reach } from './reach.ts'
import { sectionsOf, type IndexDepth, type Test } from './test.ts'
import { messageTexts } from './text.ts'
import { takingTurns } from './turn.ts'
import { verdictOf } from './verdict.ts'

export interface SearchPorts {
  readonly account: Pick<MailAccount, 'indexBatches' | 'bodies'>
  /** Aborts when the client is gone. */
  readonly gone: AbortSignal
  /** `done` of `goal` messages are dealt with. */
  progress(done: number, goal: number): void | Promise<void>
}

interface Sifted {
  readonly found: number[]
  /** Ascending. */
  readonly undecided: number[]
}

/** Messages that are looked at before the clock is. */
const messagesPerLook = 64

const byMemory = async ({ gone }: SearchPorts, list: MessageList, test: Test, among: Iterable<number>): Promise<Sifted> => {
  const sifted: Sifted = { found: [], undecided: [] }
  const turn = takingTurns()
  let looked = 0
  for (const at of among) {
    looked += 1
    const over = looked % messagesPerLook === 0 ? turn() : undefined
    if (over !== undefined) await over
    if (gone.aborted) break
    const verdict = verdictOf(test, { list, at })
    if (verdict === true) sifted.found.push(at)
    else if (verdict === undefined) sifted.undecided.push(at)
  }
  return sifted
}

/** Indexes asked for in one go; the answer comes batch by batch. */
const byIndex = async (
  { account, gone, progress }: SearchPorts, list: MessageList, test: Test, among: readonly number[], depth: IndexDepth,
): Promise<Sifted> => {
  const sifted: Sifted = { found: [], undecided: [] }
  const turn = takingTurns()
  let next = 0
  for await (const batch of account.indexBatches(list.idsOf?.(among) ?? among.map((at) => list.messageId(at)), [...sectionsOf(test, depth)])) {
    if (gone.aborted) break
    await progress(next, among.length)
    for (const index of batch) {
      const at = among[next] ?? 0
      next += 1
      const over = next % messagesPerLook === 0 ? turn() : undefined
      if (over !== undefined) await over
      if (index === undefined) continue
      const verdict = verdictOf(test, { list, at, index, depth })
      if (verdict === true) sifted.found.push(at)
      else if (verdict === undefined) sifted.undecided.push(at)
    }
    await turn()
  }
  return sifted
}

const asPositions = (among: readonly number[]): Positions => among.map((at) => [at, at] as const)

/** Beside the texts: what tests of other kinds look at. */
const sectionsBesideTexts = (test: Test): readonly IndexSection[] => (sectionsOf(test, 'digest').has('overview') ? ['parts', 'overview'] : ['parts'])

interface Undecided {
  /** Ascending. */
  readonly among: readonly number[]
  /** Matches that are known already. */
  readonly known: readonly number[]
  readonly reach: Reach | null
}

/** Reads what is undecided, the next batches while one is judged, as far as the search must go. */
const byText = async (ports: SearchPorts, list: MessageList, test: Test, { among: ascending, known, reach }: Undecided): Promise<readonly number[]> => {
  const among = reach?.end === 'last' ? ascending.toReversed() : ascending
  const found: number[] = []
  const wanted: Wanted = { list, sections: sectionsBesideTexts(test), bodies: true }
  const batches = batchesOf(asPositions(among), list, true)
  const turn = takingTurns()
  let done = 0
  const load = (): Promise<readonly Loaded[]> | undefined => {
    const { value, done } = batches.next()
    const loading = done === true ? undefined : loadBatch(ports, value, wanted)
    // A rejection is met when its turn comes; until then it must not count as unhandled.
    loading?.catch(() => undefined)
    return loading
  }
  const ahead = Array.from({ length: batchesAhead }, load)
  try {
    for (let next = ahead.shift(); next !== undefined && !ports.gone.aborted; next = ahead.shift()) {
      const loaded = await next
      ahead.push(load())
      try {
        await ports.progress(done, among.length)
        done += loaded.length
        for (const { at, index, body } of loaded) {
          if (index === undefined || body === undefined || ports.gone.aborted) continue
          const reading = messageTexts(index, body)
          const texts = reading instanceof Promise ? await reading : reading
          if (verdictOf(test, { list, at, index, texts }) === true) found.push(at)
          const over = turn()
          if (over !== undefined) await over
        }
      } finally {
        await disposeAll(loaded)
      }
      if (isReached(reach, known, found, loaded.at(-1)?.at ?? 0)) break
    }
  } finally {
    for (const left of ahead) void left?.then(disposeAll).catch(() => undefined)
  }
  return found
}

export function* everyPosition(count: number): Generator<number> {
  for (let at = 0; at < count; at += 1) yield at
}

/** Ascending positions of the messages that match, of all or of `among` (ascending), as far as `reach` says. */
export const searchList = async (
  ports: SearchPorts, list: MessageList, test: Test, among: Iterable<number> = everyPosition(list.count), reach: Reach | null = null,
): Promise<readonly number[]> => {
  const memory = await byMemory(ports, list, test, among)
  if (memory.undecided.length === 0) return memory.found
  const found = [...memory.found]
  let { undecided } = memory
  for (const depth of depthsOf(test)) {
    const sifted = await byIndex(ports, list, test, undecided, depth)
    for (const at of sifted.found) found.push(at)
    undecided = sifted.undecided
    if (undecided.length === 0) break
  }
  if (undecided.length > 0) for (const at of await byText(ports, list, test, { among: undecided, known: [...found], reach })) found.push(at)
  return found.sort((a, b) => a - b)
}

const depthsOf = (test: Test): readonly IndexDepth[] => (sectionsOf(test, 'header').has('header') ? ['digest', 'header'] : ['digest'])
