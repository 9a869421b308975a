/**
 * A message's header, field by field, as signatures see it: raw text with one character a byte, order and repetition kept.
 * What is no field (no name, a blank in the name, no colon) has the empty name, and is told of: others end the header there.
 */
import { cr, lf } from '@bulkhead/base/bytes.ts'

export interface HeaderField {
  /** Lower case, without blanks before the colon. */
  readonly name: string
  /** From the name to the CRLF that ends the field, folds as they came. */
  readonly text: string
}

export interface Header {
  readonly fields: readonly HeaderField[]
  /** Where the body begins; the length of the message where it has no empty line. */
  readonly bodyStart: number
  /** Why it can't be relied on that others read the same header; null where they do. */
  readonly fault: 'too many header fields' | 'a header line that is no field' | null
}

export const fieldsMax = 5_000

const fieldName = /^[\x21-\x39\x3b-\x7e]+$/
const space = 0x20
const tab = 0x09
const colon = 0x3a

const isBlank = (byte: number | undefined): boolean => byte === space || byte === tab

/** Just behind the field that begins at `start`, folded lines included. */
const fieldEnd = (message: Buffer, start: number): number => {
  let at = message.indexOf(lf, start)
  while (at >= 0 && isBlank(message[at + 1])) at = message.indexOf(lf, at + 1)
  return at < 0 ? message.length : at + 1
}

const fieldOf = (message: Buffer, start: number, end: number): HeaderField => {
  const text = message.toString('latin1', start, end)
  const at = message.indexOf(colon, start)
  let nameEnd = at < 0 || at >= end ? start : at
  while (nameEnd > start && isBlank(message[nameEnd - 1])) nameEnd -= 1
  const name = text.slice(0, nameEnd - start)
  return { name: fieldName.test(name) ? name.toLowerCase() : '', text }
}

export const readHeader = (message: Buffer): Header => {
  const fields: HeaderField[] = []
  const read = (bodyStart: number): Header =>
    ({ fields, bodyStart, fault: fields.some(({ name }) => name === '') ? 'a header line that is no field' : null })
  let at = 0
  while (at < message.length) {
    if (message[at] === lf) return read(at + 1)
    if (message[at] === cr && message[at + 1] === lf) return read(at + 2)
    if (fields.length === fieldsMax) return { fields, bodyStart: message.length, fault: 'too many header fields' }
    const end = fieldEnd(message, at)
    fields.push(fieldOf(message, at, end))
    at = end
  }
  return read(message.length)
}

export const fieldsNamed = (header: Header, name: string): readonly HeaderField[] => header.fields.filter((field) => field.name === name)

/** What stands behind the colon, without the last CRLF, folds undone (RFC 5322 section 2.2.3). */
export const valueOf = (field: HeaderField): string => field.text.slice(field.text.indexOf(':') + 1).replace(/\r?\n/g, '')
