/** `tag-list` of RFC 6376 section 3.2, which ARC and DMARC share. */
const tagsMax = 64
const tagName = /^[A-Za-z][A-Za-z0-9_]*$/
const folds = /[ \t\r\n]+/g

/** Values without blanks around them, in the order written. Undefined where it is no tag-list or a tag comes twice. */
export const tagList = (text: string): ReadonlyMap<string, string> | undefined => {
  const specs = text.split(';', tagsMax + 1)
  if (specs.length > tagsMax) return undefined
  if (specs.at(-1)?.trim() === '') specs.pop()
  const tags = new Map<string, string>()
  for (const spec of specs) {
    const equals = spec.indexOf('=')
    const name = spec.slice(0, Math.max(0, equals)).trim()
    if (!tagName.test(name) || tags.has(name)) return undefined
    tags.set(name, spec.slice(equals + 1).trim())
  }
  return tags
}

/** A value in which folding white space means nothing: base64, lists, names. */
export const unspaced = (value: string): string => value.replace(folds, '')

const base64Text = /^[A-Za-z0-9+/]+={0,2}$/

/** RFC 6376 section 2.10: white space anywhere; padding as it may be. Undefined where it is no base64, or too long. */
export const base64Value = (value: string, bytesMax: number): Buffer | undefined => {
  const text = unspaced(value)
  if (text.length > Math.ceil(bytesMax / 3) * 4 || !base64Text.test(text)) return undefined
  return Buffer.from(text, 'base64')
}
