/**
 * Which messages of a list meet a test: what memory decides first, then the sheets of digests, then the indexes, then the texts of
 * the messages that are undecided still. Gives way to other sessions between batches; ends early when the client is gone.
 */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import type { IndexSection } from '@bulkhead/wire/mime/message-index.ts'
import type { MessageList, Sifted } from '../account/mail-account.ts'
import { batchesAhead, batchesOf, disposeAll, loadBatch, type Loaded, type Wanted } from './batches.ts'
import { isReached, type Reach } from './reach.ts'
import { needlesOf, sectionsOf, type IndexDepth, type Test } from './test.ts'
import { messageTexts } from './text.ts'
import { takingTurns } from './turn.ts'
import { verdictOf } from './verdict.ts'
import type { SearchPorts } from './ports.ts'

interface Decided {
  readonly found: number[]
  /** Ascending. */
  readonly undecided: number[]
}

/** Messages that are looked at before the clock is. */
const messagesPerLook = 64

/** Tests of which memory knows nothing. */
const isRead = ({ test }: Test): boolean => test === 'text' || test === 'body' || test === 'header' || test === 'subject' || test === 'sent' || test === 'parts'

const byMemory = async ({ gone }: SearchPorts, list: MessageList, test: Test, among: Iterable<number>): Promise<Decided> => {
  if (isRead(test)) return { found: [], undecided: [...among] }
  const decided: Decided = { found: [], undecided: [] }
  const turn = takingTurns()
  let looked = 0
  for (const at of among) {
    looked += 1
    if (looked % messagesPerLook === 0) {
      const over = turn()
      if (over !== undefined) await over
      if (gone.aborted) break
    }
    const verdict = verdictOf(test, { list, at })
    if (verdict === true) decided.found.push(at)
    else if (verdict === undefined) decided.undecided.push(at)
  }
  return decided
}

/** Messages that are undecided, ascending, and the place of each among those that the sheets were asked about, where they know them. */
interface Group {
  readonly among: number[]
  readonly places: number[]
  readonly by: Sifted | undefined
}

const idsAt = (list: MessageList, among: readonly number[]): readonly MessageId[] | Uint8Array =>
  list.idsOf?.(among) ?? among.map((at) => list.messageId(at))

interface BySheets {
  readonly found: readonly number[]
  /** Those that the sheets know, and the others. */
  readonly groups: readonly [Group, Group]
}

const bySheets = async ({ account, gone }: SearchPorts, list: MessageList, test: Test, among: readonly number[]): Promise<BySheets> => {
  const needles = needlesOf(test)
  const found: number[] = []
  const others: Group = { among: [], places: [], by: undefined }
  const by = needles.length === 0 ? undefined : await account.sifted(idsAt(list, among), needles)
  if (by === undefined) return { found, groups: [others, { ...others, among: [...among] }] }
  const known: Group = { among: [], places: [], by }
  const turn = takingTurns()
  for (const [place, at] of among.entries()) {
    if (place % messagesPerLook === 0) {
      const over = turn()
      if (over !== undefined) await over
      if (gone.aborted) break
    }
    const verdict = by.knows(place) ? verdictOf(test, { list, at, sifted: { by, place } }) : undefined
    if (verdict === true) found.push(at)
    if (verdict !== undefined) continue
    const group = by.knows(place) ? known : others
    group.among.push(at)
    group.places.push(place)
  }
  return { found, groups: [known, others] }
}

/** Indexes asked for in one go; the answer comes batch by batch. Found ones are added to `found`. */
const byIndex = async (
  { account, gone, progress }: SearchPorts, list: MessageList, test: Test, group: Group, depth: IndexDepth, found: number[],
): Promise<Group> => {
  const { among, places, by } = group
  const sections = [...sectionsOf(test, depth)].filter((section) => section !== 'digest' || by === undefined)
  if (among.length === 0 || sections.length === 0) return group
  const left: Group = { among: [], places: [], by }
  const turn = takingTurns()
  let next = 0
  for await (const batch of account.indexBatches(idsAt(list, among), sections)) {
    if (gone.aborted) break
    await progress(next, among.length)
    for (const index of batch) {
      const at = among[next] ?? 0
      const place = places[next] ?? 0
      next += 1
      const over = next % messagesPerLook === 0 ? turn() : undefined
      if (over !== undefined) await over
      if (index === undefined) continue
      const verdict = verdictOf(test, { list, at, index, depth, sifted: by === undefined ? undefined : { by, place } })
      if (verdict === true) found.push(at)
      if (verdict !== undefined) continue
      left.among.push(at)
      left.places.push(place)
    }
    await turn()
  }
  return left
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
          const reading = messageTexts(index, body, ports.account)
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
  const sifted = await bySheets(ports, list, test, memory.undecided)
  const found = [...memory.found]
  for (const at of sifted.found) found.push(at)
  const undecided: number[] = []
  for (let group of sifted.groups) {
    for (const depth of depthsOf(test)) group = await byIndex(ports, list, test, group, depth, found)
    for (const at of group.among) undecided.push(at)
  }
  undecided.sort((a, b) => a - b)
  if (undecided.length > 0) for (const at of await byText(ports, list, test, { among: undecided, known: [...found], reach })) found.push(at)
  return found.sort((a, b) => a - b)
}

const depthsOf = (test: Test): readonly IndexDepth[] => (sectionsOf(test, 'header').has('header') ? ['digest', 'header'] : ['digest'])
