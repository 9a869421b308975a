/** FETCH attributes that the state in memory answers: a tight loop, no promise per message. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { dateTimeText } from '@bulkhead/wire/imap/date.ts'
import type { MemoryItem } from '@bulkhead/wire/imap/fetch-grammar.ts'
import type { Uid } from '@bulkhead/base/ids.ts'

/** A mailbox knows few combinations of flags and gives each as one array, so each is written once. */
const texts = new WeakMap<readonly string[], string>()

export const flagsText = (flags: readonly string[]): string => {
  const known = texts.get(flags)
  if (known !== undefined) return known
  const text = `(${flags.join(' ')})`
  texts.set(flags, text)
  return text
}

/**
 * Where the message at `at` of `shown` is in `current`, which may be newer: flags and MODSEQ come from there. -1 where it
 * is gone.
 */
const nowAt = (shown: MessageList, current: MessageList, at: number): number => {
  if (shown === current || current.uids[at] === shown.uids[at]) return at
  return current.indexOf((shown.uids[at] ?? 0) as Uid)
}

export const flagsAt = (shown: MessageList, current: MessageList, at: number): readonly string[] => {
  const now = nowAt(shown, current, at)
  return now < 0 ? shown.flags(at) : current.flags(now)
}

export const modSeqAt = (shown: MessageList, current: MessageList, at: number): number => {
  const now = nowAt(shown, current, at)
  return now < 0 ? shown.modSeq(at) : current.modSeq(now)
}

const saveDateText = (seconds: number): string => (seconds === 0 ? 'NIL' : dateTimeText(seconds * 1_000))

const threadText = (thread: string | null): string => (thread === null ? 'NIL' : `(${thread})`)

export const memoryItem = (item: MemoryItem, shown: MessageList, current: MessageList, at: number): string => {
  switch (item) {
    case 'FLAGS':
      return `FLAGS ${flagsText(flagsAt(shown, current, at))}`
    case 'UID':
      return `UID ${shown.uids[at] ?? 0}`
    case 'RFC822.SIZE':
      return `RFC822.SIZE ${shown.sizes[at] ?? 0}`
    case 'INTERNALDATE':
      return `INTERNALDATE ${dateTimeText(shown.internalDates[at] ?? 0)}`
    case 'MODSEQ':
      return `MODSEQ (${modSeqAt(shown, current, at)})`
    case 'EMAILID':
      return `EMAILID (${shown.messageId(at)})`
    case 'THREADID':
      return `THREADID ${threadText(shown.threadId(at))}`
    case 'SAVEDATE':
      return `SAVEDATE ${saveDateText(shown.saveDates[at] ?? 0)}`
  }
}
