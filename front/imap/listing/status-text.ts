/** `STATUS` of a mailbox (RFC 9051 section 7.3.4), for STATUS and LIST … RETURN (STATUS …). */
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { StatusItem } from '@bulkhead/wire/imap/list-grammar.ts'
import { mailbox as mailboxText, parenthesised } from '@bulkhead/wire/imap/response.ts'

/** RFC 9208 section 4.1.4: what an EXPUNGE would give back. */
const deletedBytes = ({ messages, deleted }: MailboxState): number => {
  let bytes = 0
  for (let at = 0, left = deleted; left > 0 && at < messages.count; at += 1) {
    if (!messages.hasFlag(at, '\\Deleted')) continue
    bytes += messages.sizes[at] ?? 0
    left -= 1
  }
  return bytes
}

const values: Readonly<Record<StatusItem, (mailbox: MailboxState, limits: MailLimits) => number | string>> = {
  MESSAGES: ({ messages }) => messages.count,
  RECENT: () => 0,
  UIDNEXT: ({ uidNext }) => uidNext,
  UIDVALIDITY: ({ uidValidity }) => uidValidity,
  UNSEEN: ({ unseen }) => unseen,
  DELETED: ({ deleted }) => deleted,
  SIZE: ({ sizeBytes }) => sizeBytes,
  APPENDLIMIT: (_, { messageBytesMax }) => messageBytesMax,
  'DELETED-STORAGE': deletedBytes,
  HIGHESTMODSEQ: ({ highestModSeq }) => highestModSeq,
  MAILBOXID: ({ id }) => `(${id})`,
}

export const statusText = (mailbox: MailboxState, items: readonly StatusItem[], limits: MailLimits, utf8: boolean): string =>
  `STATUS ${mailboxText(mailbox.name, utf8)} ${parenthesised(items.map((item) => `${item} ${values[item](mailbox, limits)}`))}`
