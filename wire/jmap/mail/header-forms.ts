/** Header fields in the forms that JMAP parses them into (RFC 8621 sections 4.1.2 and 4.1.3). Whatever a message holds, it gives a value. */
import { view } from '@bulkhead/base/bytes.ts'
import { addressList, type Mailbox } from '../../mime/address-list.ts'
import { sentDate } from '../../mime/date-field.ts'
import { decodedWords } from '../../mime/encoded-word.ts'
import { fieldText, headerFields, type HeaderField } from '../../mime/header.ts'
import { messageIds } from '../../mime/message-id.ts'
import type { HeaderForm, HeaderProperty } from '../header-property.ts'
import type { JsonValue } from '../json.ts'

/** `header:Name:asForm:all`. */
export type HeaderWish = Omit<HeaderProperty, 'name'>

/** RFC 8621 section 4.1.2.1: octets that are no UTF-8 become U+FFFD, NUL goes. */
const rawValue = (header: Uint8Array, { valueStart, end }: HeaderField): string =>
  view(header).toString('utf8', valueStart, end).replace(/\r*\n$/, '').replaceAll('\0', '')

const text = (value: string): string => decodedWords(value).trim().normalize('NFC')

/** Section 4.1.2.3: a name that is empty is none. */
const address = ({ name, localPart, host }: Mailbox): JsonValue => {
  const shown = name === null ? '' : text(name)
  return { name: shown === '' ? null : shown, email: decodedWords(host === null ? localPart : `${localPart}@${host}`) }
}

const addresses = (value: string): JsonValue =>
  addressList(value).flatMap((entry) => (entry.kind === 'mailbox' ? [address(entry)] : []))

/** Mailboxes outside of groups stand in one without a name, for each run of them. */
const groupedAddresses = (value: string): JsonValue => {
  const groups: { name: string | null; addresses: JsonValue[] }[] = []
  let open: (typeof groups)[number] | undefined
  for (const entry of addressList(value)) {
    if (entry.kind === 'groupEnd') open = undefined
    else if (entry.kind === 'groupStart') groups.push((open = { name: text(entry.name), addresses: [] }))
    else {
      if (open === undefined) groups.push((open = { name: null, addresses: [] }))
      open.addresses.push(address(entry))
    }
  }
  return groups
}

const two = (number: number): string => String(number).padStart(2, '0')

/** RFC 3339 in the sender's own zone. */
export const dateText = (atMs: number, offsetMinutes: number): string => {
  const local = new Date(atMs + offsetMinutes * 60_000).toISOString().replace(/\.\d+Z$/, '')
  const minutes = Math.abs(offsetMinutes)
  return offsetMinutes === 0 ? `${local}Z` : `${local}${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** Years that RFC 3339 can write. */
const earliestMs = Date.UTC(0, 0, 1)
const latestMs = Date.UTC(9_999, 0, 1)

const date = (value: string): JsonValue => {
  const found = sentDate(value)
  return found === undefined || !(found.atMs >= earliestMs && found.atMs < latestMs) ? null : dateText(found.atMs, found.offsetMinutes)
}

const urlsMax = 100

const urls = (value: string): JsonValue => {
  const found = Array.from(value.matchAll(/<\s*([^<>]{1,2048}?)\s*>/g), ([, url = '']) => url.replaceAll(/\s/g, '')).slice(0, urlsMax)
  return found.length === 0 ? null : found
}

const ids = (value: string): JsonValue => {
  const found = messageIds(value)
  return found.length === 0 ? null : found
}

const parsed = (header: Uint8Array, field: HeaderField, form: HeaderForm): JsonValue => {
  if (form === 'Raw') return rawValue(header, field)
  const value = fieldText(header, field)
  switch (form) {
    case 'Text':
      return text(value)
    case 'Addresses':
      return addresses(value)
    case 'GroupedAddresses':
      return groupedAddresses(value)
    case 'MessageIds':
      return ids(value)
    case 'Date':
      return date(value)
    case 'URLs':
      return urls(value)
  }
}

/** Instances of one field that `:all` gives. */
const instancesMax = 1_000

/** `field-name` of RFC 5322 section 3.6.8; a line that has none before its colon is no field. */
const fieldName = /^[!-9;-~]+$/

export interface ParsedHeader {
  value(wish: HeaderWish): JsonValue
  /** Every field in order, names as they are written. */
  all(): readonly { readonly name: string; readonly value: string }[]
}

/** `header`: a message's or a part's, with or without its empty line. Fields are looked for once. */
export const parsedHeader = (header: Uint8Array): ParsedHeader => {
  let fields: readonly HeaderField[] | undefined
  const known = (): readonly HeaderField[] => (fields ??= headerFields(header))
  return {
    value({ field: name, form, all }) {
      if (all) return known().filter((field) => field.name === name).slice(0, instancesMax).map((field) => parsed(header, field, form))
      const last = known().findLast((field) => field.name === name)
      return last === undefined ? null : parsed(header, last, form)
    },
    all: () => known().filter(({ name }) => fieldName.test(name)).map((field) => ({
      name: view(header).toString('latin1', field.start, field.start + field.name.length),
      value: rawValue(header, field),
    })),
  }
}
