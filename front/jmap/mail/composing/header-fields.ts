/** Header fields that a client sets (RFC 8621 section 4.6): each in one of JMAP's forms, as it travels. */
import { parseAddress, wireAddress } from '@bulkhead/mail/address/address.ts'
import type { HeaderForm, HeaderProperty } from '@bulkhead/wire/jmap/header-property.ts'
import type { JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { BadValue, date, listOf, nullable, orNull, shaped, text, type Reader } from '@bulkhead/wire/jmap/readers.ts'
import { addressesMax } from '@bulkhead/wire/mime/address-list.ts'
import { dateValue } from '@bulkhead/wire/mime/compose/date-value.ts'
import {
  addressesValue, idsValue, isSafeText, textValue, urlsValue, type ComposedAddress, type ComposedGroup,
} from '@bulkhead/wire/mime/compose/header-value.ts'
import type { ComposedField } from '@bulkhead/wire/mime/compose/message.ts'
import { messageIdCharsMax, referencesMax } from '@bulkhead/wire/mime/message-id.ts'

const textCharsMax = 20_000
const addressCharsMax = 1_000
const urlsMax = 50
/** RFC 5322 section 2.1.1. */
const lineBytesMax = 998
const fieldsOfOneMax = 50

/** No control character: none can end a field and begin another. */
export const safeText = (lengthMax = textCharsMax): Reader<string> => (value, path) => {
  const read = text(lengthMax)(value, path)
  if (!isSafeText(read)) throw new BadValue(path, 'text without line breaks and control characters is wanted')
  return read
}

const matching = (pattern: RegExp, wanted: string): Reader<string> => (value, path) => {
  const read = text()(value, path)
  if (!pattern.test(read)) throw new BadValue(path, wanted)
  return read
}

const messageId = matching(new RegExp(`^[!-;=?-~]{1,${messageIdCharsMax}}$`), 'a Message-ID without its brackets is wanted')
const url = matching(/^[!-;=?-~]{1,2000}$/, 'a URL in ASCII is wanted')

/** Host names beyond ASCII travel in ASCII; what is no address (a draft may have it) stays as it was typed. */
const address: Reader<ComposedAddress> = (value, path) => {
  const { name, email } = shaped({ name: orNull(safeText()), email: safeText(addressCharsMax) })(value, path)
  const whole = parseAddress(email)
  return { name, email: whole === undefined ? email : wireAddress(whole) }
}

const addresses = listOf(address, addressesMax)
const group: Reader<ComposedGroup> = shaped({ name: orNull(safeText()), addresses })

const groups: Reader<readonly ComposedGroup[]> = (value, path) => {
  const read = listOf(group, addressesMax)(value, path)
  if (read.reduce((sum, one) => sum + one.addresses.length, 0) > addressesMax) throw new BadValue(path, `at most ${addressesMax} are taken`)
  return read
}

/** Folded as the client folded it. */
const raw: Reader<string> = (value, path) => {
  const read = text(textCharsMax)(value, path)
  const lines = read.split('\r\n')
  const good = lines.every((line, at) => isSafeText(line.replaceAll('\t', ' ')) && Buffer.byteLength(line) < lineBytesMax - (at === 0 ? 200 : 0))
  // A line that begins with no blank is another field; one of blanks alone ends the header for some readers.
  if (!good || lines.slice(1).some((line) => !/^[ \t]+\S/.test(line))) throw new BadValue(path, 'the value of one header field is wanted')
  return read.replace(/^ /, '')
}

const offsetOf = (written: JsonValue | undefined): number => {
  const [, sign = '+', hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)$/.exec(String(written)) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

type Write = (value: JsonValue | undefined, path: string, column: number) => string

const writers = {
  Raw: (value, path) => raw(value, path),
  Text: (value, path, column) => textValue(safeText()(value, path), column),
  Addresses: (value, path, column) => addressesValue([{ name: null, addresses: addresses(value, path) }], column),
  GroupedAddresses: (value, path, column) => addressesValue(groups(value, path), column),
  MessageIds: (value, path, column) => idsValue(listOf(messageId, referencesMax)(value, path), column),
  Date: (value, path) => dateValue(date(value, path), offsetOf(value)),
  URLs: (value, path, column) => urlsValue(listOf(url, urlsMax)(value, path), column),
} as const satisfies Record<HeaderForm, Write>

/** A field without a value is left out: an empty list of addresses is none. */
export const fieldsOf = ({ name, form, all }: HeaderProperty, value: JsonValue, path: string): readonly ComposedField[] => {
  const one = (item: JsonValue | undefined, at: string): readonly ComposedField[] => {
    const written = item === null ? '' : writers[form](item, at, name.length + 2)
    return written === '' && form !== 'Text' ? [] : item === null ? [] : [[name, written]]
  }
  if (!all) return one(value, path)
  const items = nullable(listOf((item: JsonValue | undefined) => item ?? null, fieldsOfOneMax))(value, path) ?? []
  return items.flatMap((item, at) => one(item, `${path}/${at}`))
}
