/** People one may write to, found by name, address and reading (よみ). Pure; case, width and kind of kana make no difference. */
import { addressKey } from './address.ts'

export interface Person {
  readonly name: string | null
  readonly email: string
  /** ふりがな of the whole name, where known. */
  readonly yomi: string
  readonly organization: string
  /** How often this person was written to lately. */
  readonly weight: number
}

/** A group of contacts, added as all its members. */
export interface Group {
  readonly name: string
  readonly yomi: string
  readonly members: readonly Person[]
}

export type Suggestion = { readonly is: 'person'; readonly person: Person } | { readonly is: 'group'; readonly group: Group }

export const suggestionsMax = 8

const katakanaFirst = 0x30a1
const katakanaLast = 0x30f6
const toHiragana = 0x60

/** NFKC, lower case, hiragana; spaces and the long mark's look-alikes fall together. */
export const folded = (text: string): string =>
  [...text.normalize('NFKC').toLowerCase()]
    .map((char) => {
      const code = char.codePointAt(0) ?? 0
      if (code >= katakanaFirst && code <= katakanaLast) return String.fromCodePoint(code - toHiragana)
      return '‐－—―'.includes(char) ? 'ー' : char
    })
    .join('')
    .replace(/\s+/gu, '')

/** 0: no match; more is better. The start of a name, a reading or an address counts more than its middle. */
const scoreOf = (texts: readonly string[], wanted: string): number => {
  let best = 0
  for (const text of texts) {
    const at = folded(text).indexOf(wanted)
    if (at === 0) return 3
    if (at > 0) best = Math.max(best, 1)
  }
  return best
}

const wordsOf = (text: string): string[] => [text, ...text.split(/[\s\u3000.@_-]+/u).slice(1)].filter((word) => word !== '')

const personScore = ({ name, email, yomi, organization }: Person, wanted: string): number =>
  Math.max(scoreOf([...wordsOf(name ?? ''), ...wordsOf(yomi)], wanted), scoreOf(wordsOf(email), wanted), scoreOf([organization], wanted) > 0 ? 1 : 0)

/** `taken`: addresses that the message already has. */
export const suggestionsFor = (text: string, people: readonly Person[], groups: readonly Group[], taken: ReadonlySet<string>): Suggestion[] => {
  const wanted = folded(text)
  if (wanted === '') return []
  const found: { suggestion: Suggestion; score: number; weight: number }[] = []
  for (const group of groups) {
    const score = scoreOf([...wordsOf(group.name), group.yomi], wanted)
    if (score > 0 && group.members.length > 0) found.push({ suggestion: { is: 'group', group }, score, weight: 0 })
  }
  for (const person of people) {
    if (taken.has(addressKey(person.email))) continue
    const score = personScore(person, wanted)
    if (score > 0) found.push({ suggestion: { is: 'person', person }, score, weight: person.weight })
  }
  return found.toSorted((a, b) => b.score - a.score || b.weight - a.weight).slice(0, suggestionsMax).map(({ suggestion }) => suggestion)
}

/** Contacts first: their names are the person's own; who was only written to comes after, each address once. */
export const mergedPeople = (contacts: readonly Person[], recent: readonly Person[]): Person[] => {
  const weights = new Map(recent.map(({ email, weight }) => [addressKey(email), weight]))
  const known = new Set(contacts.map(({ email }) => addressKey(email)))
  return [
    ...contacts.map((person) => ({ ...person, weight: weights.get(addressKey(person.email)) ?? 0 })),
    ...recent.filter(({ email }) => !known.has(addressKey(email))),
  ]
}

/** Those of recently sent messages, newest first: later letters weigh more. */
export const peopleOfSent = (sent: readonly (readonly { readonly name: string | null; readonly email: string }[])[]): Person[] => {
  const found = new Map<string, Person>()
  sent.forEach((recipients, at) => {
    for (const { name, email } of recipients) {
      const key = addressKey(email)
      const before = found.get(key)
      const weight = (before?.weight ?? 0) + 1 / (1 + at / 20)
      found.set(key, before === undefined ? { name, email, yomi: '', organization: '', weight } : { ...before, name: before.name ?? name, weight })
    }
  })
  return [...found.values()]
}
