/** Header canonicalisation (RFC 6376 section 3.4.1, 3.4.2). Linear, whatever the field. */
export type Canonicalization = 'simple' | 'relaxed'

const ends = /\r\n/g
const blanks = /[ \t]+/g

/** `relaxed`, with its CRLF. Blanks left and right of the colon go, those inside become one space. */
export const relaxedField = (text: string): string => {
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(0, colon)).replace(ends, '').replace(blanks, ' ').trimEnd()
  const value = text.slice(colon + 1).replace(ends, '').replace(blanks, ' ')
  const from = value.startsWith(' ') ? 1 : 0
  const to = value.endsWith(' ') ? Math.max(from, value.length - 1) : value.length
  return `${name.toLowerCase()}:${value.slice(from, to)}\r\n`
}

export const canonicalField = (text: string, canonicalization: Canonicalization): string =>
  canonicalization === 'relaxed' ? relaxedField(text) : text

/** A field that signs itself: without the value of its own `b=` and without the last CRLF (section 3.7). */
export const unsignedField = (text: string, canonicalization: Canonicalization): string => {
  const colon = text.indexOf(':') + 1
  const bare = text.slice(0, colon) + withoutSignature(text.slice(colon))
  const canonical = canonicalField(bare, canonicalization)
  return canonical.endsWith('\r\n') ? canonical.slice(0, -2) : canonical
}

/** Up to the end of the tag: the white space around the value goes with it, and a field's last CRLF is not of it. */
const withoutSignature = (value: string): string => {
  const text = value.endsWith('\r\n') ? value.slice(0, -2) : value
  return `${text.replace(/(^|;)([ \t\r\n]*b[ \t\r\n]*=)[^;]*/, '$1$2')}\r\n`
}
