/** A patch of an Email (RFC 8621 section 4.6): keywords and mailboxIds are what may change. */
import { emailsIn, type Emails } from '@bulkhead/mail/email/emails.ts'
import { messageOfEmail } from '@bulkhead/mail/email/ids.ts'
import { flagOfKeyword, keywordsOfFlags } from '@bulkhead/mail/email/keywords.ts'
import type { FoldedAccount } from '@bulkhead/mail/journal/fold.ts'
import { invalidProperties, setError, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { patched } from '@bulkhead/wire/jmap/pointer.ts'
import { idOrCreation, readProperties, setOf, text } from '@bulkhead/wire/jmap/readers.ts'
import type { EmailChange } from './changes.ts'
import { flagsOfKeywords, isSetError, mailboxesOf } from './filing.ts'

/** Read, not decided on. */
const namesMax = 10_000
export const filingShape = { mailboxIds: setOf(idOrCreation, namesMax), keywords: setOf(text(255), namesMax) } as const

const trueFor = (names: Iterable<string>): JsonObject => Object.fromEntries([...names].map((name) => [name, true]))

export interface FoundEmail {
  readonly emails: Emails
  readonly entries: readonly number[]
  readonly entry: number
}

/** Where an Email is, and its first entry. */
export const foundEmail = (state: FoldedAccount, id: string): FoundEmail | undefined => {
  const message = messageOfEmail(id)
  const emails = emailsIn(state)
  const entries = message === undefined ? [] : emails.entriesOf(message)
  const [entry] = entries
  return entry === undefined ? undefined : { emails, entries, entry }
}

const keywordsAfter = (given: Iterable<string>): ReadonlySet<string> => new Set([...given].map((keyword) => keyword.toLowerCase()))

export const emailUpdate = (state: FoldedAccount, id: string, patch: JsonObject, createdIds: ReadonlyMap<string, string>): EmailChange | SetError => {
  const found = foundEmail(state, id)
  if (found === undefined) return setError('notFound')
  const { emails, entries, entry } = found
  const before = keywordsOfFlags(emails.flagsOf(entry))
  const object = { mailboxIds: trueFor(emails.mailboxIdsOf(entry)), keywords: trueFor(before) }
  const foreign = Object.keys(patch).map((path) => path.split('/', 1)[0] ?? '').filter((name) => name !== 'mailboxIds' && name !== 'keywords')
  if (foreign.length > 0) return invalidProperties([...new Set(foreign)].slice(0, 100), 'only mailboxIds and keywords change')
  const result = patched(object, inOurSpelling(patch))
  if (result.is === 'bad') return setError('invalidPatch', result.path.slice(0, 200))
  const read = readProperties(result.value, filingShape)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const after = keywordsAfter(read.value.keywords)
  const flags = flagsOfKeywords(after, state)
  if (isSetError(flags)) return flags
  const mailboxes = result.touched.includes('mailboxIds') ? mailboxesOf(read.value.mailboxIds, state, createdIds) : null
  if (mailboxes !== null && isSetError(mailboxes)) return mailboxes
  return {
    id,
    places: entries.map((one) => emails.placeOf(one)),
    addFlags: flags.filter((flag) => !entries.every((one) => emails.placeOf(one).mailbox.messages.hasFlag(emails.placeOf(one).at, flag))),
    removeFlags: before.filter((keyword) => !after.has(keyword)).flatMap((keyword) => flagOfKeyword(keyword) ?? []),
    mailboxes,
  }
}

/** Keywords are told apart without case, so a patch is made to name them as we do. */
const inOurSpelling = (patch: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(patch).map(([path, value]) => [path.startsWith('keywords/') ? path.toLowerCase() : path, value]))

/** It goes from everywhere. */
export const emailDestroy = (state: FoldedAccount, id: string): EmailChange | SetError => {
  const found = foundEmail(state, id)
  if (found === undefined) return setError('notFound')
  const places = found.entries.map((one) => found.emails.placeOf(one))
  return { id, places, addFlags: [], removeFlags: [], mailboxes: [] }
}
