/**
 * What changed of Emails, Threads and Mailboxes since a state (RFC 8620 section 5.2), out of MODSEQs and the log of changes. Undefined
 * where that is too long ago. Changes are told in the order of their MODSEQ, those of one in the order of ids, so that a client may
 * take a few at a time: a state between two such is `<modseq>.<id>`, the last that was told.
 */
import type { ModSeq } from '@bulkhead/base/ids.ts'
import { firstChangeAfter, mailboxMade, messageCame, messageWent, type ChangeRecords } from '../journal/change-log.ts'
import { idBytes, lowAt, modSeqAt, threadBytes } from '../journal/columns.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import { deletedBit } from '../journal/keywords.ts'
import type { MessageId } from '@bulkhead/base/ids.ts'
import type { Emails } from './emails.ts'
import { emailIdFromBytes, threadIdOf, threadKeyOf } from './ids.ts'

/** Everything up to `seq`, and of `seq` itself what has an id up to `id`; an empty one: all of it. */
export interface Since {
  readonly seq: number
  readonly id: string
}

const statePattern = /^(0|[1-9]\d{0,15})(?:\.([A-Za-z0-9-]{1,64}))?$/

/** Undefined where it is no state of ours, or of the future. */
export const sinceOfState = (text: string, now: ModSeq): Since | undefined => {
  const [, digits, id = ''] = statePattern.exec(text) ?? []
  const seq = Number(digits ?? Number.NaN)
  return seq <= now ? { seq, id } : undefined
}

const stateOf = ({ seq, id }: Since): string => (id === '' ? String(seq) : `${seq}.${id}`)

interface Change extends Since {
  readonly kind: 'created' | 'updated' | 'destroyed'
}

export interface ToldChanges {
  readonly newState: string
  readonly hasMoreChanges: boolean
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly destroyed: readonly string[]
}

/** The first `max` of them. */
export const told = (changes: readonly Change[], now: ModSeq, max: number): ToldChanges => {
  const sorted = changes.toSorted((one, other) => one.seq - other.seq || (one.id < other.id ? -1 : 1))
  const some = sorted.slice(0, max)
  const idsOf = (kind: Change['kind']): readonly string[] => some.flatMap((change) => (change.kind === kind ? change.id : []))
  const hasMoreChanges = some.length < sorted.length
  return {
    newState: stateOf(hasMoreChanges ? (some.at(-1) ?? { seq: now, id: '' }) : { seq: now, id: '' }),
    hasMoreChanges,
    created: idsOf('created'),
    updated: idsOf('updated'),
    destroyed: idsOf('destroyed'),
  }
}

/** Whether the log still has all of it. */
const reaches = ({ floor }: ChangeRecords, since: Since): boolean => (since.id === '' ? since.seq >= floor : since.seq > floor)

const isAfter = (since: Since, seq: number, id: string): boolean =>
  seq > since.seq || (seq === since.seq && since.id !== '' && id > since.id)

interface Noted {
  /** When it came last, and when it changed last. */
  cameSeq: number
  lastSeq: number
  /** The first record says it came: before it was nowhere. */
  readonly came: boolean
  /** Key of its thread as text, and the thread's id; null: nothing of it is in the log. */
  readonly thread: { readonly key: string; readonly id: string } | null
}

const bytesAt = (bytes: Uint8Array, at: number, length: number): Uint8Array => bytes.subarray(at * length, (at + 1) * length)

/** Records of messages after `since`, by Email id. Those of `since` itself are told apart by Email or by thread. */
const notedMessages = (state: FoldedAccount, since: Since, by: 'email' | 'thread' = 'email'): Map<string, Noted> => {
  const { changes } = state
  const noted = new Map<string, Noted>()
  for (let at = firstChangeAfter(changes, since.seq - (since.id === '' ? 0 : 1)); at < changes.count; at += 1) {
    const kind = changes.kinds[at]
    if (kind !== messageCame && kind !== messageWent) continue
    const message = bytesAt(changes.ids, at, idBytes)
    const id = emailIdFromBytes(message)
    const seq = changes.seqs[at] ?? 0
    const thread = bytesAt(changes.threads, at, threadBytes)
    if (!isAfter(since, seq, by === 'email' ? id : threadIdOf(thread, message))) continue
    const known = noted.get(id)
    if (known !== undefined) {
      known.lastSeq = seq
      if (kind === messageCame) known.cameSeq = seq
    } else {
      const key = Buffer.from(threadKeyOf(thread, message)).toString('hex')
      noted.set(id, { cameSeq: seq, lastSeq: seq, came: kind === messageCame, thread: { key, id: threadIdOf(thread, message) } })
    }
  }
  return noted
}

