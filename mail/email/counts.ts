/** Emails and threads of mailboxes, all and unread (RFC 8621 section 2), counted in two passes over the columns of a state. */
import { lowAt, pageSize } from '../journal/columns.ts'
import { deletedBit, seenBit, sharedBit } from '../journal/keywords.ts'
import { systemFlags } from '../journal/flags.ts'
import type { Emails } from './emails.ts'

export interface Counts {
  readonly totalEmails: number
  readonly unreadEmails: number
  readonly totalThreads: number
  readonly unreadThreads: number
}

/** What is read: seen, or a draft. */
const readBits = seenBit | (1 << systemFlags.indexOf('\\Draft'))

const bitsOf = (emails: Emails, entry: number): number =>
  emails.entriesWith(entry).reduce((bits, one) => {
    const { mailbox, at } = emails.placeOf(one)
    return bits | lowAt(mailbox.messages.columns, at)
  }, 0)

interface Unread {
  /** By thread: an unread Email that is not in the trash alone. */
  readonly outside: Uint8Array
  /** By thread: an unread Email that is in the trash. */
  readonly inTrash: Uint8Array
}

const unreadThreads = (emails: Emails, trash: number): Unread => {
  const count = emails.threadNumbers.count + 1
  const [outside, inTrash] = [new Uint8Array(count), new Uint8Array(count)]
  const { copies } = emails
  for (const [number, { messages: { columns, count: messages } }] of emails.mailboxes.entries()) {
    const threads = emails.threadsIn(number)
    const base = emails.bases[number] ?? 0
    const into = number === trash ? inTrash : outside
    for (const [page, { low: bits }] of columns.pages.entries()) {
      const from = page * pageSize
      const end = Math.min(pageSize, messages - from)
      for (let place = 0; place < end; place += 1) {
        const low = bits[place] ?? 0
        if ((low & deletedBit) !== 0) continue
        const isCopied = (low & sharedBit) !== 0 && copies.has(base + from + place)
        if (((isCopied ? bitsOf(emails, base + from + place) : low) & readBits) === 0) into[threads[from + place] ?? 0] = 1
      }
    }
  }
  return { outside, inTrash }
}

const countIn = (emails: Emails, number: number, unread: Uint8Array, met: Uint32Array): Counts => {
  const counts = { totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0 }
  const mailbox = emails.mailboxes[number] ?? emails.state.inbox
  const { columns, count } = mailbox.messages
  const threads = emails.threadsIn(number)
  const base = emails.bases[number] ?? 0
  const { copies } = emails
  for (let at = 0; at < count; at += 1) {
    let low = lowAt(columns, at)
    if ((low & deletedBit) !== 0) continue
    const others = (low & sharedBit) === 0 ? undefined : copies.get(base + at)
    if (others !== undefined) {
      // One Email twice in one mailbox is one.
      if (others.some((entry) => entry >= base && entry < base + at)) continue
      low = bitsOf(emails, base + at)
    }
    counts.totalEmails += 1
    if ((low & readBits) === 0) counts.unreadEmails += 1
    const thread = threads[at] ?? 0
    if (met[thread] === number + 1) continue
    met[thread] = number + 1
    counts.totalThreads += 1
    counts.unreadThreads += unread[thread] ?? 0
  }
  return counts
}

const made = new WeakMap<Emails, readonly Counts[]>()

/** In the order of `emails.mailboxes`. */
export const countsOf = (emails: Emails): readonly Counts[] => {
  const known = made.get(emails)
  if (known !== undefined) return known
  const trash = emails.mailboxes.findIndex(({ specialUse }) => specialUse === '\\Trash')
  const { outside, inTrash } = unreadThreads(emails, trash)
  const met = new Uint32Array(emails.threadNumbers.count + 1)
  const counts = emails.mailboxes.map((_, number) => countIn(emails, number, number === trash ? inTrash : outside, met))
  made.set(emails, counts)
  return counts
}
