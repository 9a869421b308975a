/** Tokens of a script (RFC 5228 sections 2.1 to 2.4 and 8.1). Comments and white space are gone. */
import type { Misplaced } from './mistake.ts'

export type Token =
  | { readonly is: 'identifier' | 'tag' | 'string'; readonly text: string; readonly at: number }
  | { readonly is: 'number'; readonly value: number; readonly at: number }
  | { readonly is: 'mark'; readonly text: string; readonly at: number }
  | { readonly is: 'end'; readonly at: number }

export type Lexed = { readonly is: 'tokens'; readonly tokens: readonly Token[] } | ({ readonly is: 'mistake' } & Misplaced)

/** A token and where the next one may begin. */
type Scanned = { readonly token: Token; readonly end: number } | Misplaced

const numberMax = 2_147_483_647
const factors: Readonly<Record<string, number>> = { k: 1_024, m: 1_048_576, g: 1_073_741_824 }
const marks = '[]{}(),;'

const wordAt = /[A-Za-z_][A-Za-z0-9_]*/y
const numberAt = /([0-9]+)([KMGkmg]?)(?![A-Za-z0-9_])/y
const textStart = /text:[ \t]*(?:#[^\n]*)?\r?\n/iy

/** `multi-line`: lines up to one that is a dot alone; a dot before a dot goes. */
const multiline = (script: string, at: number, from: number): Scanned => {
  const lines: string[] = []
  for (let start = from; start < script.length; ) {
    const found = script.indexOf('\n', start)
    const lineEnd = found < 0 ? script.length : found
    const line = script.slice(start, lineEnd).replace(/\r$/, '')
    start = lineEnd + 1
    if (line === '.') return { token: { is: 'string', text: lines.map((each) => `${each}\r\n`).join(''), at }, end: start }
    lines.push(line.startsWith('..') ? line.slice(1) : line)
  }
  return { at, message: 'This text: has no end: a line with a dot alone' }
}

const quoted = (script: string, at: number): Scanned => {
  const pieces: string[] = []
  for (let from = at + 1, here = from; here < script.length; here += 1) {
    const char = script[here]
    if (char === '"') {
      pieces.push(script.slice(from, here))
      return { token: { is: 'string', text: pieces.join(''), at }, end: here + 1 }
    }
    if (char === '\\') {
      pieces.push(script.slice(from, here))
      from = here + 1
      here += 1
    }
  }
  return { at, message: 'This string has no closing quote' }
}

/** First character that is neither blank nor comment. */
const behindBlanks = (script: string, from: number): number | Misplaced => {
  let at = from
  for (;;) {
    while (' \t\r\n'.includes(script[at] ?? 'x')) at += 1
    if (script[at] === '#') {
      const lineEnd = script.indexOf('\n', at)
      if (lineEnd < 0) return script.length
      at = lineEnd + 1
    } else if (script.startsWith('/*', at)) {
      const end = script.indexOf('*/', at + 2)
      if (end < 0) return { at, message: 'This comment has no end' }
      at = end + 2
    } else return at
  }
}

const numberToken = (found: RegExpExecArray, at: number): Scanned => {
  const value = Number(found[1]) * (factors[found[2]?.toLowerCase() ?? ''] ?? 1)
  if (value > numberMax) return { at, message: `Numbers go up to ${numberMax}` }
  return { token: { is: 'number', value, at }, end: at + found[0].length }
}

const matchAt = (pattern: RegExp, script: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at
  return pattern.exec(script)
}

const scan = (script: string, at: number): Scanned => {
  const char = script[at] ?? ''
  if (marks.includes(char)) return { token: { is: 'mark', text: char, at }, end: at + 1 }
  if (char === '"') return quoted(script, at)
  const text = matchAt(textStart, script, at)
  if (text !== null) return multiline(script, at, at + text[0].length)
  const isTag = char === ':'
  const word = matchAt(wordAt, script, isTag ? at + 1 : at)
  if (word !== null) {
    const start = isTag ? at + 1 : at
    return { token: { is: isTag ? 'tag' : 'identifier', text: word[0].toLowerCase(), at }, end: start + word[0].length }
  }
  const number = matchAt(numberAt, script, at)
  if (number !== null) return numberToken(number, at)
  return { at, message: `Unexpected character ${JSON.stringify(String.fromCodePoint(script.codePointAt(at) ?? 0))}` }
}

export const lex = (script: string, tokensMax: number): Lexed => {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    const next = behindBlanks(script, at)
    if (typeof next !== 'number') return { is: 'mistake', ...next }
    if (next >= script.length) return { is: 'tokens', tokens: [...tokens, { is: 'end', at: script.length }] }
    if (tokens.length >= tokensMax) return { is: 'mistake', at: next, message: 'The script is too long' }
    const scanned = scan(script, next)
    if (!('token' in scanned)) return { is: 'mistake', ...scanned }
    tokens.push(scanned.token)
    at = scanned.end
  }
}
