/** `tag=value` lists as the policy records of mail have them (RFC 6376 section 3.2), read leniently: for advice, not for judging mail. */

const tagsMax = 32

export const tagsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(text.split(';', tagsMax).map((tag) => {
    const at = tag.indexOf('=')
    return [tag.slice(0, Math.max(0, at)).trim().toLowerCase(), tag.slice(at + 1).trim()] as const
  }))

/** The records of a version, which stands first. */
export const ofVersion = (records: readonly string[], version: string): readonly string[] =>
  records.filter((record) => new RegExp(`^v\\s*=\\s*${version}\\s*(?:;|$)`, 'i').test(record.trim()))
