/** FETCH attributes that the state in memory answers: a tight loop, no promise per message. */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import { dateTimeText } from '@bulkhead/wire/imap/date.ts'
import type { PlainItem } from '@bulkhead/wire/imap/fetch-grammar.ts'
import type { Uid } from '@bulkhead/base/ids.ts'

export type MemoryItem = Extract<PlainItem, 'FLAGS' | 'UID' | 'INTERNALDATE' | 'RFC822.SIZE'>

/** A mailbox knows few combinations of flags and gives each as one array, so each is written once. */
const texts = new WeakMap<readonly string[], string>()

export const flagsText = (flags: readonly string[]): string => {
  const known = texts.get(flags)
  if (known !== undefined) return known
  const text = `(${flags.join(' ')})`
  texts.set(flags, text)
  return text
}

/** `current` may be newer than what the session was shown: flags come from it where the message still is there. */
export const flagsAt = (shown: MessageList, current: MessageList, at: number): readonly string[] => {
  if (shown === current) return shown.flags(at)
  const now = current.uids[at] === shown.uids[at] ? at : current.indexOf((shown.uids[at] ?? 0) as Uid)
  return now < 0 ? shown.flags(at) : current.flags(now)
}

export const memoryItem = (item: MemoryItem, shown: MessageList, current: MessageList, at: number): string => {
  if (item === 'FLAGS') return `FLAGS ${flagsText(flagsAt(shown, current, at))}`
  if (item === 'UID') return `UID ${shown.uids[at] ?? 0}`
  if (item === 'RFC822.SIZE') return `RFC822.SIZE ${shown.sizes[at] ?? 0}`
  return `INTERNALDATE ${dateTimeText(shown.internalDates[at] ?? 0)}`
}
