/** THREAD (RFC 5256 section 3): the messages a search finds, joined by what their overviews say. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { forestOf, type Forest } from '@bulkhead/mail/threading/forest.ts'
import { refsForest } from '@bulkhead/mail/threading/latest.ts'
import type { Steps } from '@bulkhead/mail/threading/steps.ts'
import { orderedSubjectForest, referencesForest } from '@bulkhead/mail/threading/subjects.ts'
import { columnsAt, threadColumns, type ThreadColumns } from '@bulkhead/mail/threading/thread-columns.ts'
import type { ThreadAlgorithm } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Ports } from '../ports.ts'
import type { Question } from './asked.ts'
import { isWorthwhile, remembered } from '@bulkhead/mail/search/remembered.ts'
import type { Found } from './result.ts'
import { everyPosition } from '@bulkhead/mail/search/search-list.ts'
import { searched } from './search.ts'
import { inTurns, takingTurns } from '@bulkhead/mail/search/turn.ts'

export interface ThreadQuestion extends Question {
  readonly algorithm: ThreadAlgorithm
}

export interface Threaded extends Found {
  /** Its places are those of `positions`. */
  readonly forest: Forest
}

/** Undefined where the client is gone. */
const columnsOf = async ({ account, gone }: Ports, list: MessageList, positions: readonly number[]): Promise<ThreadColumns | undefined> => {
  const builder = threadColumns()
  const turn = takingTurns()
  let place = 0
  for await (const batch of account.indexBatches(list.idsOf?.(positions) ?? positions.map((at) => list.messageId(at)), ['overview'])) {
    if (gone.aborted) return undefined
    for (const index of batch) {
      builder.add(index?.overview, list.internalDates[positions[place] ?? 0] ?? 0)
      place += 1
    }
    await turn()
  }
  return builder.columns()
}

const forestBy = (algorithm: ThreadAlgorithm, columns: ThreadColumns, { shown, positions }: Found): Steps<Forest> => {
  if (algorithm === 'ORDEREDSUBJECT') return orderedSubjectForest(columns)
  if (algorithm === 'REFERENCES') return referencesForest(columns)
  return refsForest(columns, Float64Array.from(positions, (at) => shown.internalDates[at] ?? 0))
}

const chosenForest = async (ports: Ports, algorithm: ThreadAlgorithm, found: Found): Promise<Forest | undefined> => {
  const { shown, positions } = found
  const memory = remembered(shown, positions.length)
  const known = positions.length === shown.count ? memory?.forests.get(algorithm) : undefined
  if (known !== undefined) return known
  if (memory !== undefined && isWorthwhile(shown, positions.length)) memory.threads ??= await columnsOf(ports, shown, [...everyPosition(shown.count)])
  const columns = memory?.threads === undefined ? await columnsOf(ports, shown, positions) : columnsAt(memory.threads, positions)
  if (columns === undefined) return undefined
  const forest = await inTurns(forestBy(algorithm, columns, found), takingTurns())
  if (positions.length === shown.count) memory?.forests.set(algorithm, forest)
  return forest
}

export const threaded = async (ports: Ports, question: ThreadQuestion): Promise<Threaded> => {
  const found = await searched(ports, question)
  const forest = await chosenForest(ports, question.algorithm, found)
  return forest === undefined ? { ...found, positions: [], forest: forestOf(0, [], []) } : { ...found, forest }
}
