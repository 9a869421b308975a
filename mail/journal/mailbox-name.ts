/**
 * Mailbox names: Unicode in NFC, `/` between levels, no empty level, nothing that is not printable, and `INBOX`
 * in capitals however it was written (RFC 9051 section 5.1), also above its inferiors.
 */

export const levelOctetsMax = 255
export const levelsMax = 10
export const mailboxNameOctetsMax = levelsMax * (levelOctetsMax + 1) - 1

export const inboxName = 'INBOX'

/** Controls, line and paragraph separators, and the ends of the planes that are no characters. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u

/** The one spelling of a name, or undefined where it is none. */
export const mailboxName = (text: string): string | undefined => {
  if (text.length > mailboxNameOctetsMax || !text.isWellFormed() || unprintable.test(text)) return undefined
  const levels = text.normalize('NFC').split('/')
  if (levels.length > levelsMax) return undefined
  if (levels.some((level) => level === '' || Buffer.byteLength(level) > levelOctetsMax)) return undefined
  if (levels[0]?.toUpperCase() === inboxName) levels[0] = inboxName
  return levels.join('/')
}

/** The level above, or undefined at the top. */
export const superiorOf = (name: string): string | undefined => {
  const at = name.lastIndexOf('/')
  return at < 0 ? undefined : name.slice(0, at)
}

/** All levels above, outermost first. */
export const superiorsOf = (name: string): readonly string[] => {
  const superior = superiorOf(name)
  return superior === undefined ? [] : [...superiorsOf(superior), superior]
}
