import type { ObjectChange } from '@bulkhead/mail/journal/objects.ts'
import type { FoldedAccount } from '@bulkhead/mail/journal/fold.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { boolean, idOrCreation, optional, orNull } from '@bulkhead/wire/jmap/readers.ts'
import { resolvedId, setArguments } from '@bulkhead/wire/jmap/set.ts'
import type { Method } from '../method.ts'
import { jsonOf, setObjects } from '../objects/object-types.ts'
import { addressBookType, booksOf, defaultBookOf } from './address-books.ts'
import { bookIdsOf } from './cards.ts'

const value = (json: JsonObject): Buffer => Buffer.from(JSON.stringify(json), 'utf8')

/** Cards of books that go: those that are in no other go too, the others leave them. */
const contentsOf = (state: FoldedAccount, books: ReadonlySet<string>): readonly ObjectChange[] => {
  const changes: ObjectChange[] = []
  for (const stored of state.objects('contact').all()) {
    const card = jsonOf(stored)
    const ids = bookIdsOf(card)
    const left = ids.filter((id) => !books.has(id))
    if (left.length === ids.length) continue
    const next = left.length === 0 ? null : value({ ...card, addressBookIds: Object.fromEntries(left.map((id) => [id, true])) })
    changes.push({ kind: 'contact', id: stored.id, value: next })
  }
  return changes
}

/** The book is the one that new cards go to from now on. */
const chosenAs = (state: FoldedAccount, chosen: string): readonly ObjectChange[] => {
  const before = defaultBookOf(state)
  if (before === chosen || !booksOf(state).has(chosen)) return []
  return [before, chosen].flatMap((id): readonly ObjectChange[] => {
    const { id: _id, isDefault: _was, shareWith: _with, myRights: _rights, ...book } = booksOf(state).get(id) ?? {}
    return [{ kind: 'addressBook', id, value: value(id === chosen ? { ...book, isDefault: true } : book) }]
  })
}

/** `AddressBook/set` (RFC 9610 section 2.3). */
export const addressBookSet: Method = {
  name: 'AddressBook/set',
  capability: capabilities.contacts,
  async run(args, context) {
    const asked = setArguments(args, context.limits, { onDestroyRemoveContents: optional(boolean, false), onSuccessSetIsDefault: orNull(idOrCreation) })
    const { onDestroyRemoveContents: removes, onSuccessSetIsDefault: chosen } = asked.more
    const { account, createdIds } = context
    const cardsIn = (id: string): boolean => [...account.state().own.objects('contact').all()].some((one) => bookIdsOf(jsonOf(one)).includes(id))
    const done = await setObjects(addressBookType((id) => !removes && cardsIn(id)), asked, context, (destroyed) =>
      destroyed.size > 0 && removes ? contentsOf(account.state().own, destroyed) : [])
    const allDone = done.is === 'answer' && done.args['notCreated'] === null && done.args['notUpdated'] === null && done.args['notDestroyed'] === null
    const id = chosen === null || !allDone ? undefined : resolvedId(chosen, createdIds)
    const changes = id === undefined ? [] : chosenAs(account.state().own, id)
    if (changes.length > 0) await account.setObjects(changes)
    return done
  },
}
