/**
 * CSS Syntax Level 3 section 4, as far as mail needs it. What a browser could read in two ways (a string or `url(` that is not
 * closed, a stray escape) is a `bad` token, and whoever meets one drops the whole declaration or rule.
 */

export type CssToken =
  | { readonly is: 'ident' | 'function' | 'hash' | 'string' | 'url' | 'at' | 'delim'; readonly text: string }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'percentage'; readonly value: number }
  | { readonly is: 'dimension'; readonly value: number; readonly unit: string }
  | { readonly is: 'space' | 'bad' }

const space = /[ \t\n\f\r]/
const nameStart = /[A-Za-z_\u0080-\u{10ffff}]/u
const nameChar = /[A-Za-z0-9_\-\u0080-\u{10ffff}]/u
const numberAt = /[+-]?(?:\d+\.\d+|\d+|\.\d+)(?:[eE][+-]?\d+)?/y
const hexEscape = /([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\f\r])?/y

interface Read {
  readonly text: string
  readonly end: number
}

/** The character at `at`, whole where it takes two units. */
const charAt = (css: string, at: number): string => {
  const code = css.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}

/** Section 4.3.7; `at` is behind the backslash. */
const escapeAt = (css: string, at: number): Read | undefined => {
  if (at >= css.length || css[at] === '\n' || css[at] === '\f' || css[at] === '\r') return undefined
  hexEscape.lastIndex = at
  const hex = hexEscape.exec(css)
  if (hex === null) return { text: charAt(css, at), end: at + charAt(css, at).length }
  const code = Number.parseInt(hex[1] ?? '', 16)
  const isText = code > 0 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff)
  return { text: isText ? String.fromCodePoint(code) : '\ufffd', end: at + hex[0].length }
}

const nameAt = (css: string, from: number): Read => {
  let text = ''
  let at = from
  while (at < css.length) {
    const char = charAt(css, at)
    if (nameChar.test(char)) {
      text += char
      at += char.length
      continue
    }
    const escaped = char === '\\' ? escapeAt(css, at + 1) : undefined
    if (escaped === undefined) break
    text += escaped.text
    at = escaped.end
  }
  return { text, end: at }
}

/** Section 4.3.9. */
const startsName = (css: string, at: number): boolean => {
  const char = charAt(css, at)
  if (char === '-') {
    const next = charAt(css, at + 1)
    return next === '-' || (next !== '' && nameStart.test(next)) || (next === '\\' && escapeAt(css, at + 2) !== undefined)
  }
  return (char !== '' && nameStart.test(char)) || (char === '\\' && escapeAt(css, at + 1) !== undefined)
}

/** `at` is behind the quote. Undefined where a line break or the end comes first. */
const stringAt = (css: string, from: number, quote: string): Read | undefined => {
  let text = ''
  let at = from
  while (at < css.length) {
    const char = charAt(css, at)
    if (char === quote) return { text, end: at + 1 }
    if (char === '\n' || char === '\r' || char === '\f') return undefined
    if (char !== '\\') {
      text += char
      at += char.length
      continue
    }
    const broken = /\\(?:\r\n|[\n\f\r])/y
    broken.lastIndex = at
    const continued = broken.exec(css)
    const escaped = continued === null ? escapeAt(css, at + 1) : { text: '', end: at + continued[0].length }
    if (escaped === undefined) return undefined
    text += escaped.text
    at = escaped.end
  }
  return undefined
}

const skipSpace = (css: string, from: number): number => {
  let at = from
  while (at < css.length && space.test(css[at] ?? '')) at += 1
  return at
}

/** `at` is behind `url(`. Escapes and quotes in a bare address are written by nobody who means well. */
const urlAt = (css: string, from: number): Read | undefined => {
  const start = skipSpace(css, from)
  const quote = css[start] ?? ''
  if (quote === '"' || quote === "'") {
    const string = stringAt(css, start + 1, quote)
    const end = string === undefined ? 0 : skipSpace(css, string.end)
    return string === undefined || css[end] !== ')' ? undefined : { text: string.text, end: end + 1 }
  }
  const bare = /[^"'()\\\s\u0000-\u001f\u007f]*/y
  bare.lastIndex = start
  const text = bare.exec(css)?.[0] ?? ''
  const end = skipSpace(css, start + text.length)
  return css[end] === ')' ? { text, end: end + 1 } : undefined
}

const numeric = (css: string, from: number): { readonly token: CssToken; readonly end: number } | undefined => {
  numberAt.lastIndex = from
  const found = numberAt.exec(css)
  if (found === null) return undefined
  const value = Number(found[0])
  const end = from + found[0].length
  if (css[end] === '%') return { token: { is: 'percentage', value }, end: end + 1 }
  if (!startsName(css, end)) return { token: { is: 'number', value }, end }
  const unit = nameAt(css, end)
  return { token: { is: 'dimension', value, unit: unit.text.toLowerCase() }, end: unit.end }
}

const named = (css: string, from: number): { readonly token: CssToken; readonly end: number } => {
  const name = nameAt(css, from)
  if (css[name.end] !== '(') return { token: { is: 'ident', text: name.text }, end: name.end }
  if (name.text.toLowerCase() !== 'url') return { token: { is: 'function', text: name.text.toLowerCase() }, end: name.end + 1 }
  const url = urlAt(css, name.end + 1)
  return url === undefined ? { token: { is: 'bad' }, end: css.length } : { token: { is: 'url', text: url.text }, end: url.end }
}

const marked = (css: string, at: number): { readonly token: CssToken; readonly end: number } => {
  const char = charAt(css, at)
  if (char === '"' || char === "'") {
    const string = stringAt(css, at + 1, char)
    return string === undefined ? { token: { is: 'bad' }, end: css.length } : { token: { is: 'string', text: string.text }, end: string.end }
  }
  if ((char === '#' || char === '@') && (nameChar.test(charAt(css, at + 1)) || css[at + 1] === '\\')) {
    const name = nameAt(css, at + 1)
    if (name.text !== '') return { token: { is: char === '#' ? 'hash' : 'at', text: name.text }, end: name.end }
  }
  return char === '\\' ? { token: { is: 'bad' }, end: at + 1 } : { token: { is: 'delim', text: char }, end: at + char.length }
}

/** Every token of a text, comments gone; undefined where there are more than `tokensMax`. */
export const cssTokens = (css: string, tokensMax: number): readonly CssToken[] | undefined => {
  const tokens: CssToken[] = []
  let at = 0
  while (at < css.length) {
    if (tokens.length >= tokensMax) return undefined
    if (css.startsWith('/*', at)) {
      const end = css.indexOf('*/', at + 2)
      at = end < 0 ? css.length : end + 2
      continue
    }
    const blank = skipSpace(css, at)
    if (blank > at) {
      tokens.push({ is: 'space' })
      at = blank
      continue
    }
    const read = numeric(css, at) ?? (startsName(css, at) ? named(css, at) : marked(css, at))
    tokens.push(read.token)
    at = read.end
  }
  return tokens
}
