/** Declarations that mail may make, written anew from typed tokens: nothing of what was written is copied but letters. */
import { colourText, hexColour, hslColour, namedColour, recoloured, rgbColour, type Colour } from './css-colour.ts'
import { cssProperties, numberMost, percentageMost, unitMost, type PropertyRule } from './css-properties.ts'
import { cssTokens, type CssToken } from './css-tokens.ts'
import { declarationsMax, valueCharsMax, valueTokensMax } from './limits.ts'

export interface CssContext {
  /** Colours are turned over for a dark page. */
  readonly dark: boolean
  /** Where an image named in CSS is to be had; null: it is not shown. */
  image(address: string): string | null
}

const decimals = 10_000

const numberText = (value: number): string => String(Math.round(value * decimals) / decimals)

export const safeColourText = (colour: Colour, dark: boolean): string => colourText(dark ? recoloured(colour) : colour)

/** What an image's address may hold inside `url("…")`: no quote, no backslash, no control character. */
const urlSafe = /^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]*$/

interface Part {
  readonly text: string
  /** Tokens taken. */
  readonly taken: number
}

const functionEnd = (tokens: readonly CssToken[], from: number): number => {
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at]
    if (token?.is === 'delim' && token.text === ')') return at
    if (token === undefined || token.is === 'function' || token.is === 'bad' || token.is === 'url') return -1
  }
  return -1
}

const plainArguments = (tokens: readonly CssToken[]): readonly CssToken[] =>
  tokens.filter((token) => !(token.is === 'space' || (token.is === 'delim' && (token.text === ',' || token.text === '/'))))

const channelOf = (token: CssToken | undefined, whole: number): number =>
  token?.is === 'number' ? token.value : token?.is === 'percentage' ? (token.value / 100) * whole : Number.NaN

const degrees: Readonly<Record<string, number>> = { deg: 1, grad: 0.9, rad: 180 / Math.PI, turn: 360 }

const hueOf = (token: CssToken | undefined): number =>
  token?.is === 'number' ? token.value : token?.is === 'dimension' ? token.value * (degrees[token.unit] ?? Number.NaN) : Number.NaN

/** `rgb()`, `rgba()`, `hsl()`, `hsla()` (CSS Color 4 sections 4.1 and 7), arguments by commas or by spaces. */
const functionColour = (name: string, inside: readonly CssToken[]): Colour | undefined => {
  const values = plainArguments(inside)
  if (values.length < 3 || values.length > 4) return undefined
  const [first, second, third, fourth] = values
  const alpha = fourth === undefined ? 1 : channelOf(fourth, 1)
  const isHsl = name === 'hsl' || name === 'hsla'
  if (!isHsl && name !== 'rgb' && name !== 'rgba') return undefined
  const channels = isHsl
    ? [hueOf(first), channelOf(second, 1), channelOf(third, 1)]
    : [channelOf(first, 255), channelOf(second, 255), channelOf(third, 255)]
  const [a = 0, b = 0, c = 0] = channels
  if (![a, b, c, alpha].every(Number.isFinite)) return undefined
  return isHsl ? hslColour(a, b, c, alpha) : rgbColour(a, b, c, alpha)
}

const familyName = /^[\p{L}\p{N} _.-]{1,64}$/u
const generic = new Set(['serif', 'sans-serif', 'monospace', 'cursive', 'fantasy', 'system-ui'])

const familyText = (name: string): string | undefined => {
  if (generic.has(name.toLowerCase())) return name.toLowerCase()
  return familyName.test(name) ? `"${name}"` : undefined
}

/** Words of an unquoted family name belong together. */
const familyAt = (tokens: readonly CssToken[], from: number): Part | undefined => {
  const first = tokens[from]
  if (first?.is === 'string') {
    const text = familyText(first.text)
    return text === undefined ? undefined : { text, taken: 1 }
  }
  const words: string[] = []
  let at = from
  for (; at < tokens.length; at += 1) {
    const token = tokens[at]
    if (token?.is === 'ident') words.push(token.text)
    else if (token?.is !== 'space') break
  }
  const text = familyText(words.join(' '))
  return text === undefined ? undefined : { text, taken: at - from }
}

const lengthText = (token: CssToken): string | undefined => {
  if (token.is === 'number') return token.value === 0 ? '0' : undefined
  if (token.is === 'percentage') return token.value >= 0 && token.value <= percentageMost ? `${numberText(token.value)}%` : undefined
  if (token.is !== 'dimension') return undefined
  const most = unitMost.get(token.unit)
  return most === undefined || token.value < 0 || token.value > most ? undefined : `${numberText(token.value)}${token.unit}`
}

const imageText = (address: string, context: CssContext): string | undefined => {
  const found = context.image(address)
  if (found === null) return 'none'
  return urlSafe.test(found) ? `url("${found}")` : undefined
}

