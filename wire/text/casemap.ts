/** Collation `i;unicode-casemap` (RFC 5051) as a key to compare: title case, then decomposed. Used for SORT and THREAD. */

const asciiOnly = /^[\x00-\x7f]*$/

/** A letter alone, where upper case makes one of it: RFC 5051 maps letter by letter, and has no `SS` for `ß`. */
const upperCase = (letter: string): string => {
  const upper = letter.toUpperCase()
  return upper.length === letter.length ? upper : letter
}

/** JavaScript has upper case where the RFC says title case; they differ for four digraphs, which come out as one key each. */
export const casemapKey = (text: string): string =>
  asciiOnly.test(text) ? text.toUpperCase() : text.replace(/./gsu, upperCase).normalize('NFKD')
