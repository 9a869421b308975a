/**
 * A folded account as segments of bytes, and back: `head` (mailboxes, subscriptions, keywords, counters), the annotations,
 * and per mailbox one segment for every 4,096 UIDs, the same for unique-ids, and one for every 4,096 ranges that vanished.
 * What goes into which segment follows from the state alone, so mailrooms that write in turn agree, and only segments
 * that changed are written. Decoding gives undefined for anything that does not add up; then the journal is folded from
 * its beginning.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { MailboxId, MessageId, ModSeq } from '@bulkhead/base/ids.ts'
import { byteReader, byteWriter, type ByteReader, type ByteWriter } from './binary.ts'
import {
  changingOf, copyLasting, idBytes, lastingOf, lowerBound, newChanging, newColumns, newLasting, putChanging, threadBytes, uidsPerSegment,
  type Changing, type Columns, type Lasting,
} from './columns.ts'
import { specialUses } from './event.ts'
import { keywordOctetsMax } from './flags.ts'
import { mailboxesMax, subscriptionsMax, type FoldedAccount, type FoldStart, type Touched } from './fold.ts'
import { keywordsMax } from './keywords.ts'
import type { FoldedMailbox, MailboxFacts } from './mailbox-fold.ts'
import { mailboxNameOctetsMax } from './mailbox-name.ts'
import {
  aclSegment, annotationsSegment, decodeAcl, decodeAnnotations, decodeObjects, decodeUidls, decodeVanished, encodeAcl, encodeAnnotations,
  encodeObjects, encodeUidls, encodeVanished, objectPieceSegment, objectsSegment, type AllAnnotations,
} from './snapshot-parts.ts'
import { changesHeadSegment, changesNumbers, changesSegment, decodeChanges, encodeChanges, encodeChangesHead } from './snapshot-changes.ts'
import { uidlPart, type UidlPart, type Uidls } from './uidls.ts'
import { nothingVanished, vanishedMax, vanishedPerSegment, type VanishedRanges } from './vanished.ts'

/** Version 1 knew neither what vanished nor annotations nor unique-ids; its messages had no dates of saving and no threads. */
const version = 2
const oldest = 1
const segmentsPerMailboxMax = 2 ** 20
export const dyingMax = 50_000

assert(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'columns are kept as they lie in memory: little-endian')

export const headSegment = 'head'
export const messagesSegment = (mailbox: MailboxId, number: number): string => `m.${mailbox}.${number}`
export const vanishedSegment = (mailbox: MailboxId, number: number): string => `v.${mailbox}.${number}`
export const uidlsSegment = (mailbox: MailboxId, number: number): string => `u.${mailbox}.${number}`

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

const writeMailbox = (writer: ByteWriter, { facts, messages, vanished, uidls }: FoldedMailbox): void => {
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
  for (const number of [vanished.origin, vanished.floor, vanished.first, vanished.from.length]) writer.number(number)
  writer.number(uidls.size)
  for (const number of uidls.keys()) writer.number(number)
}

interface Described {
  readonly facts: MailboxFacts
  readonly extents: readonly Extent[]
  readonly vanished: { readonly origin: number; readonly floor: number; readonly first: number; readonly count: number }
  readonly uidls: readonly number[]
}

