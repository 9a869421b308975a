import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { answer, type Method } from '../method.ts'
import { objectState } from '../objects/object-types.ts'
import { booksOf } from './address-books.ts'

const properties = ['id', 'name', 'description', 'sortOrder', 'isDefault', 'isSubscribed', 'shareWith', 'myRights'] as const

/** `AddressBook/get` (RFC 9610 section 2.1). */
export const addressBookGet: Method = {
  name: 'AddressBook/get',
  capability: capabilities.contacts,
  async run(args, { account, limits }) {
    const asked = getArguments(args, limits, { properties })
    const books = booksOf(account.state().own)
    const ids = asked.ids ?? [...books.keys()]
    const list = ids.flatMap((id) => {
      const book = books.get(id)
      return book === undefined ? [] : [picked(book, asked.properties)]
    })
    return answer(getAnswer(asked.accountId, objectState(account), list, ids.filter((id) => !books.has(id))))
  },
}