/** Adds what MODSEQs say. */
const noteEntries = ({ mailboxes }: FoldedAccount, since: Since, noted: Map<string, Noted>): void => {
  for (const { messages: { columns, count }, highestModSeq } of mailboxes.values()) {
    if (highestModSeq < since.seq) continue
    for (let at = 0; at < count; at += 1) {
      const seq = modSeqAt(columns, at)
      if (seq < since.seq || (lowAt(columns, at) & deletedBit) !== 0) continue
      if (seq === since.seq && since.id === '') continue
      const id = emailIdFromBytes(bytesAt(columns.ids, at, idBytes))
      if (!isAfter(since, seq, id)) continue
      const known = noted.get(id)
      if (known === undefined) noted.set(id, { cameSeq: seq, lastSeq: seq, came: false, thread: null })
      else known.lastSeq = Math.max(known.lastSeq, seq)
    }
  }
}

const isThere = (emails: Emails, id: string): boolean => emails.entriesOf(id as MessageId).length > 0

/** Null: it came and went. What came is told as of when it came, so that what is told later of it is a change. */
const changeOf = (id: string, { cameSeq, lastSeq, came }: Noted, there: boolean): Change | null => {
  if (there) return came ? { kind: 'created', seq: cameSeq, id } : { kind: 'updated', seq: lastSeq, id }
  return came ? null : { kind: 'destroyed', seq: lastSeq, id }
}

export const emailChanges = (emails: Emails, since: Since): readonly Change[] | undefined => {
  const { state } = emails
  if (!reaches(state.changes, since)) return undefined
  const noted = notedMessages(state, since)
  noteEntries(state, since, noted)
  return [...noted].flatMap(([id, one]) => changeOf(id, one, isThere(emails, id)) ?? [])
}

/** Every Email that changed since, one that went among them, with the threads of those that came or went. */
export interface Touched {
  readonly changes: readonly Change[]
  /** Numbers of the threads of all of them. */
  readonly threads: ReadonlySet<number>
}

export const touchedSince = (emails: Emails, since: Since): Touched | undefined => {
  const { state } = emails
  if (!reaches(state.changes, since)) return undefined
  const noted = notedMessages(state, since)
  noteEntries(state, since, noted)
  const numbers = emails.threadNumbers
  const threads = new Set<number>()
  const changes: Change[] = []
  for (const [id, one] of noted) {
    const [entry] = emails.entriesOf(id as MessageId)
    const thread = entry !== undefined ? emails.threadOf(entry) : one.thread === null ? 0 : numbers.known(Buffer.from(one.thread.key, 'hex'))
    if (thread > 0) threads.add(thread)
    const change = changeOf(id, one, entry !== undefined)
    if (change !== null) changes.push(change)
  }
  return { changes, threads }
}

interface NotedThread {
  readonly id: string
  lastSeq: number
  /** Emails that were nowhere before, and when they came. */
  readonly came: Map<string, number>
  wasThere: boolean
}

/** A thread that is larger is told once more perhaps. */
const membersLooked = 10_000

