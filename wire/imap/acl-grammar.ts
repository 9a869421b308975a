/** Arguments of the commands of RFC 4314, and rights as they go over the wire. */
import { utf8Text } from '@bulkhead/base/bytes.ts'
import { astring, bad, type Parser } from './scan.ts'

const identifierOctetsMax = 320
const rightsMax = 64

/** Rights of RFC 4314 section 2.1, in its order. */
export const rightLetters = 'lrswipkxtea'
/** Section 2.1.1: rights of RFC 2086 that stand for others. */
const obsolete: ReadonlyMap<string, string> = new Map([['c', 'k'], ['d', 'xte']])

/** `identifier = astring` */
export const identifier: Parser<string> = (scan) => {
  const bytes = astring(scan)
  if (bytes.length === 0 || bytes.length > identifierOctetsMax) return bad('Identifier is empty or too long')
  return utf8Text(bytes) ?? bad('Identifier is not UTF-8')
}

export interface ModifiedRights {
  readonly mode: 'add' | 'remove' | 'replace'
  /** Of `rightLetters`. */
  readonly rights: string
}

/** `mod-rights = astring`: `+rights` to add, `-rights` to remove, `rights` to replace (section 4). */
export const modifiedRights: Parser<ModifiedRights> = (scan) => {
  const text = astring(scan).toString('latin1')
  if (text.length > rightsMax) return bad('Too many rights')
  const mode = text.startsWith('+') ? 'add' : text.startsWith('-') ? 'remove' : 'replace'
  const letters = [...(mode === 'replace' ? text : text.slice(1))].map((letter) => obsolete.get(letter) ?? letter).join('')
  const unknown = [...letters].find((letter) => !rightLetters.includes(letter))
  return unknown === undefined ? { mode, rights: letters } : bad('Unknown right')
}

/** Rights as a client sees them: with those of RFC 2086 that some clients still look for (section 2.1.1). */
export const rightsText = (rights: string): string =>
  `${rights}${rights.includes('k') ? 'c' : ''}${/[xte]/.test(rights) ? 'd' : ''}`
