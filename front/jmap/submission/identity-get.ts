/** `Identity/get` (RFC 8621 section 6.1). The identity of the login comes first. */
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { agreeingIdentities, identityJson, identityProperties } from './identities.ts'

export const identityGet: Method = {
  name: 'Identity/get',
  capability: capabilities.submission,
  async run(args, context) {
    const { accountId, ids, properties } = getArguments(args, context.limits, { properties: identityProperties })
    await context.account.refresh()
    const all = await agreeingIdentities(context)
    const found = (ids ?? [...all.keys()]).flatMap((id) => all.get(id) ?? [])
    const notFound = (ids ?? []).filter((id) => !all.has(id))
    const list = found.map((identity) => picked(identityJson(identity), properties))
    return answer(getAnswer(accountId, stateText(context.account.state().own.seq), list, notFound))
  },
}
