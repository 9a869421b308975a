/** Signatures in plain text: put in, and exchanged when the sender changes. RFC 3676 section 4.3: a line of `-- ` opens one. */

export const signatureBlock = (signature: string): string => (signature.trim() === '' ? '' : `-- \n${signature.replace(/\r\n?/gu, '\n').trimEnd()}`)

/** The text with one identity's signature exchanged for another's; where the old one was changed by hand it stays as it is. */
export const withSignature = (text: string, before: string, after: string): string => {
  const old = signatureBlock(before)
  const next = signatureBlock(after)
  if (old === next) return text
  if (old === '') return next === '' ? text : `${text.trimEnd()}\n\n${next}`
  const at = text.lastIndexOf(old)
  const standsAlone = at >= 0 && (at === 0 || text[at - 1] === '\n') && (at + old.length === text.length || text[at + old.length] === '\n')
  if (!standsAlone) return text
  return next === '' ? (text.slice(0, at).trimEnd() + text.slice(at + old.length)).trimStart() : text.slice(0, at) + next + text.slice(at + old.length)
}
