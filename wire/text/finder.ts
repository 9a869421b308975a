/**
 * Looks for a folded needle in texts that are not folded yet: the same answer as `folded(text).includes(needle)`, without
 * the work where a text is ASCII. What one text is folded into serves every needle that is looked for in it.
 */
import { folded } from './folded.ts'

export interface Finder {
  /** Folded. */
  readonly needle: string
  /** Whether an ASCII text, in lower case, holds it. */
  inAscii(lowerCase: string): boolean
}

const beyondAscii = /[^\x00-\x7f]/
const patternChars = /[\\^$.*+?()[\]{}|/]/g

/**
 * Every run of white space is one space once folded. At the ends of a needle one blank is as good as a run, and looking for
 * a run there would be quadratic.
 */
const spacedPattern = (needle: string): RegExp => {
  const words = needle.split(' ').map((word) => word.replace(patternChars, '\\$&'))
  const blank = '[\\t-\\r ]'
  return new RegExp(words.map((word, at) => {
    if (at === 0) return word
    const isAtEnd = (at === 1 && words[0] === '') || (at === words.length - 1 && word === '')
    return `${isAtEnd ? blank : `${blank}+`}${word}`
  }).join(''))
}

/** `needle`: folded. */
export const finderOf = (needle: string): Finder => {
  if (beyondAscii.test(needle)) return { needle, inAscii: () => false }
  if (!needle.includes(' ')) return { needle, inAscii: (lowerCase) => lowerCase.includes(needle) }
  const pattern = spacedPattern(needle)
  const longest = needle.split(' ').reduce((long, word) => (word.length > long.length ? word : long), '')
  return { needle, inAscii: (lowerCase) => lowerCase.includes(longest) && pattern.test(lowerCase) }
}

export interface Searchable {
  holds(finder: Finder): boolean
}

/** Of what is in memory as one byte a character, counting its bytes is the quickest way to know. */
const isAscii = (text: string): boolean => Buffer.byteLength(text, 'utf8') === text.length

export const searchable = (text: string): Searchable => {
  let lowerCase: string | undefined
  let whole: string | undefined
  return {
    holds(finder) {
      if (whole === undefined && lowerCase === undefined) {
        if (isAscii(text)) lowerCase = text.toLowerCase()
        else whole = folded(text)
      }
      return lowerCase === undefined ? (whole ?? '').includes(finder.needle) : finder.inAscii(lowerCase)
    },
  }
}
