/** A folded state as plain data, to be compared whole. */
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
  messages: Array.from({ length: mailbox.messages.count }, (_, at) => ({
    uid: mailbox.messages.uids[at],
    modSeq: mailbox.messages.modSeqs[at],
    size: mailbox.messages.sizes[at],
    date: mailbox.messages.internalDates[at],
    id: mailbox.messages.messageId(at),
    flags: mailbox.messages.flags(at),
  })),
})

export const plainState = (state: FoldedAccount) => ({
  seq: state.seq,
  uidValidityLast: state.uidValidityLast,
  keywords: state.keywords,
  subscriptions: [...state.subscriptions],
  mailboxes: [...state.mailboxes.values()].map(plainMailbox),
})
