import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { MethodFailure } from '@bulkhead/wire/jmap/errors.ts'
import { getAnswer, getArguments, picked } from '@bulkhead/wire/jmap/get.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { answer, type Method } from '../method.ts'
import { jsonOf, objectState } from '../objects/object-types.ts'

/** `ContactCard/get` (RFC 9610 section 3.1). */
export const contactCardGet: Method = {
  name: 'ContactCard/get',
  capability: capabilities.contacts,
  async run(args, { account, limits }) {
    const asked = getArguments(args, limits, { properties: null })
    const cards = account.state().own.objects('contact')
    if (asked.ids === null && cards.size > limits.maxObjectsInGet) throw new MethodFailure('requestTooLarge', 'ask for cards by id')
    const ids = asked.ids ?? [...cards.all()].map(({ id }) => id)
    const wantsAll = args['properties'] === undefined || args['properties'] === null
    const list: JsonObject[] = []
    const notFound: string[] = []
    for (const id of ids) {
      const stored = cards.get(id)
      if (stored === undefined) notFound.push(id)
      else list.push(wantsAll ? { id, ...jsonOf(stored) } : picked({ id, ...jsonOf(stored) }, asked.properties))
    }
    return answer(getAnswer(asked.accountId, objectState(account), list, notFound))
  },
}
