/** THREAD (RFC 5256 section 3): the messages a search finds, joined by what their overviews say. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { forestOf, type Forest } from '@bulkhead/mail/threading/forest.ts'
import { refsForest } from '@bulkhead/mail/threading/latest.ts'
import { orderedSubjectForest, referencesForest } from '@bulkhead/mail/threading/subjects.ts'
import { columnsAt, threadColumns, type ThreadColumns } from '@bulkhead/mail/threading/thread-columns.ts'
import type { ThreadAlgorithm } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Ports } from '../operations.ts'
import type { Question } from './asking.ts'
import { remembered } from './remembered.ts'
import type { Found } from './result.ts'
import { everyPosition, searched } from './search.ts'
import { takingTurns } from './turn.ts'

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

const chosenColumns = async (ports: Ports, list: MessageList, positions: readonly number[]): Promise<ThreadColumns | undefined> => {
  const memory = remembered(list, positions.length)
  if (memory === undefined) return columnsOf(ports, list, positions)
  memory.threads ??= await columnsOf(ports, list, [...everyPosition(list.count)])
  return memory.threads === undefined ? undefined : columnsAt(memory.threads, positions)
}

const forestBy = (algorithm: ThreadAlgorithm, columns: ThreadColumns, { shown, positions }: Found): Forest => {
  if (algorithm === 'ORDEREDSUBJECT') return orderedSubjectForest(columns)
  if (algorithm === 'REFERENCES') return referencesForest(columns)
  return refsForest(columns, Float64Array.from(positions, (at) => shown.internalDates[at] ?? 0))
}

export const threaded = async (ports: Ports, question: ThreadQuestion): Promise<Threaded> => {
  const found = await searched(ports, question)
  const columns = await chosenColumns(ports, found.shown, found.positions)
  if (columns === undefined) return { ...found, positions: [], forest: forestOf(0, [], []) }
  return { ...found, forest: forestBy(question.algorithm, columns, found) }
}
