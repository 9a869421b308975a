/** SORT (RFC 5256 section 3, RFC 5957): messages by their ranks, made of what is in memory or of the overviews made at arrival. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { SortCriterion, SortKey } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Overview } from '@bulkhead/wire/mime/overview.ts'
import type { Ports } from '../operations.ts'
import type { Question } from './asking.ts'
import { isWorthwhile, remembered } from './remembered.ts'
import { ranksOf, type Ranks } from './ranks.ts'
import type { Found } from './result.ts'
import { everyPosition } from './search.ts'
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

const columnInMemory = (list: MessageList, positions: readonly number[], key: SortKey): Float64Array => {
  const column = key === 'SIZE' ? list.sizes : list.internalDates
  return Float64Array.from(positions, (at) => column[at] ?? 0)
}

/** Of a message whose index is gone the texts are empty and the date is that of its arrival. Undefined where the client is gone. */
const ranksBy = async (ports: Ports, list: MessageList, positions: readonly number[], keys: readonly SortKey[]): Promise<readonly Ranks[] | undefined> => {
  const columns = keys.map((key) => ({ key, texts: new Array<string>(), sentMs: new Array<number>() }))
  const fromOverview = columns.filter(({ key }) => key === 'DATE' || isTextKey(key))
  const turn = takingTurns()
  let place = 0
  const ids = (): Uint8Array | readonly ReturnType<MessageList['messageId']>[] => list.idsOf?.(positions) ?? positions.map((at) => list.messageId(at))
  for await (const batch of fromOverview.length === 0 ? [] : ports.account.indexBatches(ids(), ['overview'])) {
    if (ports.gone.aborted) return undefined
    for (const index of batch) {
      for (const { key, texts, sentMs } of fromOverview) {
        if (isTextKey(key)) texts.push(index === undefined ? '' : textOf[key](index.overview))
        else sentMs.push(index?.overview.sentMs ?? list.internalDates[positions[place] ?? 0] ?? 0)
      }
      place += 1
    }
    await turn()
  }
  const ranks: Ranks[] = []
  for (const { key, texts, sentMs } of columns) {
    ranks.push(await (isTextKey(key) ? ranksOf(texts, turn) : ranksOf(key === 'DATE' ? sentMs : columnInMemory(list, positions, key), turn)))
  }
  return ranks
}

/** Ranks of the messages at `positions`, in that order, for each key: out of those of the whole mailbox where they are known. */
const chosenRanks = async (ports: Ports, list: MessageList, positions: readonly number[], keys: readonly SortKey[]): Promise<readonly Ranks[] | undefined> => {
  const memory = remembered(list, positions.length)
  const missing = keys.filter((key) => memory?.ranks.has(key) !== true)
  if (memory === undefined || (missing.length > 0 && !isWorthwhile(list, positions.length))) return ranksBy(ports, list, positions, keys)
  const made = missing.length === 0 ? [] : await ranksBy(ports, list, [...everyPosition(list.count)], missing)
  if (made === undefined) return undefined
  for (const [at, key] of missing.entries()) memory.ranks.set(key, made[at] ?? new Uint32Array(0))
  return keys.map((key) => {
    const ranks = memory.ranks.get(key) ?? new Uint32Array(0)
    return positions.length === list.count ? ranks : Uint32Array.from(positions, (at) => ranks[at] ?? 0)
  })
}

/** `order` by rank, those of the same rank as they stood: counted, not compared. */
const byRank = (order: Uint32Array, ranks: Ranks, reverse: boolean): Uint32Array => {
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
  ports: Ports, list: MessageList, positions: readonly number[], criteria: readonly SortCriterion[], relevancy: readonly number[] | null = null,
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

export interface SortQuestion extends Question {
  readonly criteria: readonly SortCriterion[]
}

/** Scores of a result in its new order. */
export const inOrder = ({ positions, relevancy }: Found, sorted: readonly number[]): readonly number[] | null => {
  if (relevancy === null) return null
  const scores = new Map(positions.map((at, place) => [at, relevancy[place] ?? 0]))
  return sorted.map((at) => scores.get(at) ?? 0)
}
