/**
 * Raw header fields (RFC 5322 section 2.2) as places in the bytes. Nothing is copied before it is asked for, nothing is
 * refused: a line that is no field belongs to no field.
 */
import { cr, lf, view } from '@bulkhead/base/bytes.ts'

/** A field `name: value`. `end` is after its last line break; the value may be folded. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string
  readonly start: number
  readonly valueStart: number
  readonly end: number
}

const space = 0x20
const tab = 0x09
const colon = 0x3a
const nameBytesMax = 256

const isBlank = (byte: number | undefined): boolean => byte === space || byte === tab

/** First byte after the field that starts at `from`: its line and every continuation. */
const fieldEnd = (header: Buffer, from: number): number => {
  let at = from
  for (;;) {
    const lineEnd = header.indexOf(lf, at)
    if (lineEnd < 0) return header.length
    at = lineEnd + 1
    if (!isBlank(header[at])) return at
  }
}

/** Position of the colon that ends the field's name, or -1 where the line has none. */
const colonAt = (header: Buffer, start: number, end: number): number => {
  const stop = Math.min(end, start + nameBytesMax)
  for (let at = start; at < stop; at += 1) {
    const byte = header[at] ?? 0
    if (byte === colon) return at === start ? -1 : at
    if (byte < 0x21 && byte !== space && byte !== tab) return -1
  }
  return -1
}

const trimmedEnd = (header: Buffer, start: number, end: number): number => {
  let at = end
  while (at > start && isBlank(header[at - 1])) at -= 1
  return at
}

/** Every field of a header, in order. Stops at the empty line. */
export const headerFields = (bytes: Uint8Array): readonly HeaderField[] => {
  const header = view(bytes)
  const fields: HeaderField[] = []
  let start = 0
  while (start < header.length) {
    const first = header[start]
    if (first === lf || (first === cr && header[start + 1] === lf)) break
    const end = fieldEnd(header, start)
    const at = colonAt(header, start, end)
    if (at >= 0) {
      const name = header.toString('latin1', start, trimmedEnd(header, start, at)).toLowerCase()
      fields.push({ name, start, valueStart: at + 1, end })
    }
    start = end
  }
  return fields
}

/** Fields of that name (lower case) alone: what looks at one field of thousands of headers makes no objects for the others. */
export const fieldsNamed = (bytes: Uint8Array, name: string): readonly HeaderField[] => {
  const header = view(bytes)
  const wanted = Buffer.from(name, 'latin1')
  const fields: HeaderField[] = []
  for (let start = 0, end = 0; start < header.length; start = end) {
    if (header[start] === lf || (header[start] === cr && header[start + 1] === lf)) break
    end = fieldEnd(header, start)
    const nameEnd = start + wanted.length
    const next = header[nameEnd]
    if ((next !== colon && !isBlank(next)) || !isNamed(header, start, nameEnd, wanted)) continue
    const at = colonAt(header, start, end)
    if (at >= 0 && trimmedEnd(header, start, at) === nameEnd) fields.push({ name, start, valueStart: at + 1, end })
  }
  return fields
}

/** RFC 5322 section 2.2.3: line breaks go, the blanks that followed them stay. One character a byte; trimmed. */
export const unfoldedText = (raw: string): string => {
  if (!raw.includes('\n') && !raw.includes('\r')) return raw.trim()
  return raw.replace(/\r*\n|\r/g, '').trim()
}

/** The field's value, unfolded and trimmed, one character a byte. NUL bytes, which no protocol can carry, are gone. */
export const fieldText = (header: Uint8Array, field: HeaderField): string => {
  const text = unfoldedText(view(header).toString('latin1', field.valueStart, field.end))
  return text.includes('\0') ? text.replaceAll('\0', '') : text
}

/** Value of the first field of that name (lower case). */
export const firstField = (
  header: Uint8Array,
  fields: readonly HeaderField[],
  name: string,
): string | undefined => {
  const found = fields.find((field) => field.name === name)
  return found === undefined ? undefined : fieldText(header, found)
}

/**
 * `BODY[HEADER.FIELDS (…)]` and `.NOT` (RFC 9051 section 6.4.5): the fields as they stand, then an empty line. `names`
 * are lower case.
 */
export const selectFields = (bytes: Uint8Array, names: ReadonlySet<string>, which: 'these' | 'others'): Buffer => {
  const header = view(bytes)
  const wanted = encoded(names)
  const places: number[] = []
  let length = lineBreak.length
  for (let start = 0, end = 0; start < header.length; start = end) {
    if (header[start] === lf || (header[start] === cr && header[start + 1] === lf)) break
    end = fieldEnd(header, start)
    const colonPlace = colonAt(header, start, end)
    if (colonPlace < 0) continue
    const nameEnd = trimmedEnd(header, start, colonPlace)
    if (wanted.some((name) => isNamed(header, start, nameEnd, name)) !== (which === 'these')) continue
    places.push(start, end)
    length += end - start + (header[end - 1] === lf ? 0 : lineBreak.length)
  }
  const out = Buffer.allocUnsafe(length)
  let at = 0
  for (let place = 0; place < places.length; place += 2) {
    const [start = 0, end = 0] = [places[place], places[place + 1]]
    at += header.copy(out, at, start, end)
    if (header[end - 1] !== lf) at += lineBreak.copy(out, at)
  }
  lineBreak.copy(out, at)
  return out
}

const encodedNames = new WeakMap<ReadonlySet<string>, readonly Buffer[]>()

const encoded = (names: ReadonlySet<string>): readonly Buffer[] => {
  const known = encodedNames.get(names)
  if (known !== undefined) return known
  const made = [...names].map((name) => Buffer.from(name, 'latin1'))
  encodedNames.set(names, made)
  return made
}

/** Whether the bytes, in lower case, are the name. */
const isNamed = (header: Buffer, start: number, end: number, name: Buffer): boolean => {
  if (end - start !== name.length) return false
  for (let at = 0; at < name.length; at += 1) {
    const byte = header[start + at] ?? 0
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== name[at]) return false
  }
  return true
}

const lineBreak = Buffer.from('\r\n')

/** Length of a header with its empty line, or -1 where the bytes hold no empty line. */
export const headerLength = (bytes: Uint8Array): number => {
  const text = view(bytes)
  let at = 0
  while (at < text.length) {
    if (text[at] === lf) return at + 1
    if (text[at] === cr && text[at + 1] === lf) return at + 2
    const lineEnd = text.indexOf(lf, at)
    if (lineEnd < 0) return -1
    at = lineEnd + 1
  }
  return -1
}

