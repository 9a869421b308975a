import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { holds } from '@bulkhead/wire/jmap/filter.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { queryAnswer, queryArguments, windowStart } from '@bulkhead/wire/jmap/query.ts'
import { optional, oneOf, shaped, text, type Read } from '@bulkhead/wire/jmap/readers.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { quotasOf, type Quota } from './quotas.ts'

const condition = {
  name: optional(text(), null),
  scope: optional(oneOf(['account', 'domain', 'global']), null),
  resourceType: optional(oneOf(['count', 'octets']), null),
  type: optional(text(), null),
}
const readCondition = shaped(condition)

const meets = (quota: Quota, { name, scope, resourceType, type }: Read<typeof condition>): boolean =>
  (name === null || quota.name.toLowerCase().includes(name.toLowerCase())) &&
  (scope === null || scope === 'account') &&
  (resourceType === null || quota.resourceType === resourceType) &&
  (type === null || type === 'Email')

export const quotaQueryKind = { condition: (given: JsonObject, path: string) => readCondition(given, path), sort: ['name', 'used'] } as const

/** `Quota/query` (RFC 9425 section 4.4). */
export const quotaQuery: Method = {
  name: 'Quota/query',
  capability: capabilities.quota,
  async run(args, { account }) {
    const asked = queryArguments(args, quotaQueryKind)
    const queryState = stateText(account.state().own.seq)
    const found = (await quotasOf(account)).filter((quota) => holds(asked.filter, (one) => meets(quota, one)))
    for (const { property, isAscending } of asked.sort.toReversed()) {
      found.sort((one, other) => (one[property] < other[property] ? -1 : one[property] > other[property] ? 1 : 0) * (isAscending ? 1 : -1))
    }
    const ids = found.map(({ id }) => id)
    const position = windowStart(asked, ids.length, (id) => ids.indexOf(id))
    return answer(queryAnswer(asked, {
      queryState,
      canCalculateChanges: false,
      position,
      ids: ids.slice(position, position + asked.limit),
      total: ids.length,
    }))
  },
}
