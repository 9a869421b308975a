/** SORT (RFC 5256 section 3, RFC 5957): keys from memory where that has them, else from the overviews made at arrival. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { SortCriterion, SortKey } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Overview } from '@bulkhead/wire/mime/overview.ts'
import type { Ports } from '../operations.ts'
import type { Question } from './asking.ts'
import type { Found } from './result.ts'

type Keys = Float64Array | string[]

const fromOverview: ReadonlySet<SortKey> = new Set<SortKey>(['CC', 'DATE', 'FROM', 'SUBJECT', 'TO', 'DISPLAYFROM', 'DISPLAYTO'])

const textOf = (key: SortKey, overview: Overview): string => {
  switch (key) {
    case 'CC':
      return overview.cc.mailbox
    case 'FROM':
      return overview.from.mailbox
    case 'TO':
      return overview.to.mailbox
    case 'DISPLAYFROM':
      return overview.from.display
    case 'DISPLAYTO':
      return overview.to.display
    default:
      return overview.baseSubject
  }
}

const isNumeric = (key: SortKey): boolean => key === 'ARRIVAL' || key === 'SIZE' || key === 'DATE'

/** Of a message whose index is gone meanwhile the texts are empty and the date is that of its arrival. */
const noteOverview = (into: Keys, place: number, key: SortKey, overview: Overview | undefined): void => {
  if (into instanceof Float64Array) {
    const sentMs = overview?.sentMs ?? null
    if (sentMs !== null) into[place] = sentMs
  } else into[place] = overview === undefined ? '' : textOf(key, overview)
}

const inMemory = (list: MessageList, positions: readonly number[], key: SortKey): Float64Array => {
  const column = key === 'SIZE' ? list.sizes : list.internalDates
  return Float64Array.from(positions, (at) => column[at] ?? 0)
}

const compareKeys = (keys: Keys, left: number, right: number): number => {
  const one = keys[left] ?? 0
  const other = keys[right] ?? 0
  return one < other ? -1 : one > other ? 1 : 0
}

/** `positions` (ascending) in the order asked for; equal ones stay in mailbox order. */
export const sortPositions = async (
  ports: Ports, list: MessageList, positions: readonly number[], criteria: readonly SortCriterion[],
): Promise<readonly number[]> => {
  const columns = criteria.map(({ key, reverse }) => ({
    key,
    sign: reverse ? -1 : 1,
    keys: isNumeric(key) ? inMemory(list, positions, key) : Array.from<string>({ length: positions.length }).fill(''),
  }))
  const wanted = columns.filter(({ key }) => fromOverview.has(key))
  if (wanted.length > 0) {
    let place = 0
    for await (const batch of ports.account.indexBatches(positions.map((at) => list.messageId(at)), ['overview'])) {
      if (ports.gone.aborted) return []
      for (const index of batch) {
        for (const { key, keys } of wanted) noteOverview(keys, place, key, index?.overview)
        place += 1
      }
    }
  }
  const order = Uint32Array.from(positions, (_, place) => place)
  order.sort((left, right) => {
    for (const { keys, sign } of columns) {
      const compared = compareKeys(keys, left, right)
      if (compared !== 0) return compared * sign
    }
    return left - right
  })
  return Array.from(order, (place) => positions[place] ?? 0)
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
