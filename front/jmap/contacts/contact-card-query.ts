import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { holds } from '@bulkhead/wire/jmap/filter.ts'
import { queryAnswer, queryArguments, windowStart } from '@bulkhead/wire/jmap/query.ts'
import { answer, type Method } from '../method.ts'
import { jsonOf, objectState } from '../objects/object-types.ts'
import { cardCondition, cardsInOrder, cardSorts } from './card-filter.ts'

/** `ContactCard/query` (RFC 9610 section 3.3). */
export const contactCardQuery: Method = {
  name: 'ContactCard/query',
  capability: capabilities.contacts,
  async run(args, { account }) {
    const asked = queryArguments(args, { condition: cardCondition, sort: cardSorts })
    const all = [...account.state().own.objects('contact').all()].map((stored) => ({ id: stored.id, card: jsonOf(stored) }))
    const found = cardsInOrder(all.filter(({ card }) => holds(asked.filter, (condition) => condition(card))), asked.sort).map(({ id }) => id)
    const position = windowStart(asked, found.length, (id) => found.indexOf(id))
    return answer(queryAnswer(asked, {
      queryState: objectState(account), canCalculateChanges: false, position, ids: found.slice(position, position + asked.limit), total: found.length,
    }))
  },
}
