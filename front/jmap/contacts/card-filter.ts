/** Conditions of `ContactCard/query` (RFC 9610 section 3.3.1), and its orders (section 3.3.2). Text is compared folded, as mail is searched. */
import { cardKinds, fullNameOf, namePartsOf, textsOf } from '@bulkhead/wire/jmap/contacts/card.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import type { Comparator } from '@bulkhead/wire/jmap/filter.ts'
import { isJsonObject, type JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { id, oneOf, text, utcDate } from '@bulkhead/wire/jmap/readers.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { bookIdsOf } from './cards.ts'

export type CardCondition = (card: JsonObject) => boolean

const textMax = 1_000

const namesOf = (card: JsonObject): readonly string[] => [fullNameOf(card), ...namePartsOf(card).flatMap(({ value, phonetic }) => [value, phonetic ?? ''])]

const ofKind = (kind: string) => (card: JsonObject): readonly string[] =>
  namePartsOf(card).flatMap((part) => (part.kind === kind ? [part.value, part.phonetic ?? ''] : []))

const units = (card: JsonObject): readonly string[] => {
  const all = card['organizations']
  if (!isJsonObject(all)) return []
  return Object.values(all).flatMap((one) => {
    const list = isJsonObject(one) ? one['units'] : undefined
    return Array.isArray(list) ? list.flatMap((unit) => (isJsonObject(unit) && typeof unit['name'] === 'string' ? [unit['name']] : [])) : []
  })
}

const addressParts = (card: JsonObject): readonly string[] => {
  const all = card['addresses']
  if (!isJsonObject(all)) return []
  return Object.values(all).flatMap((one) => {
    const list = isJsonObject(one) ? one['components'] : undefined
    return Array.isArray(list) ? list.flatMap((part) => (isJsonObject(part) && typeof part['value'] === 'string' ? [part['value']] : [])) : []
  })
}

const texts: Readonly<Record<string, (card: JsonObject) => readonly string[]>> = {
  name: namesOf,
  'name/given': ofKind('given'),
  'name/surname': ofKind('surname'),
  'name/surname2': ofKind('surname2'),
  nickname: (card) => textsOf(card, 'nicknames', ['name']),
  organization: (card) => [...textsOf(card, 'organizations', ['name']), ...units(card)],
  email: (card) => textsOf(card, 'emails', ['address', 'label']),
  phone: (card) => textsOf(card, 'phones', ['number', 'label']),
  onlineService: (card) => textsOf(card, 'onlineServices', ['service', 'uri', 'user', 'label']),
  address: (card) => [...textsOf(card, 'addresses', ['full']), ...addressParts(card)],
  note: (card) => textsOf(card, 'notes', ['note']),
}

const everyText = (card: JsonObject): readonly string[] => [
  ...Object.values(texts).flatMap((read) => read(card)), ...textsOf(card, 'titles', ['name']), ...textsOf(card, 'links', ['uri', 'label']),
]

const holdsText = (wanted: string, read: (card: JsonObject) => readonly string[]): CardCondition => {
  const words = wanted.split(/[\s\u3000]+/u).map(folded).filter((word) => word !== '')
  return (card) => {
    const all = read(card).map(folded)
    return words.every((word) => all.some((one) => one.includes(word)))
  }
}

const timeOf = (card: JsonObject, property: 'created' | 'updated'): number => {
  const value = card[property]
  return typeof value === 'string' ? Date.parse(value) : 0
}

const conditionOf = (name: string, value: JsonObject[string], path: string): CardCondition => {
  if (name === 'text') return holdsText(text(textMax)(value, path), everyText)
  const read = texts[name]
  if (read !== undefined) return holdsText(text(textMax)(value, path), read)
  switch (name) {
    case 'inAddressBook': {
      const book = id(value, path)
      return (card) => bookIdsOf(card).includes(book)
    }
    case 'uid': {
      const uid = text(textMax)(value, path)
      return (card) => card['uid'] === uid
    }
    case 'hasMember': {
      const uid = text(textMax)(value, path)
      return ({ members }) => isJsonObject(members) && members[uid] === true
    }
    case 'kind': {
      const kind = oneOf(cardKinds)(value, path)
      return (card) => (card['kind'] ?? 'individual') === kind
    }
    case 'createdBefore':
    case 'createdAfter':
    case 'updatedBefore':
    case 'updatedAfter': {
      const atMs = utcDate(value, path)
      const property = name.startsWith('created') ? 'created' : 'updated'
      return name.endsWith('Before') ? (card) => timeOf(card, property) < atMs : (card) => timeOf(card, property) >= atMs
    }
    default:
      throw new MethodFailure('unsupportedFilter', `${path}: is not known`)
  }
}

/** One filter condition: all of its properties hold. */
export const cardCondition = (condition: JsonObject, path: string): CardCondition => {
  const all = Object.entries(condition).map(([name, value]) => conditionOf(name, value, `${path}/${name}`))
  return (card) => all.every((holds) => holds(card))
}

export const cardSorts = ['created', 'updated', 'name/given', 'name/surname', 'name/surname2'] as const
export type CardSort = (typeof cardSorts)[number]

/** Names in the order of their reading, which for Japanese ones is what people expect. */
const collator = new Intl.Collator('ja')

const sortText = (card: JsonObject, property: CardSort): string => {
  const kind = property.slice('name/'.length)
  const part = namePartsOf(card).find((one) => one.kind === kind)
  return part === undefined ? (kind === 'surname2' ? '' : fullNameOf(card)) : (part.phonetic ?? part.value)
}

const keyOf = (card: JsonObject, property: CardSort): number | string =>
  property === 'created' || property === 'updated' ? timeOf(card, property) : sortText(card, property)

interface Sortable {
  readonly id: string
  readonly card: JsonObject
}

/** Cards in the order asked for; where that leaves them equal, by id, so that windows fit together. */
export const cardsInOrder = <T extends Sortable>(cards: readonly T[], sort: readonly Comparator<CardSort>[]): readonly T[] => {
  const keyed = cards.map((one) => ({ one, keys: sort.map(({ property }) => keyOf(one.card, property)) }))
  keyed.sort((left, right) => {
    for (const [at, { isAscending }] of sort.entries()) {
      const [a, b] = [left.keys[at], right.keys[at]]
      const order = typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
      if (order !== 0) return isAscending ? order : -order
    }
    return left.one.id < right.one.id ? -1 : 1
  })
  return keyed.map(({ one }) => one)
}
