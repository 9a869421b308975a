/** `type/subtype; name=value` (RFC 9110 section 8.3.1). */

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,127}"
const mediaTypePattern = new RegExp(`^(${token}/${token})((?:[ \\t]*;[ \\t]*(?:${token}=(?:${token}|"(?:[^"\\\\\\r\\n]|\\\\[\\x20-\\x7e])*"))?)*)$`)
const charsetPattern = new RegExp(`;[ \\t]*charset=(?:"(${token})"|(${token}))`, 'i')
/** Longer ones are nobody's. */
const lengthMax = 512

export interface MediaType {
  /** Lower case, without parameters. */
  readonly essence: string
  readonly charset: string | null
  /** As it was given: safe to write as a field's value. */
  readonly text: string
}

/** Undefined where it is none. */
export const mediaType = (text: string): MediaType | undefined => {
  if (text.length > lengthMax) return undefined
  const match = mediaTypePattern.exec(text)
  if (match?.[1] === undefined) return undefined
  const charset = charsetPattern.exec(match[2] ?? '')
  return { essence: match[1].toLowerCase(), charset: charset?.[1] ?? charset?.[2] ?? null, text }
}
