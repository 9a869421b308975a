/**
 * Events as bytes: `version, kind, fields`. What the journal holds may come from a writer gone bad, so decoding gives
 * undefined for anything out of bounds and never throws; a version or kind of the future is undefined too.
 */
import type { AccountHandle, MailboxId, MessageId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { byteReader, byteWriter, type ByteReader, type ByteWriter } from './binary.ts'
import { everyRight, identifierOctetsMax } from './acl.ts'
import { annotationBytesMax, annotationsPerEventMax, entryOctetsMax, uidlOctetsMax, uidlsPerEventMax } from './annotations.ts'
import { specialUses, type FlagMode, type JournalEvent, type SpecialUse, type UidRanges } from './event.ts'
import { flagsPerEventMax, keywordOctetsMax } from './flags.ts'
import { mailboxNameOctetsMax } from './mailbox-name.ts'
import { objectBytesMax, objectIdOctetsMax, objectKinds, objectsPerEventMax } from './objects.ts'

const version = 1
/** Beyond this an operation is split into several events. */
export const uidRangesPerEventMax = 50_000
const uidMax = 0xffff_ffff
/** Sizes are kept in 32 bits. */
const sizeBytesMax = 0xffff_ffff
/** The last moment a `Date` can hold. */
const dateMsMax = 8_640_000_000_000_000
const threadBytes = 8
/** A date before 1970 is kept as 1970: no mail is older, and IMAP clients set such dates by mistake only. */
const earliestMs = 0

const flagModes: readonly FlagMode[] = ['add', 'remove', 'replace']

const writeDate = (writer: ByteWriter, ms: number): void => writer.number(Math.min(Math.max(Math.trunc(ms), earliestMs), dateMsMax))

const readDate = (reader: ByteReader): number => Math.min(reader.number(), dateMsMax)

const writeRanges = (writer: ByteWriter, ranges: UidRanges): void => {
  writer.number(ranges.length)
  let last = 0
  for (const [from, to] of ranges) {
    writer.number(from - last)
    writer.number(to - from)
    last = to
  }
}

const readRanges = (reader: ByteReader): UidRanges => {
  const ranges: (readonly [Uid, Uid])[] = []
  const count = reader.count(uidRangesPerEventMax, 2)
  let last = 0
  for (let at = 0; at < count; at += 1) {
    const step = reader.number()
    const from = last + step
    const to = from + reader.number()
    if (step === 0 || to > uidMax) {
      reader.refuse()
      return []
    }
    ranges.push([from as Uid, to as Uid])
    last = to
  }
  return ranges
}

const readUid = (reader: ByteReader): Uid => {
  const uid = reader.number()
  if (uid > uidMax) reader.refuse()
  return uid as Uid
}

const writeFlags = (writer: ByteWriter, flags: readonly string[]): void => {
  writer.number(flags.length)
  for (const flag of flags) writer.text(flag)
}

const readFlags = (reader: ByteReader): readonly string[] =>
  Array.from({ length: reader.count(flagsPerEventMax) }, () => reader.text(keywordOctetsMax))

const writeSpecialUse = (writer: ByteWriter, use: SpecialUse | null): void =>
  writer.byte(use === null ? 0 : specialUses.indexOf(use) + 1)

const readSpecialUse = (reader: ByteReader): SpecialUse | null => reader.choice([null, ...specialUses]) ?? null

type Mail = Pick<Of<'arrived'>, 'message' | 'sizeBytes' | 'internalDateMs' | 'flags'>

const writeMail = (writer: ByteWriter, { message, sizeBytes, internalDateMs, flags }: Mail): void => {
  writer.uuid(message)
  writer.number(sizeBytes)
  writeDate(writer, internalDateMs)
  writeFlags(writer, flags)
}

const readMail = (reader: ByteReader): Mail => ({
  message: reader.uuid() as MessageId,
  sizeBytes: Math.min(reader.number(), sizeBytesMax),
  internalDateMs: readDate(reader),
  flags: readFlags(reader),
})

const writeThread = (writer: ByteWriter, thread: Uint8Array | null): void => {
  writer.byte(thread === null ? 0 : 1)
  if (thread !== null) writer.raw(thread.subarray(0, threadBytes))
}

const readThread = (reader: ByteReader): Buffer | null => (reader.byte() === 0 ? null : reader.raw(threadBytes))

type Kind = JournalEvent['kind']
type Of<K extends Kind> = Extract<JournalEvent, { kind: K }>

interface Codec<K extends Kind> {
  readonly code: number
  readonly write: (writer: ByteWriter, event: Of<K>) => void
  readonly read: (reader: ByteReader) => Of<K>
}

const mailboxOf = (reader: ByteReader): MailboxId => reader.uuid() as MailboxId

/** 0: the INBOX, 1: by use or name, 2: by its id. */
const writePlace = (writer: ByteWriter, into: Of<'placed'>['into']): void => {
  writer.byte(into === null ? 0 : typeof into === 'string' ? 2 : 1)
  if (typeof into === 'string') writer.uuid(into)
  else if (into !== null) {
    writeSpecialUse(writer, into.specialUse)
    writer.text(into.name)
  }
}

const readPlace = (reader: ByteReader): Of<'placed'>['into'] => {
  const how = reader.byte()
  if (how === 0) return null
  return how === 2 ? mailboxOf(reader) : { specialUse: readSpecialUse(reader), name: reader.text(mailboxNameOctetsMax) }
}

const codecs: { readonly [K in Kind]: Codec<K> } = {
  mailboxCreated: {
    code: 1,
    write(writer, event) {
      writer.uuid(event.mailbox)
      writer.text(event.name)
      writer.number(event.uidValidity)
      writeSpecialUse(writer, event.specialUse)
    },
    read: (reader) => ({
      kind: 'mailboxCreated',
      mailbox: mailboxOf(reader),
      name: reader.text(mailboxNameOctetsMax),
      uidValidity: reader.number(),
      specialUse: readSpecialUse(reader),
    }),
  },
  mailboxRenamed: {
    code: 2,
    write(writer, event) {
      writer.uuid(event.mailbox)
      writer.text(event.name)
    },
    read: (reader) => ({
      kind: 'mailboxRenamed',
      mailbox: mailboxOf(reader),
      name: reader.text(mailboxNameOctetsMax),
    }),
  },
  mailboxDeleted: {
    code: 3,
    write: (writer, event) => writer.uuid(event.mailbox),
    read: (reader) => ({ kind: 'mailboxDeleted', mailbox: mailboxOf(reader) }),
  },
  subscribed: {
    code: 4,
    write(writer, event) {
      writer.byte(event.on ? 1 : 0)
      writer.text(event.name)
    },
    read: (reader) => ({ kind: 'subscribed', on: reader.byte() === 1, name: reader.text(mailboxNameOctetsMax) }),
  },
  arrived: {
    code: 10,
    write(writer, event) {
      writer.byte(event.mailbox === null ? 0 : 1)
      if (event.mailbox !== null) writer.uuid(event.mailbox)
      writeMail(writer, event)
      writeDate(writer, event.atMs)
      writeThread(writer, event.thread)
    },
    read: (reader) => ({ ...readArrived(reader), atMs: readDate(reader), thread: readThread(reader) }),
  },
  copied: {
    code: 11,
    write: (writer, event) => writeTransfer(writer, event),
    read: (reader) => ({ kind: 'copied', ...readTransfer(reader), atMs: readDate(reader) }),
  },
  moved: {
    code: 12,
    write: (writer, event) => writeTransfer(writer, event),
    read: (reader) => ({ kind: 'moved', ...readTransfer(reader), atMs: readDate(reader) }),
  },
  flagged: {
    code: 13,
    write(writer, event) {
      writer.uuid(event.mailbox)
      writer.byte(flagModes.indexOf(event.mode))
      writeFlags(writer, event.flags)
      writeRanges(writer, event.uids)
      writer.byte(event.unchangedSince === null ? 0 : 1)
      if (event.unchangedSince !== null) writer.number(event.unchangedSince)
    },
    read: (reader) => ({ ...readFlagged(reader), unchangedSince: reader.byte() === 0 ? null : (reader.number() as ModSeq) }),
  },
  expunged: {
    code: 9,
    write(writer, event) {
      writer.uuid(event.mailbox)
      writeRanges(writer, event.uids)
    },
    read: (reader) => ({ kind: 'expunged', mailbox: mailboxOf(reader), uids: readRanges(reader) }),
  },
  annotated: {
    code: 14,
    write(writer, event) {
      writer.byte(event.mailbox === null ? 0 : 1)
      if (event.mailbox !== null) writer.uuid(event.mailbox)
      writer.number(event.entries.length)
      for (const { entry, value } of event.entries) {
        writer.text(entry)
        writer.byte(value === null ? 0 : 1)
        if (value !== null) writer.bytes(value)
      }
    },
    read: (reader) => ({
      kind: 'annotated',
      mailbox: reader.byte() === 0 ? null : mailboxOf(reader),
      entries: Array.from({ length: reader.count(annotationsPerEventMax, 2) }, () => ({
        entry: reader.text(entryOctetsMax),
        value: reader.byte() === 0 ? null : reader.bytes(annotationBytesMax),
      })),
    }),
  },
  uidlsSet: {
    code: 15,
    write(writer, event) {
      writer.uuid(event.mailbox)
      writer.number(event.uidls.length)
      for (const [uid, uidl] of event.uidls) {
        writer.number(uid)
        writer.text(uidl)
      }
    },
    read: (reader) => ({
      kind: 'uidlsSet',
      mailbox: mailboxOf(reader),
      uidls: Array.from({ length: reader.count(uidlsPerEventMax, 2) }, () => [readUid(reader), reader.text(uidlOctetsMax)] as const),
    }),
  },
  filed: {
    code: 17,
    write(writer, event) {
      writeSpecialUse(writer, event.into.specialUse)
      writer.text(event.into.name)
      writeMail(writer, event)
      writeDate(writer, event.atMs)
      writeThread(writer, event.thread)
    },
    read: (reader) => ({
      kind: 'filed',
      into: { specialUse: readSpecialUse(reader), name: reader.text(mailboxNameOctetsMax) },
      ...readMail(reader),
      atMs: readDate(reader),
      thread: readThread(reader),
    }),
  },
  placed: {
    code: 19,
    write(writer, event) {
      writePlace(writer, event.into)
      writer.byte(event.first ? 1 : 0)
      writeMail(writer, event)
      writeDate(writer, event.atMs)
      writeThread(writer, event.thread)
    },
    read: (reader) => ({
      kind: 'placed',
      into: readPlace(reader),
      first: reader.byte() === 1,
      ...readMail(reader),
      atMs: readDate(reader),
      thread: readThread(reader),
    }),
  },
  objectsSet: {
    code: 18,
    write(writer, event) {
      writer.number(event.changes.length)
      for (const { kind, id, value } of event.changes) {
        writer.byte(objectKinds.indexOf(kind))
        writer.text(id)
        writer.byte(value === null ? 0 : 1)
        if (value !== null) writer.bytes(value)
      }
    },
    read: (reader) => ({
      kind: 'objectsSet',
      changes: Array.from({ length: reader.count(objectsPerEventMax, 3) }, () => ({
        kind: reader.choice(objectKinds) ?? 'setting',
        id: reader.text(objectIdOctetsMax),
        value: reader.byte() === 0 ? null : reader.bytes(objectBytesMax),
      })),
    }),
  },
  aclSet: {
    code: 16,
    write(writer, event) {
      writer.uuid(event.member)
      writer.text(event.identifier)
      writer.text(event.rights)
    },
    read: (reader) => ({
      kind: 'aclSet',
      member: reader.uuid() as AccountHandle,
      identifier: reader.text(identifierOctetsMax),
      rights: reader.text(everyRight.length),
    }),
  },
}

/** Without `atMs` and `thread`, which events did not always have. */
const readArrived = (reader: ByteReader): Omit<Of<'arrived'>, 'atMs' | 'thread'> => ({
  kind: 'arrived',
  mailbox: reader.byte() === 0 ? null : mailboxOf(reader),
  ...readMail(reader),
})

const writeTransfer = (writer: ByteWriter, event: Of<'copied' | 'moved'>): void => {
  writer.uuid(event.from)
  writer.uuid(event.to)
  writeRanges(writer, event.uids)
  writeDate(writer, event.atMs)
}

const readTransfer = (reader: ByteReader): Omit<Of<'copied' | 'moved'>, 'kind' | 'atMs'> => ({
  from: mailboxOf(reader),
  to: mailboxOf(reader),
  uids: readRanges(reader),
})

const readFlagged = (reader: ByteReader): Omit<Of<'flagged'>, 'unchangedSince'> => ({
  kind: 'flagged',
  mailbox: mailboxOf(reader),
  mode: reader.choice(flagModes) ?? 'add',
  flags: readFlags(reader),
  uids: readRanges(reader),
})

/** Events as they were written before `atMs`, `thread` and `unchangedSince`. */
const earlier: readonly (readonly [code: number, (reader: ByteReader) => JournalEvent])[] = [
  [5, (reader) => ({ ...readArrived(reader), atMs: 0, thread: null })],
  [6, (reader) => ({ kind: 'copied', ...readTransfer(reader), atMs: 0 })],
  [7, (reader) => ({ kind: 'moved', ...readTransfer(reader), atMs: 0 })],
  [8, (reader) => ({ ...readFlagged(reader), unchangedSince: null })],
]

const readers: ReadonlyMap<number, (reader: ByteReader) => JournalEvent> = new Map([
  ...earlier,
  ...Object.values(codecs).map((codec) => [codec.code, codec.read] as const),
])

const writeEvent = <K extends Kind>(writer: ByteWriter, kind: K, event: Of<K>): void => {
  writer.byte(codecs[kind].code)
  codecs[kind].write(writer, event)
}

export const encodeEvent = (event: JournalEvent): Buffer => {
  const writer = byteWriter()
  writer.byte(version)
  writeEvent(writer, event.kind, event)
  return writer.done()
}

export const decodeEvent = (bytes: Uint8Array): JournalEvent | undefined => {
  const reader = byteReader(bytes)
  if (reader.byte() !== version) return undefined
  const event = readers.get(reader.byte())?.(reader)
  return reader.complete() ? event : undefined
}
