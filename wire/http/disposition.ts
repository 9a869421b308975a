/** `Content-Disposition` of a file to be saved (RFC 6266): an ASCII name for old clients, the whole one in UTF-8 (RFC 8187). */

const nameLengthMax = 200
/** What could end a line, leave a directory, or turn the direction of reading around. */
const unwanted = /[\p{Cc}\p{Cs}/\\\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
/** `attr-char` of RFC 8187 section 3.2.1 is what `encodeURIComponent` leaves, but for these. */
const encodedMore: Readonly<Record<string, string>> = { "'": '%27', '(': '%28', ')': '%29', '*': '%2A' }

const extended = (name: string): string => encodeURIComponent(name).replace(/['()*]/g, (character) => encodedMore[character] ?? character)

export const attachmentDisposition = (name: string): string => {
  const clean = [...name.replace(unwanted, '_')].slice(0, nameLengthMax).join('').trim() || 'file'
  const simple = clean.replace(/[^\x20-\x7e]|["%;\\]/g, '_')
  return `attachment; filename="${simple}"; filename*=UTF-8''${extended(clean)}`
}
