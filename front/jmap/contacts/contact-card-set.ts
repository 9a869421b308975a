import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { setArguments } from '@bulkhead/wire/jmap/set.ts'
import type { Method } from '../method.ts'
import { setObjects } from '../objects/object-types.ts'
import { booksOf, defaultBookOf } from './address-books.ts'
import { cardType } from './cards.ts'

/** `ContactCard/set` (RFC 9610 section 3.5). */
export const contactCardSet: Method = {
  name: 'ContactCard/set',
  capability: capabilities.contacts,
  async run(args, context) {
    const asked = setArguments(args, context.limits)
    const state = context.account.state().own
    const books = booksOf(state)
    return setObjects(cardType({ clock: context.clock, book: defaultBookOf(state), isBook: (id) => books.has(id) }), asked, context)
  },
}
