/** A folded state as plain data, to be compared whole. */
import type { ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { ChangeRecords } from '../change-log.ts'
import { idBytes, threadBytes } from '../columns.ts'
import type { FoldedAccount } from '../fold.ts'
import type { FoldedMailbox } from '../mailbox-fold.ts'

const plainMailbox = (mailbox: FoldedMailbox) => ({
  id: mailbox.id,
  name: mailbox.name,
  specialUse: mailbox.specialUse,
  uidValidity: mailbox.uidValidity,
  uidNext: mailbox.uidNext,
  highestModSeq: mailbox.highestModSeq,
  unseen: mailbox.unseen,
  deleted: mailbox.deleted,
  sizeBytes: mailbox.sizeBytes,
  keywords: mailbox.keywords,
  annotations: [...mailbox.annotations],
  vanished: mailbox.vanishedSince(0 as ModSeq),
  messages: Array.from({ length: mailbox.messages.count }, (_, at) => ({
    uid: mailbox.messages.uids[at],
    modSeq: mailbox.messages.modSeqs[at],
    size: mailbox.messages.sizes[at],
    date: mailbox.messages.internalDates[at],
    id: mailbox.messages.messageId(at),
    saved: mailbox.messages.saveDates[at],
    thread: mailbox.messages.threadId(at),
    uidl: mailbox.uidlOf((mailbox.messages.uids[at] ?? 0) as Uid),
    flags: mailbox.messages.flags(at),
  })),
})

const plainChanges = ({ floor, first, count, seqs, kinds, ids, threads }: ChangeRecords) => ({
  floor,
  first,
  records: Array.from({ length: count }, (_, at) => ({
    seq: seqs[at],
    kind: kinds[at],
    id: Buffer.from(ids.subarray(at * idBytes, (at + 1) * idBytes)).toString('hex'),
    thread: Buffer.from(threads.subarray(at * threadBytes, (at + 1) * threadBytes)).toString('hex'),
  })),
})

export const plainState = (state: FoldedAccount) => ({
  seq: state.seq,
  uidValidityLast: state.uidValidityLast,
  keywords: state.keywords,
  subscriptions: [...state.subscriptions],
  annotations: [...state.annotations],
  acl: [...state.acl],
  objects: [...state.objectLists].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([kind, list]) => ({ kind, ...list.facts, all: [...list.all()].toSorted((one, other) => (one.id < other.id ? -1 : 1)) })),
  changes: plainChanges(state.changes),
  mailboxes: [...state.mailboxes.values()].map(plainMailbox),
})
