import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { queryChangesArguments } from '@bulkhead/wire/jmap/query.ts'
import { methodError, type Method } from '../method.ts'
import { cardCondition, cardSorts } from './card-filter.ts'

/** `ContactCard/queryChanges` (RFC 9610 section 3.4): a list of contacts is asked for anew, as `canCalculateChanges` says. */
export const contactCardQueryChanges: Method = {
  name: 'ContactCard/queryChanges',
  capability: capabilities.contacts,
  async run(args) {
    queryChangesArguments(args, { condition: cardCondition, sort: cardSorts })
    return methodError('cannotCalculateChanges')
  },
}
