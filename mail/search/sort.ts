/**
 * Messages in an order (RFC 5256 section 3, RFC 5957, RFC 8621 section 4.4.2): by their ranks, made of what is in memory or of the
 * overviews made at arrival.
 */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { MessageList } from '../account/mail-account.ts'
import type { SortCriterion, SortKey } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Overview } from '@bulkhead/wire/mime/overview.ts'
import { isWorthwhile, remembered } from './remembered.ts'
import { ranksOf, type Ranks } from './ranks.ts'
import { everyPosition } from './search-list.ts'
import type { SearchPorts } from './ports.ts'
import { takingTurns } from './turn.ts'

const textKeys = ['CC', 'FROM', 'TO', 'DISPLAYFROM', 'DISPLAYTO', 'SUBJECT'] as const satisfies readonly SortKey[]
type TextKey = (typeof textKeys)[number]

const textOf: Readonly<Record<TextKey, (overview: Overview) => string>> = {
  CC: ({ cc }) => cc.mailbox,
  FROM: ({ from }) => from.mailbox,
  TO: ({ to }) => to.mailbox,
  DISPLAYFROM: ({ from }) => from.display,
  DISPLAYTO: ({ to }) => to.display,
  SUBJECT: ({ baseSubject }) => baseSubject,
}

const isTextKey = (key: SortKey): key is TextKey => textKeys.some((known) => known === key)

/** Messages to be sorted, by their place among them. */
export interface Sortable {
  readonly count: number
  ids(): Uint8Array | readonly MessageId[]
  dateMs(place: number): number
  sizeBytes(place: number): number
}

const columnInMemory = ({ count, dateMs, sizeBytes }: Sortable, key: SortKey): Float64Array =>
  Float64Array.from({ length: count }, (_, place) => (key === 'SIZE' ? sizeBytes(place) : dateMs(place)))

/**
 * By each key a rank for each message. Of a message whose index is gone the texts are empty and the date is that of its arrival.
 * Undefined where the client is gone.
 */
export const ranksBy = async (ports: SearchPorts, messages: Sortable, keys: readonly SortKey[]): Promise<readonly Ranks[] | undefined> => {
  const columns = keys.map((key) => ({ key, texts: new Array<string>(), sentMs: new Array<number>() }))
  const fromOverview = columns.filter(({ key }) => key === 'DATE' || isTextKey(key))
  const turn = takingTurns()
  let place = 0
  for await (const batch of fromOverview.length === 0 ? [] : ports.account.indexBatches(messages.ids(), ['overview'])) {
    if (ports.gone.aborted) return undefined
    for (const index of batch) {
      for (const { key, texts, sentMs } of fromOverview) {
        if (isTextKey(key)) texts.push(index === undefined ? '' : textOf[key](index.overview))
        else sentMs.push(index?.overview.sentMs ?? messages.dateMs(place))
      }
      place += 1
    }
    await turn()
  }
  const ranks: Ranks[] = []
  for (const { key, texts, sentMs } of columns) {
    ranks.push(await (isTextKey(key) ? ranksOf(texts, turn) : ranksOf(key === 'DATE' ? sentMs : columnInMemory(messages, key), turn)))
  }
  return ranks
}

const sortableAt = (list: MessageList, positions: readonly number[]): Sortable => ({
  count: positions.length,
  ids: () => list.idsOf?.(positions) ?? positions.map((at) => list.messageId(at)),
  dateMs: (place) => list.internalDates[positions[place] ?? 0] ?? 0,
  sizeBytes: (place) => list.sizes[positions[place] ?? 0] ?? 0,
})

/** Ranks of the messages at `positions`, in that order, for each key: out of those of the whole mailbox where they are known. */
export const chosenRanks = async (
  ports: SearchPorts, list: MessageList, positions: readonly number[], keys: readonly SortKey[],
): Promise<readonly Ranks[] | undefined> => {
  const memory = remembered(list, positions.length)
  const missing = keys.filter((key) => memory?.ranks.has(key) !== true)
  if (memory === undefined || (missing.length > 0 && !isWorthwhile(list, positions.length))) return ranksBy(ports, sortableAt(list, positions), keys)
  const made = missing.length === 0 ? [] : await ranksBy(ports, sortableAt(list, [...everyPosition(list.count)]), missing)
  if (made === undefined) return undefined
  for (const [at, key] of missing.entries()) memory.ranks.set(key, made[at] ?? new Uint32Array(0))
  return keys.map((key) => {
    const ranks = memory.ranks.get(key) ?? new Uint32Array(0)
    return positions.length === list.count ? ranks : Uint32Array.from(positions, (at) => ranks[at] ?? 0)
  })
}

/** `order` by rank, those of the same rank as they stood: counted, not compared. */
export const byRank = (order: Uint32Array, ranks: Ranks, reverse: boolean): Uint32Array => {
  let highest = 0
  for (const rank of ranks) if (rank > highest) highest = rank
  const slotOf = (place: number): number => (reverse ? highest - (ranks[place] ?? 0) : (ranks[place] ?? 0))
  const starts = new Uint32Array(highest + 2)
  for (const place of order) starts[slotOf(place) + 1] = (starts[slotOf(place) + 1] ?? 0) + 1
  for (let slot = 0; slot <= highest; slot += 1) starts[slot + 1] = (starts[slot + 1] ?? 0) + (starts[slot] ?? 0)
  const sorted = new Uint32Array(order.length)
  for (const place of order) {
    const slot = slotOf(place)
    sorted[starts[slot] ?? 0] = place
    starts[slot] = (starts[slot] ?? 0) + 1
  }
  return sorted
}

const relevancyMax = 100

/** The most relevant first (RFC 6203 section 5). */
const byRelevancy = (count: number, relevancy: readonly number[] | null): Ranks =>
  Uint32Array.from({ length: count }, (_, place) => relevancyMax - (relevancy?.[place] ?? 0))

/** `positions` (ascending) in the order asked for; equal ones stay in mailbox order. */
export const sortPositions = async (
  ports: SearchPorts, list: MessageList, positions: readonly number[], criteria: readonly SortCriterion[], relevancy: readonly number[] | null = null,
): Promise<readonly number[]> => {
  const memory = relevancy === null && positions.length === list.count ? remembered(list, positions.length) : undefined
  const asked = criteria.map(({ key, reverse }) => (reverse ? `-${key}` : key)).join()
  if (memory?.sorted?.criteria === asked) return memory.sorted.positions
  const keys = [...new Set(criteria.map(({ key }) => key))].filter((key) => key !== 'RELEVANCY')
  const ranks = await chosenRanks(ports, list, positions, keys)
  if (ranks === undefined) return []
  let order: Uint32Array = Uint32Array.from(positions, (_, place) => place)
  for (const { key, reverse } of criteria.toReversed()) {
    order = byRank(order, key === 'RELEVANCY' ? byRelevancy(positions.length, relevancy) : (ranks[keys.indexOf(key)] ?? new Uint32Array(0)), reverse)
  }
  const sorted = Array.from(order, (place) => positions[place] ?? 0)
  if (memory !== undefined) memory.sorted = { criteria: asked, positions: sorted }
  return sorted
}
