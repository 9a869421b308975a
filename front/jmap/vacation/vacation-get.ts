/** `VacationResponse/get` (RFC 8621 section 8.1). */
import { vacationId, vacationOf } from '@bulkhead/mail/rules/own-rules.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'
import { vacationJson, vacationProperties } from './vacation-json.ts'

export const vacationGet: Method = {
  name: 'VacationResponse/get',
  capability: capabilities.vacationResponse,
  async run(args, { account, limits }) {
    const { accountId, ids, properties } = getArguments(args, limits, { properties: vacationProperties })
    const state = await account.refresh()
    const list = ids === null || ids.includes(vacationId) ? [picked(vacationJson(vacationOf(state)), properties)] : []
    return answer(getAnswer(accountId, stateText(state.own.seq), list, (ids ?? []).filter((id) => id !== vacationId)))
  },
}