/** A thread changed where an Email came to it or went from it (RFC 8621 section 3). */
export const threadChanges = (emails: Emails, since: Since): readonly Change[] | undefined => {
  const { state } = emails
  if (!reaches(state.changes, since)) return undefined
  const threads = new Map<string, NotedThread>()
  for (const [id, { cameSeq, lastSeq, came, thread }] of notedMessages(state, since, 'thread')) {
    if (thread === null) continue
    const known = threads.get(thread.key) ?? { id: thread.id, lastSeq, came: new Map(), wasThere: false }
    known.lastSeq = Math.max(known.lastSeq, lastSeq)
    if (came) known.came.set(id, cameSeq)
    else known.wasThere = true
    threads.set(thread.key, known)
  }
  const known = emails.threadNumbers
  const numbers = new Map([...threads.keys()].map((key) => [key, known.known(Buffer.from(key, 'hex'))]))
  const members = emails.emailsOfThreads(new Set(numbers.values()))
  return [...threads].flatMap(([key, { id, lastSeq, came, wasThere }]): Change | [] => {
    const entries = members.get(numbers.get(key) ?? 0) ?? []
    const existed = wasThere || entries.some((entry) => !came.has(emails.idOf(entry)))
    const there = entries.length > 0
    if (!there && !existed) return []
    const bornSeq = Math.min(...entries.slice(0, membersLooked).map((entry) => came.get(emails.idOf(entry)) ?? lastSeq))
    return there && !existed ? { kind: 'created', seq: bornSeq, id } : { kind: there ? 'updated' : 'destroyed', seq: lastSeq, id }
  })
}

export interface MailboxChanges {
  readonly changes: readonly Change[]
  /** Nothing but counts changed of those that are updated. */
  readonly onlyCounts: boolean
  /** Of which more changed than counts, that came or that went. */
  readonly more: ReadonlySet<string>
}

/** Mailboxes whose counts may have changed: those that hold a message of a thread in which something changed, or lost one. */
const countedMailboxes = (emails: Emails, since: Since): ReadonlyMap<string, number> | undefined => {
  const touched = touchedSince(emails, { seq: since.seq - (since.id === '' ? 0 : 1), id: '' })
  if (touched === undefined) return undefined
  const found = new Map<string, number>()
  const isTouched = new Uint8Array(emails.threadNumbers.count + 1)
  for (const thread of touched.threads) isTouched[thread] = 1
  const last = touched.changes.reduce((seq, change) => Math.max(seq, change.seq), 0)
  for (const [number, { id, messages, highestModSeq }] of emails.mailboxes.entries()) {
    if (highestModSeq > since.seq) found.set(id, highestModSeq)
    else if (touched.threads.size > 0 && emails.threadsIn(number).subarray(0, messages.count).some((thread) => isTouched[thread] === 1)) found.set(id, last)
  }
  return found
}

export const mailboxChanges = (emails: Emails, since: Since): MailboxChanges | undefined => {
  const { state } = emails
  const counted = reaches(state.changes, since) ? countedMailboxes(emails, since) : undefined
  if (counted === undefined) return undefined
  const { changes } = state
  const noted = new Map<string, Noted>()
  for (let at = firstChangeAfter(changes, since.seq - (since.id === '' ? 0 : 1)); at < changes.count; at += 1) {
    const kind = changes.kinds[at]
    if (kind === messageCame || kind === messageWent) continue
    const id = emailIdFromBytes(bytesAt(changes.ids, at, idBytes))
    const seq = changes.seqs[at] ?? 0
    if (!isAfter(since, seq, id)) continue
    const known = noted.get(id)
    if (known === undefined) noted.set(id, { cameSeq: seq, lastSeq: seq, came: kind === mailboxMade, thread: null })
    else {
      known.lastSeq = seq
      if (kind === mailboxMade) known.cameSeq = seq
    }
  }
  const more = new Set(noted.keys())
  for (const [id, seq] of counted) {
    const known = noted.get(id)
    if (known !== undefined) known.lastSeq = Math.max(known.lastSeq, seq)
    else if (isAfter(since, seq, id)) noted.set(id, { cameSeq: seq, lastSeq: seq, came: false, thread: null })
  }
  const made = [...noted].flatMap(([id, one]) => changeOf(id, one, emails.mailboxes.some((mailbox) => mailbox.id === id)) ?? [])
  return { changes: made, onlyCounts: made.every(({ kind, id }) => kind !== 'updated' || !more.has(id)), more }
}

