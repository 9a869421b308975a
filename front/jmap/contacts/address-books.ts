/** AddressBook objects (RFC 9610 section 2). One is always there: cards that nobody put elsewhere are in it. */
import { invalidProperties, setError } from '@bulkhead/wire/jmap/errors.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { boolean, optional, orNull, readProperties, text, unsignedInt } from '@bulkhead/wire/jmap/readers.ts'
import type { FoldedAccount } from '@bulkhead/mail/journal/fold.ts'
import { jsonOf, type ObjectType, type Wish } from '../objects/object-types.ts'

export const defaultBook = 'default'

const rights = { mayRead: true, mayWrite: true, mayShare: false, mayDelete: true } as const

const stored = {
  name: text(255),
  description: orNull(text(10_000)),
  sortOrder: optional(unsignedInt, 0),
  isSubscribed: optional(boolean, true),
} as const

const implied: JsonObject = { name: 'Contacts', description: null, sortOrder: 0, isSubscribed: true }

const wish = ({ shareWith, myRights: _rights, isDefault: _isDefault, ...wanted }: JsonObject): Wish => {
  if (shareWith !== undefined && shareWith !== null) return { is: 'error', error: setError('forbidden', 'address books are not shared') }
  const read = readProperties(wanted, stored)
  if (read.is === 'bad') return { is: 'error', error: invalidProperties(read.properties, read.description) }
  if (read.value.name === '') return { is: 'error', error: invalidProperties(['name'], 'a name is wanted') }
  return { is: 'value', value: read.value, told: null }
}

/** Properties that only the server sets: a client may repeat them, not change them. */
const serverSet = (now: JsonObject, wanted: JsonObject): readonly string[] =>
  ['isDefault', 'myRights'].filter((name) => wanted[name] !== undefined && JSON.stringify(wanted[name]) !== JSON.stringify(now[name]))

/** The book that new cards go to. */
export const defaultBookOf = (state: FoldedAccount): string => {
  const chosen = [...state.objects('addressBook').all()].find((one) => jsonOf(one)['isDefault'] === true)
  return chosen?.id ?? defaultBook
}

export const booksOf = (state: FoldedAccount): ReadonlyMap<string, JsonObject> => {
  const books = new Map<string, JsonObject>([[defaultBook, implied]])
  for (const one of state.objects('addressBook').all()) books.set(one.id, jsonOf(one))
  const chosen = defaultBookOf(state)
  return new Map([...books].map(([id, book]) => [id, {
    id, ...book, isDefault: id === chosen, shareWith: null, myRights: id === defaultBook ? { ...rights, mayDelete: false } : rights,
  }]))
}

/** `hasCards`: whether a book has cards that are in no other. */
export const addressBookType = (hasCards: (id: string) => boolean): ObjectType => ({
  kind: 'addressBook',
  letter: 'B',
  create: (wanted) => (serverSet({}, wanted).length > 0 ? { is: 'error', error: invalidProperties(serverSet({}, wanted)) } : wish(wanted)),
  update(now, wanted) {
    const changed = serverSet(now, wanted)
    if (changed.length > 0) return { is: 'error', error: invalidProperties(changed) }
    const made = wish(wanted)
    return made.is === 'value' && now['isDefault'] === true ? { ...made, value: { ...made.value, isDefault: true } } : made
  },
  destroy(id) {
    if (id === defaultBook) return setError('forbidden', 'this address book stays')
    return hasCards(id) ? setError('addressBookHasContents') : undefined
  },
  implied: (id) => (id === defaultBook ? implied : undefined),
})
