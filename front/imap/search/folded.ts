/**
 * Text made comparable (RFC 9051 section 6.4.4: substrings, without case). NFKC makes half-width katakana and full-width
 * Latin letters equal to the usual ones, which is what Japanese readers expect.
 */

/** ASCII is its own NFKC. */
const isAscii = (text: string): boolean => !/[^\x00-\x7f]/.test(text)

export const folded = (text: string): string => (isAscii(text) ? text.toLowerCase() : text.normalize('NFKC').toLowerCase())
