/**
 * IMAP strings inside precomputed responses (RFC 9051 section 4.3), one character a byte: NIL, quoted, or a literal
 * where the text has 8-bit bytes or line breaks. NUL, which no IMAP string can carry, is left out.
 */

/** Longer texts go as literals: clients' line buffers are the reason. */
const quotedCharsMax = 1_000

const plain = /^[\x01-\x09\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f]*$/
const quotable = /^[\x01-\x09\x0b\x0c\x0e-\x7f]*$/

export const imapString = (text: string): string => {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text
  if (clean.length <= quotedCharsMax) {
    if (plain.test(clean)) return `"${clean}"`
    if (quotable.test(clean)) return `"${clean.replace(/["\\]/g, '\\$&')}"`
  }
  return `{${clean.length}}\r\n${clean}`
}

export const imapNstring = (text: string | null | undefined): string =>
  text === null || text === undefined ? 'NIL' : imapString(text)