const colourPart = (tokens: readonly CssToken[], at: number, { dark }: CssContext): Part | undefined => {
  const token = tokens[at]
  if (token?.is === 'hash' || token?.is === 'ident') {
    const colour = token.is === 'hash' ? hexColour(token.text) : namedColour(token.text)
    return colour === undefined ? undefined : { text: safeColourText(colour, dark), taken: 1 }
  }
  if (token?.is !== 'function') return undefined
  const end = functionEnd(tokens, at + 1)
  const colour = end < 0 ? undefined : functionColour(token.text, tokens.slice(at + 1, end))
  return colour === undefined ? undefined : { text: safeColourText(colour, dark), taken: end + 1 - at }
}

const one = (text: string | undefined): Part | undefined => (text === undefined ? undefined : { text, taken: 1 })

/** The next part of a value, or undefined where the property can't have it. */
const partAt = (tokens: readonly CssToken[], at: number, { kinds, words }: PropertyRule, context: CssContext): Part | undefined => {
  const token = tokens[at]
  if (token === undefined || token.is === 'bad') return undefined
  if (token.is === 'ident' && words.has(token.text.toLowerCase())) return one(token.text.toLowerCase())
  if (token.is === 'delim') return (token.text === ',' && kinds.includes('s')) || (token.text === '/' && kinds.includes('/')) ? one(token.text) : undefined
  const colour = kinds.includes('c') ? colourPart(tokens, at, context) : undefined
  if (colour !== undefined) return colour
  const length = kinds.includes('l') ? lengthText(token) : undefined
  if (length !== undefined) return one(length)
  if (token.is === 'number' && kinds.includes('n') && token.value >= 0 && token.value <= numberMost) return one(numberText(token.value))
  if (token.is === 'url' && kinds.includes('i')) return one(imageText(token.text, context))
  return kinds.includes('f') ? familyAt(tokens, at) : undefined
}

const withoutImportant = (tokens: readonly CssToken[]): { readonly tokens: readonly CssToken[]; readonly important: boolean } => {
  const solid = tokens.map((token, at) => ({ token, at })).filter(({ token }) => token.is !== 'space')
  const [mark, word] = solid.slice(-2)
  const isMarked = mark?.token.is === 'delim' && mark.token.text === '!' && word?.token.is === 'ident' && word.token.text.toLowerCase() === 'important'
  return isMarked ? { tokens: tokens.slice(0, mark.at), important: true } : { tokens, important: false }
}

const valueText = (written: readonly CssToken[], rule: PropertyRule, context: CssContext): string | undefined => {
  const { tokens, important } = withoutImportant(written)
  const parts: string[] = []
  let at = 0
  while (at < tokens.length) {
    if (tokens[at]?.is === 'space') {
      at += 1
      continue
    }
    const part = partAt(tokens, at, rule, context)
    if (part === undefined) return undefined
    parts.push(part.text)
    at += part.taken
  }
  return parts.length === 0 ? undefined : `${parts.join(' ')}${important ? ' !important' : ''}`
}

/** A declaration as it may stand, `name:value`, or undefined. */
export const declarationText = (name: string, value: string, context: CssContext): string | undefined => {
  const rule = cssProperties.get(name.toLowerCase())
  if (rule === undefined || value.length > valueCharsMax) return undefined
  const tokens = cssTokens(value, valueTokensMax)
  const text = tokens === undefined ? undefined : valueText(tokens, rule, context)
  return text === undefined ? undefined : `${name.toLowerCase()}:${text}`
}

/** Where a declaration ends: `;` outside strings and brackets. */
const declarationEnd = (css: string, from: number): number => {
  let quote = ''
  let depth = 0
  for (let at = from; at < css.length; at += 1) {
    const char = css[at] ?? ''
    if (char === '\\') at += 1
    else if (quote !== '') {
      if (char === quote || char === '\n') quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '(') depth += 1
    else if (char === ')') depth -= 1
    else if (char === ';' && depth <= 0) return at
  }
  return css.length
}

const propertyName = /^\s*(?:\/\*[^]*?\*\/\s*)*([A-Za-z-]{1,40})\s*$/

/** The declarations of a style attribute or a rule's block that may stand, joined by `;`; empty where there are none. */
export const safeDeclarations = (css: string, context: CssContext): string => {
  const kept: string[] = []
  let at = 0
  for (let count = 0; at < css.length && count < declarationsMax; count += 1) {
    const end = declarationEnd(css, at)
    const written = css.slice(at, end)
    const colon = written.indexOf(':')
    const name = colon < 0 ? undefined : propertyName.exec(written.slice(0, colon))?.[1]
    const text = name === undefined ? undefined : declarationText(name, written.slice(colon + 1), context)
    if (text !== undefined) kept.push(text)
    at = end + 1
  }
  return kept.join(';')
}
