/**
 * A folded account as segments of bytes, and back: `head` (mailboxes, subscriptions, keywords, counters), and per mailbox
 * one segment for every 4,096 UIDs. What goes into which segment follows from the state alone, so mailrooms that write
 * in turn agree, and only segments that changed are written. Decoding gives undefined for anything that does not add up;
 * then the journal is folded from its beginning.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { MailboxId, MessageId, ModSeq } from '@bulkhead/base/ids.ts'
import { byteReader, byteWriter, type ByteReader, type ByteWriter } from './binary.ts'
import { bytesPerMessage, copyInto, lowerBound, newColumns, sliceOf, type Columns } from './columns.ts'
import { specialUses } from './event.ts'
import { keywordOctetsMax } from './flags.ts'
import { mailboxesMax, subscriptionsMax, type FoldedAccount, type FoldStart } from './fold.ts'
import { keywordsMax } from './keywords.ts'
import { uidsPerSegment, type FoldedMailbox, type MailboxFacts } from './mailbox-fold.ts'
import { mailboxNameOctetsMax } from './mailbox-name.ts'

const version = 1
const segmentsPerMailboxMax = 2 ** 20
export const dyingMax = 50_000

assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'columns are kept as they lie in memory: little-endian')

export const headSegment = 'head'
export const messagesSegment = (mailbox: MailboxId, number: number): string => `m.${mailbox}.${number}`

/** A message that no mailbox holds any more, and since when we know. */
export interface Dying {
  readonly message: MessageId
  readonly sinceMs: number
}

interface Extent {
  readonly number: number
  readonly count: number
}

const extentsOf = ({ uids }: Columns): readonly (Extent & { readonly from: number })[] => {
  const extents: (Extent & { from: number })[] = []
  for (let from = 0; from < uids.length; ) {
    const number = Math.floor((uids[from] ?? 0) / uidsPerSegment)
    const to = lowerBound(uids, uids.length, (number + 1) * uidsPerSegment)
    extents.push({ number, count: to - from, from })
    from = to
  }
  return extents
}

const writeMailbox = (writer: ByteWriter, { facts, messages }: FoldedMailbox): void => {
  writer.uuid(facts.id)
  writer.text(facts.name)
  writer.byte(facts.specialUse === null ? 0 : specialUses.indexOf(facts.specialUse) + 1)
  for (const number of [facts.uidValidity, facts.uidNext, facts.highestModSeq]) writer.number(number)
  writer.number(facts.keywordsUsed.low)
  writer.number(facts.keywordsUsed.high)
  const extents = extentsOf(messages.columns)
  writer.number(extents.length)
  for (const { number, count } of extents) {
    writer.number(number)
    writer.number(count)
  }
}

const readMailbox = (reader: ByteReader): { readonly facts: MailboxFacts; readonly extents: readonly Extent[] } => ({
  facts: {
    id: reader.uuid() as MailboxId,
    name: reader.text(mailboxNameOctetsMax),
    specialUse: reader.choice([null, ...specialUses]) ?? null,
    uidValidity: reader.number(),
    uidNext: reader.number(),
    highestModSeq: reader.number() as ModSeq,
    keywordsUsed: { low: reader.number(), high: reader.number() },
  },
  extents: Array.from({ length: reader.count(segmentsPerMailboxMax, 2) }, () => ({
    number: reader.number(),
    count: reader.number(),
  })),
})

/** What the head keeps beside the state. */
export interface Beside {
  readonly dying: readonly Dying[]
  /** Content keys in the segments of keys: fewer than these, and the snapshot is not whole. */
  readonly contentKeys: number
}

export const encodeHead = (state: FoldedAccount, { dying, contentKeys }: Beside): Buffer => {
  const writer = byteWriter(4_096)
  writer.byte(version)
  writer.number(state.seq)
  writer.number(state.uidValidityLast)
  writer.number(state.keywords.length)
  for (const keyword of state.keywords) writer.text(keyword)
  writer.number(state.subscriptions.size)
  for (const name of state.subscriptions) writer.text(name)
  writer.number(state.mailboxes.size)
  for (const mailbox of state.mailboxes.values()) writeMailbox(writer, mailbox)
  writer.number(dying.length)
  for (const { message, sinceMs } of dying) {
    writer.uuid(message)
    writer.number(sinceMs)
  }
  writer.number(contentKeys)
  return writer.done()
}

