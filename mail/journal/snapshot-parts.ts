/** Segments of a snapshot beside the messages: annotations, members, what vanished, unique-ids. Decoding never throws. */
import type { AccountHandle, MailboxId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { everyRight, identifierOctetsMax, membersMax, type Acl, type Member } from './acl.ts'
import { annotationBytesMax, annotationsMax, entryOctetsMax, uidlOctetsMax, type Annotations } from './annotations.ts'
import { byteReader, byteWriter } from './binary.ts'
import { uidsPerSegment } from './columns.ts'
import { mailboxesMax } from './fold.ts'
import {
  objectBytesMax, objectIdOctetsMax, objectKinds, objectsMax, pieceOf, piecesOf, PublishedObjects, removedMax, type AllObjects, type ObjectKind,
  type StoredObject,
} from './objects.ts'
import type { UidlPart } from './uidls.ts'
import { nothingVanished, vanishedPerSegment, type VanishedRanges } from './vanished.ts'

export const annotationsSegment = 'annotations'

/** Null: the account's own. */
export type AllAnnotations = ReadonlyMap<MailboxId | null, Annotations>

export const encodeAnnotations = (all: AllAnnotations): Buffer => {
  const writer = byteWriter(4_096)
  const some = [...all].filter(([, annotations]) => annotations.size > 0)
  writer.number(some.length)
  for (const [mailbox, annotations] of some) {
    writer.byte(mailbox === null ? 0 : 1)
    if (mailbox !== null) writer.uuid(mailbox)
    writer.number(annotations.size)
    for (const [entry, value] of annotations) {
      writer.text(entry)
      writer.bytes(value)
    }
  }
  return writer.done()
}

/** No segment is no annotations. */
export const decodeAnnotations = (bytes: Uint8Array | undefined): AllAnnotations | undefined => {
  const all = new Map<MailboxId | null, Annotations>()
  if (bytes === undefined) return all
  const reader = byteReader(bytes)
  const mailboxes = reader.count(mailboxesMax + 1, 2)
  for (let at = 0; at < mailboxes; at += 1) {
    const mailbox = reader.byte() === 0 ? null : (reader.uuid() as MailboxId)
    const count = reader.count(annotationsMax, 2)
    const annotations = new Map<string, Buffer>()
    for (let one = 0; one < count; one += 1) annotations.set(reader.text(entryOctetsMax), Buffer.from(reader.bytes(annotationBytesMax)))
    all.set(mailbox, annotations)
  }
  return reader.complete() ? all : undefined
}

export const aclSegment = 'acl'

export const encodeAcl = (acl: Acl): Buffer => {
  const writer = byteWriter(1_024)
  writer.number(acl.size)
  for (const [member, { identifier, rights }] of acl) {
    writer.uuid(member)
    writer.text(identifier)
    writer.text(rights)
  }
  return writer.done()
}

/** No segment is no members. */
export const decodeAcl = (bytes: Uint8Array | undefined): Acl | undefined => {
  const acl = new Map<AccountHandle, Member>()
  if (bytes === undefined) return acl
  const reader = byteReader(bytes)
  const count = reader.count(membersMax, 2)
  for (let at = 0; at < count; at += 1) {
    acl.set(reader.uuid() as AccountHandle, { identifier: reader.text(identifierOctetsMax), rights: reader.text(everyRight.length) })
  }
  return reader.complete() ? acl : undefined
}

/** One of each kind; the objects themselves lie in pieces. */
export const objectsSegment = (kind: ObjectKind): string => `o.${kind}`
export const objectPieceSegment = (kind: ObjectKind, piece: number): string => `o.${kind}.${piece}`

const inPieces = (kind: ObjectKind, list: PublishedObjects): ReadonlyMap<number, readonly StoredObject[]> =>
  Map.groupBy(list.all(), ({ id }) => pieceOf(kind, id))

export interface ObjectSegments {
  readonly facts: Buffer
  readonly pieces: ReadonlyMap<number, () => Buffer>
}

const encodePiece = (objects: readonly StoredObject[]): Buffer => {
  const writer = byteWriter(4_096)
  writer.number(objects.length)
  for (const { id, value, createdSeq, seq } of objects) {
    writer.text(id)
    writer.number(createdSeq)
    writer.number(seq)
    writer.bytes(value)
  }
  return writer.done()
}

/** The facts name the pieces and how many objects each holds, so that one that is missing shows. */
export const encodeObjects = (kind: ObjectKind, list: PublishedObjects): ObjectSegments => {
  const pieces = inPieces(kind, list)
  const writer = byteWriter(1_024)
  const { seq, floor, removed } = list.facts
  writer.number(seq)
  writer.number(floor)
  writer.number(pieces.size)
  for (const [piece, objects] of pieces) {
    writer.number(piece)
    writer.number(objects.length)
  }
  writer.number(removed.length)
  for (const [id, at] of removed) {
    writer.text(id)
    writer.number(at)
  }
  return { facts: writer.done(), pieces: new Map([...pieces].map(([piece, objects]) => [piece, () => encodePiece(objects)])) }
}

const decodePiece = (bytes: Uint8Array | undefined, kind: ObjectKind, counted: number): readonly StoredObject[] | undefined => {
  if (bytes === undefined) return undefined
  const reader = byteReader(bytes)
  const objects = Array.from({ length: reader.count(objectsMax[kind], 4) }, () => ({
    id: reader.text(objectIdOctetsMax),
    createdSeq: reader.number() as ModSeq,
    seq: reader.number() as ModSeq,
    value: Buffer.from(reader.bytes(objectBytesMax)),
  }))
  return reader.complete() && objects.length === counted ? objects : undefined
}

const decodeKind = (bytes: Uint8Array, kind: ObjectKind, segmentOf: (name: string) => Uint8Array | undefined): PublishedObjects | undefined => {
  const reader = byteReader(bytes)
  const [seq, floor] = [reader.number() as ModSeq, reader.number() as ModSeq]
  const pieces = Array.from({ length: reader.count(piecesOf(kind), 2) }, () => [reader.number(), reader.number()] as const)
  const removed = Array.from({ length: reader.count(removedMax, 2) }, () => [reader.text(objectIdOctetsMax), reader.number() as ModSeq] as const)
  if (!reader.complete()) return undefined
  const objects = new Map<string, StoredObject>()
  for (const [piece, counted] of pieces) {
    const some = decodePiece(segmentOf(objectPieceSegment(kind, piece)), kind, counted)
    if (some === undefined) return undefined
    for (const one of some) objects.set(one.id, one)
  }
  return new PublishedObjects({ seq, floor, removed }, objects)
}

/** No segment is no objects of that kind. */
export const decodeObjects = (segmentOf: (name: string) => Uint8Array | undefined): AllObjects | undefined => {
  const all = new Map<ObjectKind, PublishedObjects>()
  for (const kind of objectKinds) {
    const bytes = segmentOf(objectsSegment(kind))
    if (bytes === undefined) continue
    const list = decodeKind(bytes, kind, segmentOf)
    if (list === undefined) return undefined
    all.set(kind, list)
  }
  return all
}

export const encodeUidls = (part: UidlPart): Buffer => {
  const writer = byteWriter(4_096)
  writer.number(part.size)
  for (const [uid, uidl] of part) {
    writer.number(uid)
    writer.text(uidl)
  }
  return writer.done()
}

export const decodeUidls = (bytes: Uint8Array): UidlPart | undefined => {
  const reader = byteReader(bytes)
  const count = reader.count(uidsPerSegment, 2)
  const part = new Map<Uid, string>()
  for (let at = 0; at < count; at += 1) part.set(reader.number() as Uid, reader.text(uidlOctetsMax))
  return reader.complete() ? part : undefined
}

const originBytes = 8
const rangeBytes = 4 + 4 + 8

/** Places, in the arrays, of the ranges that belong to segment `number`. */
const placesIn = (first: number, count: number, number: number): { readonly from: number; readonly to: number } => ({
  from: Math.max(number * vanishedPerSegment - first, 0),
  to: Math.min((number + 1) * vanishedPerSegment - first, count),
})

/** The log's origin, then its ranges with the numbers of this segment. */
export const encodeVanished = ({ origin, first, from, to, modSeqs }: VanishedRanges, number: number): Buffer => {
  const places = placesIn(first, from.length, number)
  const bytes = Buffer.allocUnsafe(originBytes + (places.to - places.from) * rangeBytes)
  let at = bytes.writeDoubleLE(origin, 0)
  for (let place = places.from; place < places.to; place += 1) {
    at = bytes.writeUInt32LE(from[place] ?? 0, at)
    at = bytes.writeUInt32LE(to[place] ?? 0, at)
    at = bytes.writeDoubleLE(modSeqs[place] ?? 0, at)
  }
  return bytes
}

interface VanishedHead {
  readonly origin: number
  readonly floor: number
  readonly first: number
  readonly count: number
}

/** The segments in order. Undefined where one is missing, of another log, or does not add up. */
export const decodeVanished = (segments: readonly (Uint8Array | undefined)[], { origin, floor, first, count }: VanishedHead): VanishedRanges | undefined => {
  if (count === 0 && segments.length === 0) return { ...nothingVanished(origin), floor, first }
  const [from, to, modSeqs] = [new Uint32Array(count), new Uint32Array(count), new Float64Array(count)]
  const firstSegment = Math.floor(first / vanishedPerSegment)
  let lastModSeq = 0
  for (const [place, bytes] of segments.entries()) {
    const places = placesIn(first, count, firstSegment + place)
    if (bytes?.length !== originBytes + (places.to - places.from) * rangeBytes) return undefined
    const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (source.readDoubleLE(0) !== origin) return undefined
    for (let at = places.from; at < places.to; at += 1) {
      const offset = originBytes + (at - places.from) * rangeBytes
      from[at] = source.readUInt32LE(offset)
      to[at] = source.readUInt32LE(offset + 4)
      modSeqs[at] = source.readDoubleLE(offset + 8)
      if (!((modSeqs[at] ?? 0) >= lastModSeq) || (from[at] ?? 0) > (to[at] ?? 0)) return undefined
      lastModSeq = modSeqs[at] ?? 0
    }
  }
  return { origin, floor, first, from, to, modSeqs }
}
