/** `Forwarding/get`, of ours, as RFC 8620 section 5.1 has it. */
import { forwardingOf } from '@bulkhead/mail/rules/own-rules.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { forwardingJmapId, forwardingJson, forwardingProperties } from './forwarding-json.ts'

export const forwardingGet: Method = {
  name: 'Forwarding/get',
  capability: capabilities.webmail,
  async run(args, { account, limits }) {
    const { accountId, ids, properties } = getArguments(args, limits, { properties: forwardingProperties })
    const state = await account.refresh()
    const list = ids === null || ids.includes(forwardingJmapId) ? [picked(forwardingJson(forwardingOf(state)), properties)] : []
    return answer(getAnswer(accountId, stateText(state.own.seq), list, (ids ?? []).filter((id) => id !== forwardingJmapId)))
  },
}
