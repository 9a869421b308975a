/**
 * A message's header, field by field, as signatures see it: raw text with one character a byte, order and repetition kept.
 * What is no field (a line without a colon) has the empty name.
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
  /** False where there are more fields than `fieldsMax`: nothing can be said of the message then. */
  readonly whole: boolean
}

export const fieldsMax = 5_000

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
  const name = at < 0 || at >= end ? '' : text.slice(0, at - start).trimEnd().toLowerCase()
  return { name, text }
}

export const readHeader = (message: Buffer): Header => {
  const fields: HeaderField[] = []
  let at = 0
  while (at < message.length) {
    if (message[at] === lf) return { fields, bodyStart: at + 1, whole: true }
    if (message[at] === cr && message[at + 1] === lf) return { fields, bodyStart: at + 2, whole: true }
    if (fields.length === fieldsMax) return { fields, bodyStart: message.length, whole: false }
    const end = fieldEnd(message, at)
    fields.push(fieldOf(message, at, end))
    at = end
  }
  return { fields, bodyStart: message.length, whole: true }
}

export const fieldsNamed = (header: Header, name: string): readonly HeaderField[] => header.fields.filter((field) => field.name === name)

/** What stands behind the colon, without the last CRLF, folds undone (RFC 5322 section 2.2.3). */
export const valueOf = (field: HeaderField): string => field.text.slice(field.text.indexOf(':') + 1).replace(/\r?\n/g, '')
