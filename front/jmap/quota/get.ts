import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { quotaJson, quotaProperties, quotasOf } from './quotas.ts'

/** `Quota/get` (RFC 9425 section 4.2). */
export const quotaGet: Method = {
  name: 'Quota/get',
  capability: capabilities.quota,
  async run(args, { account, limits }) {
    const { accountId, ids, properties } = getArguments(args, limits, { properties: quotaProperties })
    // The state first: a change that comes between them is told once more, never missed.
    const state = stateText(account.state().own.seq)
    const all = await quotasOf(account)
    const list = all.filter(({ id }) => ids === null || ids.includes(id))
    const notFound = ids?.filter((id) => !all.some((quota) => quota.id === id)) ?? []
    return answer(getAnswer(accountId, state, list.map((quota) => picked(quotaJson(quota), properties)), notFound))
  },
}
