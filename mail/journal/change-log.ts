/**
 * What JMAP's /changes needs and the fold's columns do not say (RFC 8620 section 5.2): messages that came into the account or
 * went from a mailbox, and what became of mailboxes, in the order of their MODSEQ. Typed arrays: 33 bytes a record. Beyond
 * `changesMax` records the older half is forgotten, and the log says from where on it is whole. What was published shares
 * memory: records are only ever added behind it. A message marked \Deleted is not there for JMAP (RFC 8621 section 4.1.1), so
 * the mark counts as its going.
 */
import { uuidBytes, type MailboxId } from '@bulkhead/base/ids.ts'
import { idBytes, threadBytes } from './columns.ts'

export const changesMax = 32_768
/** Records of one snapshot segment. */
export const changesPerSegment = 2_048
const capacityMin = 16

/** Kinds of records. A message `came` where it was nowhere before, and `went` from one mailbox: it may be in others. */
export const messageCame = 1
export const messageWent = 2
export const mailboxMade = 3
export const mailboxChanged = 4
export const mailboxWent = 5

export interface ChangeRecords {
  /** MODSEQ at which the log began: 0 with the account. Two logs that began apart number their records differently. */
  readonly origin: number
  /** What changed up to here may be forgotten. */
  readonly floor: number
  /** The number of the first record kept, counted from the origin. */
  readonly first: number
  readonly count: number
  readonly seqs: Float64Array<ArrayBuffer>
  readonly kinds: Uint8Array<ArrayBuffer>
  /** Of a message or a mailbox, 16 bytes each. */
  readonly ids: Uint8Array<ArrayBuffer>
  /** Of a message, 8 bytes each; all zero: not known. */
  readonly threads: Uint8Array<ArrayBuffer>
}

const room = (capacity: number): Pick<ChangeRecords, 'seqs' | 'kinds' | 'ids' | 'threads'> => ({
  seqs: new Float64Array(capacity),
  kinds: new Uint8Array(capacity),
  ids: new Uint8Array(capacity * idBytes),
  threads: new Uint8Array(capacity * threadBytes),
})

/** Of all logs without a record: nothing can be written there. */
const noRoom = room(0)

export const nothingChanged = (origin: number): ChangeRecords => ({ origin, floor: origin, first: 0, count: 0, ...noRoom })

export const roomForChanges = (head: Pick<ChangeRecords, 'origin' | 'floor' | 'first' | 'count'>): ChangeRecords => ({ ...head, ...room(head.count) })

export class ChangeLog {
  /** Snapshot segments that changed since they were last written. */
  readonly touched = new Set<number>()
  readonly #origin: number
  #floor: number
  #first: number
  #count: number
  #room: Pick<ChangeRecords, 'seqs' | 'kinds' | 'ids' | 'threads'>

  constructor(start: ChangeRecords) {
    this.#origin = start.origin
    this.#floor = start.floor
    this.#first = start.first
    this.#count = start.count
    this.#room = start
  }

  #next(kind: number, seq: number): number {
    if (this.#count === changesMax) this.#forgetHalf()
    if (this.#count === this.#room.seqs.length) this.#resize(0, Math.max(capacityMin, Math.min(this.#count * 2, changesMax)))
    const at = this.#count++
    this.#room.seqs[at] = seq
    this.#room.kinds[at] = kind
    this.touched.add(Math.floor((this.#first + at) / changesPerSegment))
    return at
  }

  /** `message` and `thread`: their bytes. */
  message(kind: typeof messageCame | typeof messageWent, message: Uint8Array, thread: Uint8Array | null, seq: number): void {
    const at = this.#next(kind, seq)
    this.#room.ids.set(message, at * idBytes)
    if (thread !== null) this.#room.threads.set(thread, at * threadBytes)
  }

  mailbox(kind: typeof mailboxMade | typeof mailboxChanged | typeof mailboxWent, mailbox: MailboxId, seq: number): void {
    const at = this.#next(kind, seq)
    this.#room.ids.set(uuidBytes(mailbox), at * idBytes)
  }

  #forgetHalf(): void {
    const half = changesMax / 2
    this.#floor = this.#room.seqs[half - 1] ?? this.#floor
    this.#resize(half, changesMax)
    this.#first += half
    this.#count -= half
  }

  /** Arrays of their own, without the first `gone` records. */
  #resize(gone: number, capacity: number): void {
    const larger = room(capacity)
    const { seqs, kinds, ids, threads } = this.#room
    larger.seqs.set(seqs.subarray(gone, this.#count))
    larger.kinds.set(kinds.subarray(gone, this.#count))
    larger.ids.set(ids.subarray(gone * idBytes, this.#count * idBytes))
    larger.threads.set(threads.subarray(gone * threadBytes, this.#count * threadBytes))
    this.#room = larger
  }

  /** What is known now, never to change. */
  publish(): ChangeRecords {
    const { seqs, kinds, ids, threads } = this.#room
    return { origin: this.#origin, floor: this.#floor, first: this.#first, count: this.#count, seqs, kinds, ids, threads }
  }
}

/** The first record after `seq`: they lie in that order. */
export const firstChangeAfter = ({ seqs, count }: ChangeRecords, seq: number): number => {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((seqs[middle] ?? 0) <= seq) low = middle + 1
    else high = middle
  }
  return low
}
