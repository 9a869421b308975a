/**
 * The `ENVELOPE` of a message (RFC 9051 section 7.5.2, RFC 3501 section 7.4.2), ready to send, one character a byte.
 * Encoded-words stay as they came; raw 8-bit text goes as literals.
 */
import { addressList, type AddressEntry } from '../mime/address-list.ts'
import { fieldText, type HeaderField } from '../mime/header.ts'
import { imapNstring, imapString } from './nstring.ts'

const addressFields = ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'] as const
const textFields = ['date', 'subject', 'in-reply-to', 'message-id'] as const
type AddressField = (typeof addressFields)[number]
type TextField = (typeof textFields)[number]

/** A null host would mean a group, so an address without one gets this; RFC 2606 keeps it from existing. */
const missingHost = 'missing-host.invalid'

const addressWire = (entry: AddressEntry): string => {
  if (entry.kind === 'groupStart') return `(NIL NIL ${imapString(entry.name)} NIL)`
  if (entry.kind === 'groupEnd') return '(NIL NIL NIL NIL)'
  const name = imapNstring(entry.name)
  const host = imapString(entry.host === null || entry.host === '' ? missingHost : entry.host)
  return `(${name} ${imapNstring(entry.route)} ${imapString(entry.localPart)} ${host})`
}

const addressesWire = (text: string | undefined): string => {
  if (text === undefined || text === '') return 'NIL'
  const entries = addressList(text)
  if (entries.length === 0) return 'NIL'
  let wire = '('
  for (const entry of entries) wire += addressWire(entry)
  return `${wire})`
}

/** Collects what an envelope needs while a header's fields go by. */
export interface EnvelopeFields {
  readonly texts: Map<TextField, string>
  readonly addresses: Map<AddressField, string>
}

export const emptyEnvelopeFields = (): EnvelopeFields => ({ texts: new Map(), addresses: new Map() })

const isTextField = (name: string): name is TextField => textFields.some((field) => field === name)
const isAddressField = (name: string): name is AddressField => addressFields.some((field) => field === name)

/** The first of a repeated text field counts; repeated address fields add up, so that no recipient disappears. */
export const noteEnvelopeField = (into: EnvelopeFields, name: string, text: string, charsMax: number): void => {
  if (isTextField(name)) {
    if (!into.texts.has(name)) into.texts.set(name, text)
    return
  }
  if (!isAddressField(name)) return
  const before = into.addresses.get(name)
  if (before === undefined) into.addresses.set(name, text)
  else if (before.length + text.length < charsMax) into.addresses.set(name, `${before}, ${text}`)
}

export const envelopeOf = ({ texts, addresses }: EnvelopeFields): string => {
  const from = addressesWire(addresses.get('from'))
  const orFrom = (name: AddressField): string => {
    const wire = addressesWire(addresses.get(name))
    return wire === 'NIL' ? from : wire
  }
  const date = imapNstring(texts.get('date'))
  const subject = imapNstring(texts.get('subject'))
  const to = addressesWire(addresses.get('to'))
  const cc = addressesWire(addresses.get('cc'))
  const bcc = addressesWire(addresses.get('bcc'))
  const inReplyTo = imapNstring(texts.get('in-reply-to'))
  const messageId = imapNstring(texts.get('message-id'))
  const people = `${from} ${orFrom('sender')} ${orFrom('reply-to')} ${to} ${cc} ${bcc}`
  return `(${date} ${subject} ${people} ${inReplyTo} ${messageId})`
}

export const envelopeOfHeader = (
  header: Uint8Array,
  fields: readonly HeaderField[],
  fieldBytesMax: number,
): string => {
  const noted = emptyEnvelopeFields()
  for (const field of fields) {
    if (field.end - field.start > fieldBytesMax) continue
    if (isTextField(field.name) || isAddressField(field.name)) {
      noteEnvelopeField(noted, field.name, fieldText(header, field), fieldBytesMax)
    }
  }
  return envelopeOf(noted)
}
