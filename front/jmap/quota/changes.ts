import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { changesAnswer, changesArguments } from '@bulkhead/wire/jmap/changes.ts'
import { sinceOf, stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { quotasOf } from './quotas.ts'

/** `Quota/changes` (RFC 9425 section 4.3): whatever happened to the account may have changed how much is used. */
export const quotaChanges: Method = {
  name: 'Quota/changes',
  capability: capabilities.quota,
  async run(args, { account }) {
    const { accountId, sinceState } = changesArguments(args)
    const { seq } = account.state().own
    const since = sinceOf(sinceState, seq)
    const updated = since === seq ? [] : (await quotasOf(account)).map(({ id }) => id)
    const changes = { oldState: sinceState, newState: stateText(seq), hasMoreChanges: false, created: [], updated, destroyed: [] }
    return answer({ ...changesAnswer(accountId, changes), updatedProperties: null })
  },
}
