/** Segments of a snapshot beside the messages: annotations, members, what vanished, unique-ids. Decoding never throws. */
import type { AccountHandle, MailboxId, Uid } from '@bulkhead/base/ids.ts'
import { everyRight, identifierOctetsMax, membersMax, type Acl, type Member } from './acl.ts'
import { annotationBytesMax, annotationsMax, entryOctetsMax, uidlOctetsMax, type Annotations } from './annotations.ts'
import { byteReader, byteWriter } from './binary.ts'
import { uidsPerSegment } from './columns.ts'
import { mailboxesMax } from './fold.ts'
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
