/** An Email out of what a client wrote (RFC 8621 section 4.6). */
import type { FoldedAccount } from '@bulkhead/mail/journal/fold.ts'
import { invalidProperties, type SetError } from '@bulkhead/wire/jmap/errors.ts'
import { propertyOf, type JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { date, optional, readProperties } from '@bulkhead/wire/jmap/readers.ts'
import { resolvedId } from '@bulkhead/wire/jmap/set.ts'
import type { MethodContext } from '../../method.ts'
import { composeEmail } from '../composing/compose-email.ts'
import { wishedEmail } from '../composing/wished-email.ts'
import { fileEmail, flagsOfKeywords, isSetError, mailboxesOf, type Filing } from './filing.ts'
import { filingShape } from './email-update.ts'

const none: ReadonlySet<string> = new Set()
const shape = { mailboxIds: filingShape.mailboxIds, keywords: optional(filingShape.keywords, none), receivedAt: optional(date, undefined) }

/** `wanted` holds mailboxIds, keywords and receivedAt, or may hold them. */
export const filingOf = (wanted: JsonObject, state: FoldedAccount, { createdIds, clock }: Pick<MethodContext, 'createdIds' | 'clock'>): Filing | SetError => {
  const own = Object.fromEntries(['mailboxIds', 'keywords', 'receivedAt'].flatMap((name) => {
    const value = propertyOf(wanted, name)
    return value === undefined ? [] : [[name, value]]
  }))
  const read = readProperties(own, shape)
  if (read.is === 'bad') return invalidProperties(read.properties, read.description)
  const mailboxes = mailboxesOf(read.value.mailboxIds, state, createdIds)
  if (isSetError(mailboxes)) return mailboxes
  const flags = flagsOfKeywords(read.value.keywords, state)
  if (isSetError(flags)) return flags
  return { mailboxes, flags, receivedMs: read.value.receivedAt ?? clock.now() }
}

export const createEmail = async (wanted: JsonObject, context: MethodContext): Promise<JsonObject | SetError> => {
  const { account, services, limits, clock, session } = context
  const email = wishedEmail(wanted)
  const filing = filingOf(wanted, account.state().own, context)
  if (isSetError(email)) return isSetError(filing) ? both(email, filing) : email
  if (isSetError(filing)) return filing
  const pieces = await composeEmail(email, {
    blob: (id, sizeBytesMax) => services.blobs.read(account, resolvedId(id, context.createdIds) ?? '', sizeBytesMax),
    messageBytesMax: limits.maxSizeUpload,
    nowMs: clock.now(),
    domain: session.who.login.slice(session.who.login.lastIndexOf('@') + 1),
  })
  if (isSetError(pieces)) return pieces
  const sizeBytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return fileEmail(account, { sizeBytes, chunks: pieces }, filing, clock.now())
}

const both = (one: SetError, other: SetError): SetError =>
  other.type === 'invalidProperties' ? { ...one, properties: [...(one.properties ?? []), ...(other.properties ?? [])] } : one