const readFactsAndExtents = (reader: ByteReader): Pick<Described, 'facts' | 'extents'> => ({
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

/** In version 1, what vanished before is forgotten. */
const readMailbox = (reader: ByteReader, from: number): Described => {
  const known = readFactsAndExtents(reader)
  const { highestModSeq } = known.facts
  if (from === oldest) return { ...known, vanished: { origin: highestModSeq, floor: highestModSeq, first: 0, count: 0 }, uidls: [] }
  return {
    ...known,
    vanished: { origin: reader.number(), floor: reader.number(), first: reader.number(), count: reader.number() },
    uidls: Array.from({ length: reader.count(segmentsPerMailboxMax) }, () => reader.number()),
  }
}

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

export interface Segment {
  isAmong(touched: Touched): boolean
  encode(): Buffer
}

/** Segments of a state by name, without the head, each with the way to its bytes. */
export const segmentsOf = (state: FoldedAccount): ReadonlyMap<string, Segment> => {
  const segments = new Map<string, Segment>()
  for (const { id, messages, vanished, uidls } of state.mailboxes.values()) {
    const put = (kind: 'messages' | 'vanished' | 'uidls', name: string, number: number, encode: () => Buffer): void => {
      const isAmong = ({ mailboxes }: Touched): boolean => mailboxes.get(id)?.[kind].has(number) === true
      segments.set(name, { isAmong, encode })
    }
    for (const { number, from, count } of extentsOf(messages.columns)) {
      put('messages', messagesSegment(id, number), number, () => encodeMessages(pieceOf(messages.columns, from, from + count)))
    }
    for (const number of vanishedNumbers(vanished.first, vanished.from.length)) {
      put('vanished', vanishedSegment(id, number), number, () => encodeVanished(vanished, number))
    }
    for (const [number, part] of uidls) put('uidls', uidlsSegment(id, number), number, () => encodeUidls(part))
  }
  const annotations: AllAnnotations = new Map([
    [null, state.annotations],
    ...[...state.mailboxes.values()].map((mailbox) => [mailbox.id, mailbox.annotations] as const),
  ])
  if ([...annotations.values()].some(({ size }) => size > 0)) {
    segments.set(annotationsSegment, { isAmong: (touched) => touched.annotations, encode: () => encodeAnnotations(annotations) })
  }
  const { changes } = state
  segments.set(changesHeadSegment, { isAmong: (touched) => touched.changes.size > 0, encode: () => encodeChangesHead(changes) })
  for (const number of changesNumbers(changes.first, changes.count)) {
    segments.set(changesSegment(number), { isAmong: (touched) => touched.changes.has(number), encode: () => encodeChanges(changes, number) })
  }
  if (state.acl.size > 0) segments.set(aclSegment, { isAmong: (touched) => touched.acl, encode: () => encodeAcl(state.acl) })
  putObjects(state, segments)
  return segments
}

const putObjects = ({ objectLists }: FoldedAccount, segments: Map<string, Segment>): void => {
  for (const [kind, list] of objectLists) {
    const { facts, pieces } = encodeObjects(kind, list)
    segments.set(objectsSegment(kind), { isAmong: ({ objects }) => (objects.get(kind)?.size ?? 0) > 0, encode: () => facts })
    for (const [piece, encode] of pieces) {
      segments.set(objectPieceSegment(kind, piece), { isAmong: ({ objects }) => objects.get(kind)?.has(piece) === true, encode })
    }
  }
}

/** Segments that hold `count` ranges, `first` being the number of the first. */
const vanishedNumbers = (first: number, count: number): readonly number[] => {
  const from = Math.floor(first / vanishedPerSegment)
  const to = Math.ceil((first + count) / vanishedPerSegment)
  return count === 0 ? [] : Array.from({ length: to - from }, (_, at) => from + at)
}

/** One segment's messages in one piece. */
type Piece = Lasting & Changing

const pieceOf = ({ pages, ...lasting }: Columns, from: number, to: number): Piece =>
  ({ ...lastingOf(lasting, from, to), ...changingOf(pages, from, to) })

const columnsBefore = ['uids', 'modSeqs', 'sizes', 'dates', 'low', 'high', 'ids'] as const
const columnOrder = [...columnsBefore, 'saveDates', 'threads'] as const

const bytesPerMessage = 4 + 8 + 4 + 8 + 4 + 4 + idBytes + 4 + threadBytes
const bytesPerMessageBefore = bytesPerMessage - 4 - threadBytes

const encodeMessages = (piece: Piece): Buffer => {
  const bytes = Buffer.allocUnsafe(piece.uids.length * bytesPerMessage)
  let at = 0
  for (const name of columnOrder) {
    const column = piece[name]
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
    at += column.byteLength
  }
  return bytes
}

/** A segment of version 1 stays as it is until one of its messages changes; its length tells. */
const decodeMessages = (bytes: Uint8Array, count: number): Piece | undefined => {
  if (bytes.length !== count * bytesPerMessage && bytes.length !== count * bytesPerMessageBefore) return undefined
  const piece = { ...newLasting(count), ...newChanging(count) }
  let at = 0
  for (const name of bytes.length === count * bytesPerMessage ? columnOrder : columnsBefore) {
    const column = piece[name]
    new Uint8Array(column.buffer).set(bytes.subarray(at, at + column.byteLength))
    at += column.byteLength
  }
  return piece
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
  const parts: Piece[] = []
  for (const { number, count } of extents) {
    const bytes = segmentOf(messagesSegment(id, number))
    const part = bytes === undefined ? undefined : decodeMessages(bytes, count)
    if (part === undefined) return undefined
    parts.push(part)
  }
  const columns = newColumns(parts.reduce((sum, part) => sum + part.uids.length, 0))
  let at = 0
  for (const part of parts) {
    copyLasting(columns, at, part)
    putChanging(columns.pages, at, part)
    at += part.uids.length
  }
  return columns
}

/** A log that another mailroom began elsewhere is forgotten: then more UIDs than needed are told as vanished. */
const readVanished = ({ facts, vanished }: Described, segmentOf: SegmentOf): VanishedRanges => {
  const { origin, floor, first, count } = vanished
  const forgotten = nothingVanished(facts.highestModSeq)
  if (count > vanishedMax) return forgotten
  const parts = vanishedNumbers(first, count).map((number) => segmentOf(vanishedSegment(facts.id, number)))
  return decodeVanished(parts, { origin, floor, first, count }) ?? forgotten
}

const readUidls = ({ facts, uidls }: Described, segmentOf: SegmentOf): Uidls | undefined => {
  const parts = new Map<number, UidlPart>()
  for (const number of uidls) {
    const bytes = segmentOf(uidlsSegment(facts.id, number))
    const part = bytes === undefined ? undefined : decodeUidls(bytes)
    if (part === undefined || [...part.keys()].some((uid) => uidlPart(uid) !== number)) return undefined
    parts.set(number, part)
  }
  return parts
}

export interface OpenedSnapshot extends Beside {
  readonly start: FoldStart
}

export const decodeSnapshot = (segmentOf: SegmentOf): OpenedSnapshot | undefined => {
  const head = segmentOf(headSegment)
  if (head === undefined) return undefined
  const reader = byteReader(head)
  const from = reader.byte()
  if (from < oldest || from > version) return undefined
  const seq = reader.number() as ModSeq
  const uidValidityLast = reader.number()
  const keywords = Array.from({ length: reader.count(keywordsMax) }, () => reader.text(keywordOctetsMax))
  const subscriptions = Array.from({ length: reader.count(subscriptionsMax) }, () => reader.text(mailboxNameOctetsMax))
  const described = Array.from({ length: reader.count(mailboxesMax) }, () => readMailbox(reader, from))
  const dying = Array.from({ length: reader.count(dyingMax) }, () => ({
    message: reader.uuid() as MessageId,
    sinceMs: reader.number(),
  }))
  const contentKeys = reader.number()
  if (!reader.complete()) return undefined
  const annotations = decodeAnnotations(segmentOf(annotationsSegment))
  const acl = decodeAcl(segmentOf(aclSegment))
  const objects = decodeObjects(segmentOf)
  if (annotations === undefined || acl === undefined || objects === undefined) return undefined
  const mailboxes: FoldStart['mailboxes'][number][] = []
  for (const one of described) {
    const { facts, extents } = one
    const columns = readColumns(facts.id, extents, segmentOf)
    const uidls = readUidls(one, segmentOf)
    if (columns === undefined || uidls === undefined || !inOrder(columns, facts.uidNext)) return undefined
    mailboxes.push({ facts, columns, uidls, vanished: readVanished(one, segmentOf), annotations: annotations.get(facts.id) ?? new Map() })
  }
  const changes = decodeChanges(segmentOf, seq)
  const start = { seq, uidValidityLast, keywords, subscriptions, annotations: annotations.get(null) ?? new Map(), acl, objects, changes, mailboxes }
  return { start, dying, contentKeys }
}

