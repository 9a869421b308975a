/**
 * A Card (RFC 9553) as ContactCard keeps it (RFC 9610 section 3): what we rely on is checked, properties that we do not know are kept
 * as they came (RFC 9553 section 1.7.4).
 */
import { propertyOf, type JsonObject, type JsonValue } from '../json.ts'
import { any, BadValue, id, listOf, mapOf, object, oneOf, setOf, text, utcDate, type Reader } from '../readers.ts'

/** Entries of one property: emails, phones, members. */
export const entriesMax = 1_000
const componentsMax = 100
export const cardTextMax = 10_000

export const cardKinds = ['individual', 'group', 'org', 'location', 'device', 'application'] as const
export type CardKind = (typeof cardKinds)[number]

const line = text(cardTextMax)

/** An object whose properties named here are read, where present; others are left alone. */
const having = (shape: Readonly<Record<string, Reader<unknown>>>, needed: readonly string[] = []): Reader<JsonObject> => (value, path) => {
  const from = object(value, path)
  for (const name of needed) if (propertyOf(from, name) === undefined) throw new BadValue(`${path}/${name}`, 'is missing')
  for (const [name, read] of Object.entries(shape)) {
    const given = propertyOf(from, name)
    if (given !== undefined) read(given, `${path}/${name}`)
  }
  return from
}

const typed = (type: string): Reader<string> => (value, path) => {
  if (value !== type) throw new BadValue(path, `${type} is wanted`)
  return type
}

const entries = (type: string, shape: Readonly<Record<string, Reader<unknown>>>, needed: readonly string[] = []): Reader<unknown> => {
  const read = mapOf(having({ '@type': typed(type), label: line, ...shape }, needed), entriesMax)
  return (value, path) => {
    const all = read(value, path)
    for (const key of all.keys()) id(key, `${path}/${key}`)
    return all
  }
}

const components = listOf(having({ kind: line, value: line, phonetic: line }, ['kind', 'value']), componentsMax)

const shape: Readonly<Record<string, Reader<unknown>>> = {
  '@type': typed('Card'),
  version: oneOf(['1.0']),
  uid: text(1_000),
  kind: oneOf(cardKinds),
  language: text(100),
  prodId: line,
  created: utcDate,
  updated: utcDate,
  members: setOf(text(1_000), entriesMax),
  keywords: setOf(line, entriesMax),
  name: having({
    '@type': typed('Name'), full: line, components, phoneticSystem: line, phoneticScript: line, defaultSeparator: line, sortAs: mapOf(line, componentsMax),
  }),
  nicknames: entries('Nickname', { name: line }, ['name']),
  organizations: entries('Organization', { name: line, sortAs: line, units: listOf(having({ name: line, sortAs: line }, ['name']), componentsMax) }),
  titles: entries('Title', { name: line, kind: line }, ['name']),
  emails: entries('EmailAddress', { address: line }, ['address']),
  phones: entries('Phone', { number: line }, ['number']),
  onlineServices: entries('OnlineService', { service: line, uri: line, user: line }),
  addresses: entries('Address', { components, full: line, countryCode: text(2), coordinates: line, timeZone: line }),
  notes: entries('Note', { note: text(65_536) }, ['note']),
  anniversaries: entries('Anniversary', { kind: line, date: object }, ['kind', 'date']),
  links: entries('Link', { uri: line, kind: line }, ['uri']),
  media: entries('Media', { uri: text(200_000), kind: line, mediaType: line }, ['kind', 'uri']),
  relatedTo: mapOf(object, entriesMax),
  localizations: mapOf(object, componentsMax),
  speakToAs: object,
}

/** The same value, or a `BadValue` thrown by what is wrong with it. */
export const readCardProperty = (name: string, value: JsonValue): void => void (shape[name] ?? any)(value, name)

export interface BadCard {
  readonly properties: readonly string[]
  readonly description: string
}

/** What is wrong with a card; undefined where nothing is. */
export const cardProblem = (card: JsonObject): BadCard | undefined => {
  const properties: string[] = []
  let description = ''
  for (const [name, value] of Object.entries(card)) {
    try {
      readCardProperty(name, value)
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      if (description === '') description = error.message
      properties.push(name)
    }
  }
  return properties.length === 0 ? undefined : { properties, description }
}

const objectsOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.values(value as JsonObject).flatMap((one) => (typeof one === 'object' && one !== null && !Array.isArray(one) ? [one as JsonObject] : []))
    : []

/** Texts of a property's entries. */
export const textsOf = (card: JsonObject, property: string, names: readonly string[]): readonly string[] =>
  objectsOf(card[property]).flatMap((entry) => names.flatMap((name) => {
    const value = entry[name]
    return typeof value === 'string' ? [value] : []
  }))

export interface NamePart {
  readonly kind: string
  readonly value: string
  /** How it is read: furigana. */
  readonly phonetic: string | null
}

export const namePartsOf = (card: JsonObject): readonly NamePart[] => {
  const name = card['name']
  const list = typeof name === 'object' && name !== null && !Array.isArray(name) ? (name as JsonObject)['components'] : undefined
  if (!Array.isArray(list)) return []
  return (list as readonly JsonValue[]).flatMap((part) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return []
    const { kind, value, phonetic } = part as JsonObject
    return typeof kind === 'string' && typeof value === 'string' ? [{ kind, value, phonetic: typeof phonetic === 'string' ? phonetic : null }] : []
  })
}

export const fullNameOf = (card: JsonObject): string => {
  const name = card['name']
  const full = typeof name === 'object' && name !== null && !Array.isArray(name) ? (name as JsonObject)['full'] : undefined
  return typeof full === 'string' ? full : ''
}
