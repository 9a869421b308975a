import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { queryChangesArguments } from '@bulkhead/wire/jmap/query.ts'
import { methodError, type Method } from '../method.ts'
import { quotaQueryKind } from './query.ts'

/** `Quota/queryChanges` (RFC 9425 section 4.5): a list of two is asked for again. */
export const quotaQueryChanges: Method = {
  name: 'Quota/queryChanges',
  capability: capabilities.quota,
  async run(args) {
    queryChangesArguments(args, quotaQueryKind)
    return methodError('cannotCalculateChanges')
  },
}
