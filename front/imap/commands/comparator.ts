import { comparatorPatterns, comparators, comparatorsFor } from '@bulkhead/wire/imap/comparator-grammar.ts'
import { no, ok, string, untagged } from '@bulkhead/wire/imap/response.ts'
import { command, maybe } from '../command.ts'

const patternsAsked = maybe(comparatorPatterns)

/** `COMPARATOR *(SP comp-order-quoted)`. There is one to choose, so that a choice changes nothing. */
export const comparator = command({
  name: 'COMPARATOR',
  rfc: '5255 section 4.7',
  numbers: 'breaks',
  args: [patternsAsked],
  asks: 'nothing',
  decide: (_, [patterns]) =>
    (comparatorsFor(patterns ?? ['default']).length > 0 ? {} : no('BADCOMPARATOR', 'No comparator has such a name')),
  reply: { done: () => [untagged(`COMPARATOR ${string(comparators[0])}`), ok('COMPARATOR completed')] },
})
