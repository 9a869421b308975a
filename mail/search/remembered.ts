/**
 * What SORT and THREAD made of a whole mailbox, for the next time they are asked: numbers alone, no text. It lasts as long as
 * the fold keeps the messages' columns in that memory, and holds while the messages are the same ones.
 */
import type { MessageList } from '../account/mail-account.ts'
import type { Forest } from '../threading/forest.ts'
import type { ThreadColumns } from '../threading/thread-columns.ts'
import type { SortKey, ThreadAlgorithm } from '@bulkhead/wire/imap/sort-grammar.ts'

/** Of a larger mailbox nothing is remembered: 90 bytes a message at most, and four for each reference. */
const messagesMax = 250_000
/** A result this small a part of the mailbox is worked out for itself. */
const worthwhileShare = 0.25

export interface Remembered {
  readonly uids: Uint32Array
  readonly ranks: Map<SortKey, Uint32Array>
  /** All messages in the order that was asked for last. */
  sorted: { readonly criteria: string; readonly positions: readonly number[] } | undefined
  threads: ThreadColumns | undefined
  /** Of all messages together. */
  readonly forests: Map<ThreadAlgorithm, Forest>
}

const byMemory = new WeakMap<ArrayBufferLike, Remembered>()

const isSame = ({ uids, count }: MessageList, known: Uint32Array): boolean => {
  if (known.length !== count) return false
  for (let at = 0; at < count; at += 1) if (uids[at] !== known[at]) return false
  return true
}

/** Whether to work out all of the mailbox for a result of so many. */
export const isWorthwhile = (list: MessageList, wanted: number): boolean => wanted >= list.count * worthwhileShare

/** Undefined where nothing is known and it would not be worth while. `wanted`: messages of the result. */
export const remembered = (list: MessageList, wanted: number): Remembered | undefined => {
  if (list.count > messagesMax) return undefined
  const known = byMemory.get(list.uids.buffer)
  if (known !== undefined && isSame(list, known.uids)) return known
  if (!isWorthwhile(list, wanted)) return undefined
  const fresh: Remembered = { uids: list.uids.slice(0, list.count), ranks: new Map(), sorted: undefined, threads: undefined, forests: new Map() }
  byMemory.set(list.uids.buffer, fresh)
  return fresh
}
