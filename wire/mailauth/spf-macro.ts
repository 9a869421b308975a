/** Macros of SPF (RFC 7208 section 7): parsed once, expanded for the mail at hand. */
import { domainOctetsMax } from './domain-name.ts'

export type MacroLetter = 's' | 'l' | 'o' | 'd' | 'i' | 'p' | 'h' | 'c' | 'r' | 't' | 'v'

export interface Macro {
  readonly letter: MacroLetter
  /** Written in upper case: URL-escaped. */
  readonly escaped: boolean
  /** How many parts from the right; 0 for all. */
  readonly parts: number
  readonly reversed: boolean
  readonly delimiters: string
}

export type MacroString = readonly (string | Macro)[]

const term = /%\{([slodiphcrtv])([0-9]*)(r?)([.\-+,/_=]*)\}|%([%_-])|([^%]+)|(%)/giy
const literal = /^[\x21-\x24\x26-\x7e]*$/
const literalAndSpace = /^[\x20-\x24\x26-\x7e]*$/
const partsMax = 128
const onlyForExplanations = 'crt'
const escapes: Readonly<Record<string, string>> = { '%': '%', _: ' ', '-': '%20' }
const topLabel = /\.(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])\.?$/i

const letters: Readonly<Record<string, MacroLetter>> = { s: 's', l: 'l', o: 'o', d: 'd', i: 'i', p: 'p', h: 'h', c: 'c', r: 'r', t: 't', v: 'v' }

const macroOf = (text: string, digits: string, reverse: string, delimiters: string): Macro | undefined => {
  const letter = letters[text.toLowerCase()]
  const parts = digits === '' ? 0 : Number(digits)
  if (letter === undefined || (digits !== '' && (parts < 1 || parts > partsMax))) return undefined
  return { letter, escaped: text !== text.toLowerCase(), parts, reversed: reverse !== '', delimiters: delimiters === '' ? '.' : delimiters }
}

/** `macro-string`, or undefined where it is none. Explanations may have spaces and three letters more. */
export const readMacroString = (text: string, explanation: boolean): MacroString | undefined => {
  const parts: (string | Macro)[] = []
  for (const [, letter, digits = '', reverse = '', delimiters = '', escape, plain, stray] of text.matchAll(term)) {
    if (stray !== undefined) return undefined
    if (letter !== undefined) {
      const macro = macroOf(letter, digits, reverse, delimiters)
      if (macro === undefined || (!explanation && onlyForExplanations.includes(macro.letter))) return undefined
      parts.push(macro)
    } else if (escape !== undefined) parts.push(escapes[escape] ?? '')
    else if (!(explanation ? literalAndSpace : literal).test(plain ?? '')) return undefined
    else parts.push(plain ?? '')
  }
  return parts
}

/** `domain-spec`: ends with a macro, or with a dot and a label that a top-level domain could have. */
export const readDomainSpec = (text: string): MacroString | undefined => {
  const parts = readMacroString(text, false)
  const last = parts?.at(-1)
  if (parts === undefined || last === undefined) return undefined
  return typeof last !== 'string' || text.endsWith('%%') || text.endsWith('%_') || text.endsWith('%-') || topLabel.test(text) ? parts : undefined
}

export type MacroValues = (letter: MacroLetter) => string

const expanded = (macro: Macro, values: MacroValues): string => {
  const value = values(macro.letter)
  const split: string[] = ['']
  for (const char of value) {
    if (macro.delimiters.includes(char)) split.push('')
    else split[split.length - 1] += char
  }
  if (macro.reversed) split.reverse()
  const text = split.slice(macro.parts === 0 ? 0 : -macro.parts).join('.')
  return macro.escaped ? encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`) : text
}

export const expand = (text: MacroString, values: MacroValues): string =>
  text.map((part) => (typeof part === 'string' ? part : expanded(part, values))).join('')

/** A name that is too long loses labels from the left (section 7.3). */
export const shortenedName = (name: string): string => {
  let text = name.endsWith('.') ? name.slice(0, -1) : name
  while (text.length > domainOctetsMax) {
    const dot = text.indexOf('.')
    if (dot < 0) return text
    text = text.slice(dot + 1)
  }
  return text
}

export const usesLetter = (text: MacroString, letter: MacroLetter): boolean => text.some((part) => typeof part !== 'string' && part.letter === letter)
