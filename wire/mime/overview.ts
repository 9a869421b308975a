/**
 * What SORT, THREAD and SEARCH ask of a header again and again, decoded and folded once: RFC 5256 sections 2.1, 2.2 and 3,
 * RFC 5957 section 3.
 */
import { baseSubject } from '../text/base-subject.ts'
import { casemapKey } from '../text/casemap.ts'
import { folded } from '../text/folded.ts'
import { shortened } from '../text/shortened.ts'
import { addressList, type Mailbox } from './address-list.ts'
import { sentDate } from './date-field.ts'
import { decodedWords } from './encoded-word.ts'
import { fieldText, firstField, headerFields, type HeaderField } from './header.ts'
import { headerKeptMax } from './limits.ts'
import { messageIds } from './message-id.ts'

/** The first address of a field, as collation keys. Empty texts where there is none. */
export interface SortAddress {
  /** `addr-mailbox`: the local part. */
  readonly mailbox: string
  /** Display name, else `mailbox@host` (RFC 5957 section 3). */
  readonly display: string
}

export interface Overview {
  /** The Date field as a moment, milliseconds since the epoch; null where there is none that can be read. */
  readonly sentMs: number | null
  /** Midnight of that day as the sender wrote it, in UTC. */
  readonly sentDayMs: number | null
  /** The whole subject, folded as SEARCH compares it. */
  readonly subject: string
  /** Collation key of the base subject. */
  readonly baseSubject: string
  readonly isReply: boolean
  readonly from: SortAddress
  readonly to: SortAddress
  readonly cc: SortAddress
  /** Empty where there is none. */
  readonly messageId: string
  /** Of References, else the first of In-Reply-To; oldest first. */
  readonly references: readonly string[]
}

/** Characters of a sort key that are kept. */
const keyCharsMax = 256
/** Bytes of a Subject that are read: as many as are kept of a whole header. SEARCH SUBJECT finds nothing beyond them. */
const subjectBytesMax = headerKeptMax

const noAddress: SortAddress = { mailbox: '', display: '' }

/** Only the first address is looked for, so a list of thousands costs what one costs. */
const firstAddressBytes = 2_048

const sortAddress = (header: Uint8Array, fields: readonly HeaderField[], name: string): SortAddress => {
  const value = firstField(header, fields, name)
  if (value === undefined) return noAddress
  const first = addressList(value.slice(0, firstAddressBytes)).find((entry): entry is Mailbox => entry.kind === 'mailbox')
  if (first === undefined) return noAddress
  const display = first.name === null || first.name === '' ? `${first.localPart}@${first.host ?? ''}` : decodedWords(first.name)
  return { mailbox: casemapKey(shortened(first.localPart, keyCharsMax)), display: casemapKey(shortened(display, keyCharsMax)) }
}

const referencesOf = (header: Uint8Array, fields: readonly HeaderField[]): readonly string[] => {
  // Mailers repeat the field; together they are one list.
  const listed = fields.filter(({ name }) => name === 'references').flatMap((field) => messageIds(fieldText(header, field)))
  return listed.length > 0 ? listed.slice(0, referencesAllMax) : messageIds(firstField(header, fields, 'in-reply-to') ?? '').slice(0, 1)
}

const referencesAllMax = 256

export const overviewOf = (header: Uint8Array): Overview => {
  const fields = headerFields(header)
  const date = sentDate(firstField(header, fields, 'date') ?? '')
  const subject = decodedWords((firstField(header, fields, 'subject') ?? '').slice(0, subjectBytesMax))
  const base = baseSubject(subject)
  return {
    sentMs: date?.atMs ?? null,
    sentDayMs: date?.dayMs ?? null,
    subject: folded(subject),
    baseSubject: casemapKey(base.text),
    isReply: base.isReply,
    from: sortAddress(header, fields, 'from'),
    to: sortAddress(header, fields, 'to'),
    cc: sortAddress(header, fields, 'cc'),
    messageId: messageIds(firstField(header, fields, 'message-id') ?? '')[0] ?? '',
    references: referencesOf(header, fields),
  }
}