export interface MessagesSegment {
  readonly mailbox: MailboxId
  readonly number: number
  encode(): Buffer
}

/** Segments of a state by name, each with the way to its bytes. */
export const messageSegments = (state: FoldedAccount): ReadonlyMap<string, MessagesSegment> => {
  const segments = new Map<string, MessagesSegment>()
  for (const { id, messages } of state.mailboxes.values()) {
    for (const { number, from, count } of extentsOf(messages.columns)) {
      const encode = (): Buffer => encodeMessages(sliceOf(messages.columns, from, from + count))
      segments.set(messagesSegment(id, number), { mailbox: id, number, encode })
    }
  }
  return segments
}

const columnOrder = ['uids', 'modSeqs', 'sizes', 'dates', 'low', 'high', 'ids'] as const

const encodeMessages = (columns: Columns): Buffer => {
  const bytes = Buffer.allocUnsafe(columns.uids.length * bytesPerMessage)
  let at = 0
  for (const name of columnOrder) {
    const column = columns[name]
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
    at += column.byteLength
  }
  return bytes
}

const decodeMessages = (bytes: Uint8Array, count: number): Columns | undefined => {
  if (bytes.length !== count * bytesPerMessage) return undefined
  const columns = newColumns(count)
  let at = 0
  for (const name of columnOrder) {
    const column = columns[name]
    new Uint8Array(column.buffer).set(bytes.subarray(at, at + column.byteLength))
    at += column.byteLength
  }
  return columns
}

const inOrder = ({ uids }: Columns, uidNext: number): boolean => {
  let last = 0
  for (const uid of uids) {
    if (uid <= last) return false
    last = uid
  }
  return last < uidNext
}

/** Gives a segment's opened bytes by name, undefined where there is none. */
export type SegmentOf = (name: string) => Uint8Array | undefined

const readColumns = (id: MailboxId, extents: readonly Extent[], segmentOf: SegmentOf): Columns | undefined => {
  const parts: Columns[] = []
  for (const { number, count } of extents) {
    const bytes = segmentOf(messagesSegment(id, number))
    const part = bytes === undefined ? undefined : decodeMessages(bytes, count)
    if (part === undefined) return undefined
    parts.push(part)
  }
  const columns = newColumns(parts.reduce((sum, part) => sum + part.uids.length, 0))
  let at = 0
  for (const part of parts) {
    copyInto(columns, at, part)
    at += part.uids.length
  }
  return columns
}

export interface OpenedSnapshot extends Beside {
  readonly start: FoldStart
}

export const decodeSnapshot = (segmentOf: SegmentOf): OpenedSnapshot | undefined => {
  const head = segmentOf(headSegment)
  if (head === undefined) return undefined
  const reader = byteReader(head)
  if (reader.byte() !== version) return undefined
  const seq = reader.number() as ModSeq
  const uidValidityLast = reader.number()
  const keywords = Array.from({ length: reader.count(keywordsMax) }, () => reader.text(keywordOctetsMax))
  const subscriptions = Array.from({ length: reader.count(subscriptionsMax) }, () => reader.text(mailboxNameOctetsMax))
  const described = Array.from({ length: reader.count(mailboxesMax) }, () => readMailbox(reader))
  const dying = Array.from({ length: reader.count(dyingMax) }, () => ({
    message: reader.uuid() as MessageId,
    sinceMs: reader.number(),
  }))
  const contentKeys = reader.number()
  if (!reader.complete()) return undefined
  const mailboxes: { facts: MailboxFacts; columns: Columns }[] = []
  for (const { facts, extents } of described) {
    const columns = readColumns(facts.id, extents, segmentOf)
    if (columns === undefined || !inOrder(columns, facts.uidNext)) return undefined
    mailboxes.push({ facts, columns })
  }
  return { start: { seq, uidValidityLast, keywords, subscriptions, mailboxes }, dying, contentKeys }
}

