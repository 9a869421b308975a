/** Messages cut into batches by number and bytes, with the bodies of the next batches asked for while one is sent. */
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { BodySource, MessageList } from '../account/mail-account.ts'
import { eachPosition, type Positions } from '@bulkhead/wire/imap/sequence-set.ts'
import type { IndexSection, MessageIndex } from '@bulkhead/wire/mime/message-index.ts'
import type { SearchPorts } from './ports.ts'

/** Batches asked for before their turn, so that the way to the database and the disk costs no time. */
export const batchesAhead = 3
/** Bodies held at once by a session: a batch of this and those ahead, or one message's block where it is larger. */
const batchBytes = 524_288
const batchMessages = 100
/** Messages whose indexes are asked for at once. */
const indexesAtOnce = 500

export type Batch = readonly number[]

export function* batchesOf(positions: Positions, list: MessageList, readsBodies: boolean): Generator<Batch> {
  const messagesMax = readsBodies ? batchMessages : indexesAtOnce
  let batch: number[] = []
  let bytes = 0
  for (const at of eachPosition(positions)) {
    const size = readsBodies ? (list.sizes[at] ?? 0) : 0
    if (batch.length >= messagesMax || (batch.length > 0 && bytes + size > batchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(at)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

export interface Loaded {
  readonly at: number
  readonly index: MessageIndex | undefined
  readonly body: BodySource | undefined
}

export interface Wanted {
  readonly list: MessageList
  /** Sections of the index that will be looked at; none: no index. */
  readonly sections: readonly IndexSection[]
  readonly bodies: boolean
}

export const loadBatch = async ({ account }: Pick<SearchPorts, 'account'>, batch: Batch, { list, sections, bodies }: Wanted): Promise<readonly Loaded[]> => {
  const texts = (): readonly MessageId[] => batch.map((at) => list.messageId(at))
  const known: (MessageIndex | undefined)[] = []
  if (sections.length > 0) for await (const some of account.indexBatches(list.idsOf?.(batch) ?? texts(), sections)) known.push(...some)
  const opened = bodies ? await account.bodies(texts()) : []
  return batch.map((at, place) => ({ at, index: known[place], body: opened[place] }))
}

export const disposeAll = async (loaded: readonly Loaded[]): Promise<void> => {
  for (const { body } of loaded) if (body !== undefined) await body[Symbol.asyncDispose]()
}
