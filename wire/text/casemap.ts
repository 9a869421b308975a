/** Collation `i;unicode-casemap` (RFC 5051) as a key to compare: title case, then decomposed. Used for SORT and THREAD. */

const asciiOnly = /^[\x00-\x7f]*$/

/** JavaScript has upper case where the RFC says title case; they differ for four digraphs, which come out as one key each. */
export const casemapKey = (text: string): string =>
  asciiOnly.test(text) ? text.toUpperCase() : text.toUpperCase().normalize('NFKD')
