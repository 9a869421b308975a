/** ContactCard objects (RFC 9610 section 3): a Card with an id and the address books it is in. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import { cardProblem } from '@bulkhead/wire/jmap/contacts/card.ts'
import { invalidProperties } from '@bulkhead/wire/jmap/errors.ts'
import { isJsonObject, type JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { utcDateText } from '@bulkhead/wire/jmap/readers.ts'
import type { ObjectType, Wish } from '../objects/object-types.ts'
import { defaultBook } from './address-books.ts'

const booksPerCardMax = 20

export const bookIdsOf = (card: JsonObject): readonly string[] => {
  const ids = card['addressBookIds']
  return isJsonObject(ids) ? Object.keys(ids) : [defaultBook]
}

const areBooks = (card: JsonObject, isBook: (id: string) => boolean): boolean => {
  const ids = card['addressBookIds']
  if (!isJsonObject(ids)) return false
  const entries = Object.entries(ids)
  return entries.length > 0 && entries.length <= booksPerCardMax && entries.every(([id, given]) => given === true && isBook(id))
}

const checked = (card: JsonObject, isBook: (id: string) => boolean, told: JsonObject | null): Wish => {
  const { addressBookIds: _books, ...rest } = card
  const problem = cardProblem(rest)
  const properties = [...(problem?.properties ?? []), ...(areBooks(card, isBook) ? [] : ['addressBookIds'])]
  if (properties.length > 0) return { is: 'error', error: invalidProperties(properties, problem?.description) }
  return { is: 'value', value: card, told }
}

/** Null removes a property. */
const withoutNulls = (card: JsonObject): JsonObject => Object.fromEntries(Object.entries(card).filter(([, value]) => value !== null))

export interface CardPlace {
  readonly clock: Clock
  /** Where a card goes that names no address book. */
  readonly book: string
  readonly isBook: (id: string) => boolean
}

export const cardType = ({ clock, book, isBook }: CardPlace): ObjectType => ({
  kind: 'contact',
  letter: 'C',
  create(given) {
    const wanted = withoutNulls(given)
    if (Object.hasOwn(wanted, 'id')) return { is: 'error', error: invalidProperties(['id']) }
    const now = utcDateText(clock.now())
    const serverSet: JsonObject = {
      ...(wanted['uid'] === undefined ? { uid: `urn:uuid:${randomUUID()}` } : {}),
      ...(wanted['created'] === undefined ? { created: now } : {}),
      ...(wanted['addressBookIds'] === undefined ? { addressBookIds: { [book]: true } } : {}),
      updated: now,
    }
    return checked({ '@type': 'Card', version: '1.0', ...wanted, ...serverSet }, isBook, serverSet)
  },
  update(now, given) {
    const wanted = withoutNulls(given)
    if (wanted['uid'] !== now['uid']) return { is: 'error', error: invalidProperties(['uid'], 'a card keeps its uid') }
    const updated = utcDateText(clock.now())
    return checked({ ...wanted, updated }, isBook, { updated })
  },
})
