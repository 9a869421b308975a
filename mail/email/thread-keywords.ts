/** Which threads have Emails with a keyword, and which have Emails without it (RFC 8621 section 4.4.1): by the thread's number. */
import type { Emails } from './emails.ts'

const has = 1
const lacks = 2

/** Keywords of which it is remembered as long as a state lasts. */
const keywordsMax = 16

const made = new WeakMap<Emails, Map<string, Uint8Array>>()

const marksOf = (emails: Emails, flag: string | undefined): Uint8Array => {
  const marks = new Uint8Array(emails.threadNumbers.count + 1)
  const { copies } = emails
  for (const [number, { messages }] of emails.mailboxes.entries()) {
    const threads = emails.threadsIn(number)
    const base = emails.bases[number] ?? 0
    for (let at = 0; at < messages.count; at += 1) {
      if (messages.hasFlag(at, '\\Deleted')) continue
      const set = flag !== undefined && (copies.has(base + at) ? emails.hasFlag(base + at, flag) : messages.hasFlag(at, flag))
      const thread = threads[at] ?? 0
      marks[thread] = (marks[thread] ?? 0) | (set ? has : lacks)
    }
  }
  return marks
}

export interface ThreadKeyword {
  all(thread: number): boolean
  some(thread: number): boolean
  none(thread: number): boolean
}

/** `flag`: as the journal has it; undefined: one that nothing has. */
export const threadKeyword = (emails: Emails, flag: string | undefined): ThreadKeyword => {
  const known = made.get(emails) ?? new Map<string, Uint8Array>()
  made.set(emails, known)
  const marks = known.get(flag ?? '') ?? marksOf(emails, flag)
  if (known.size < keywordsMax) known.set(flag ?? '', marks)
  return {
    all: (thread) => ((marks[thread] ?? 0) & lacks) === 0,
    some: (thread) => ((marks[thread] ?? 0) & has) !== 0,
    none: (thread) => ((marks[thread] ?? 0) & has) === 0,
  }
}
