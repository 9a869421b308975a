/**
 * POP3 command lines after login (RFC 1939, RFC 2449): a line without its CRLF to a value or the words of a refusal.
 * Never throws on input.
 */
import { latin1 } from '@bulkhead/base/bytes.ts'

/** What each command carries. */
interface Arguments {
  readonly STAT: Bare
  readonly NOOP: Bare
  readonly RSET: Bare
  readonly QUIT: Bare
  readonly CAPA: Bare
  readonly LIST: { readonly message: number | null }
  readonly UIDL: { readonly message: number | null }
  readonly RETR: { readonly message: number }
  readonly DELE: { readonly message: number }
  /** Null: which languages there are (RFC 6856 section 3). */
  readonly LANG: { readonly language: string | null }
  readonly TOP: { readonly message: number; readonly bodyLines: number }
}

type Bare = Readonly<Record<never, never>>

export type Pop3Verb = keyof Arguments
export type CommandOf<V extends Pop3Verb> = { readonly verb: V } & Arguments[V]
export type Pop3Command = { readonly [V in Pop3Verb]: CommandOf<V> }[Pop3Verb]

export type ParsedPop3 =
  | { readonly is: 'command'; readonly command: Pop3Command }
  | { readonly is: 'refused'; readonly text: string }

/** RFC 2449 section 4 says 255. */
export const pop3LineBytesMax = 512

const digitsMax = 9

const refused = (text: string): ParsedPop3 => ({ is: 'refused', text })
const understood = (command: Pop3Command): ParsedPop3 => ({ is: 'command', command })

/** Undefined where the word is no number. 0, which names no message, is a number. */
const wholeNumber = (word: string | undefined): number | undefined =>
  word !== undefined && word.length <= digitsMax && /^[0-9]+$/.test(word) ? Number(word) : undefined

/** `*` or a language range (RFC 4647 section 2.1). */
const rangePattern = /^(?:\*|[A-Za-z0-9-]{1,35})$/

/** What LANG is given; undefined where that is no language range. */
export const languageRange = (words: readonly string[]): string | null | undefined => {
  const [range, ...more] = words
  if (range === undefined) return null
  return more.length === 0 && rangePattern.test(range) ? range : undefined
}

type Grammar = (words: readonly string[]) => ParsedPop3

const bare =
  (verb: 'STAT' | 'NOOP' | 'RSET' | 'QUIT' | 'CAPA'): Grammar =>
  (words) =>
    words.length === 0 ? understood({ verb }) : refused(`${verb} takes no argument`)

const listing =
  (verb: 'LIST' | 'UIDL'): Grammar =>
  (words) => {
    if (words.length === 0) return understood({ verb, message: null })
    const message = words.length === 1 ? wholeNumber(words[0]) : undefined
    return message === undefined ? refused(`${verb} takes a message number or nothing`) : understood({ verb, message })
  }

const ofMessage =
  (verb: 'RETR' | 'DELE'): Grammar =>
  (words) => {
    const message = words.length === 1 ? wholeNumber(words[0]) : undefined
    return message === undefined ? refused(`${verb} takes a message number`) : understood({ verb, message })
  }

const top: Grammar = (words) => {
  const message = wholeNumber(words[0])
  const bodyLines = wholeNumber(words[1])
  if (words.length !== 2 || message === undefined || bodyLines === undefined) {
    return refused('TOP takes a message number and a number of lines')
  }
  return understood({ verb: 'TOP', message, bodyLines })
}

const lang: Grammar = (words) => {
  const language = languageRange(words)
  return language === undefined ? refused('LANG takes a language or nothing') : understood({ verb: 'LANG', language })
}

const grammars: ReadonlyMap<string, Grammar> = new Map<Pop3Verb, Grammar>([
  ['STAT', bare('STAT')],
  ['NOOP', bare('NOOP')],
  ['RSET', bare('RSET')],
  ['QUIT', bare('QUIT')],
  ['CAPA', bare('CAPA')],
  ['LIST', listing('LIST')],
  ['UIDL', listing('UIDL')],
  ['RETR', ofMessage('RETR')],
  ['DELE', ofMessage('DELE')],
  ['TOP', top],
  ['LANG', lang],
])

/** Known, and over before this session began. */
const beforeLogin = new Set(['USER', 'PASS', 'APOP', 'AUTH', 'STLS', 'UTF8'])

export const parsePop3 = (line: Uint8Array): ParsedPop3 => {
  const [verb = '', ...words] = latin1(line).split(' ').filter((word) => word !== '')
  const name = verb.toUpperCase()
  if (beforeLogin.has(name)) return refused('Already logged in')
  return grammars.get(name)?.(words) ?? refused('Unknown command')
}
