/** `SieveScript/get` (RFC 9661 section 2.3). */
import { scriptsOf } from '@bulkhead/mail/rules/own-rules.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { scriptJson, scriptProperties } from './script-json.ts'

export const scriptGet: Method = {
  name: 'SieveScript/get',
  capability: capabilities.sieve,
  async run(args, { account, limits }) {
    const { accountId, ids, properties } = getArguments(args, limits, { properties: scriptProperties })
    const state = await account.refresh()
    const scripts = new Map(scriptsOf(state).map((script) => [script.id, script]))
    const found = (ids ?? [...scripts.keys()]).flatMap((id) => scripts.get(id) ?? [])
    const list = found.map((script) => picked(scriptJson(state, script), properties))
    return answer(getAnswer(accountId, stateText(state.own.seq), list, (ids ?? []).filter((id) => !scripts.has(id))))
  },
}
