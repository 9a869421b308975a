/** `SieveScript/query` (RFC 9661 section 2.5). */
import { scriptsOf, type Script } from '@bulkhead/mail/rules/own-rules.ts'
import { casemapKey } from '@bulkhead/wire/text/casemap.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { holds } from '@bulkhead/wire/jmap/filter.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { queryAnswer, queryArguments, windowStart } from '@bulkhead/wire/jmap/query.ts'
import { boolean, optional, readArguments, text } from '@bulkhead/wire/jmap/readers.ts'
import { stateText } from '@bulkhead/wire/jmap/state.ts'
import { answer, type Method } from '../method.ts'

interface Condition {
  readonly name: string | undefined
  readonly isActive: boolean | undefined
}

const nameCharsMax = 512

const conditionOf = (condition: JsonObject): Condition =>
  readArguments(condition, { name: optional(text(nameCharsMax), undefined), isActive: optional(boolean, undefined) })

const meets = ({ name, isActive }: Script) => (condition: Condition): boolean =>
  (condition.name === undefined || casemapKey(name).includes(casemapKey(condition.name))) &&
  (condition.isActive === undefined || condition.isActive === isActive)

const orders: Readonly<Record<'name' | 'isActive', (one: Script, other: Script) => number>> = {
  name: (one, other) => (casemapKey(one.name) < casemapKey(other.name) ? -1 : Number(casemapKey(one.name) !== casemapKey(other.name))),
  isActive: (one, other) => Number(one.isActive) - Number(other.isActive),
}

export const scriptQuery: Method = {
  name: 'SieveScript/query',
  capability: capabilities.sieve,
  async run(args, { account }) {
    const asked = queryArguments(args, { condition: conditionOf, sort: ['name', 'isActive'] })
    const state = await account.refresh()
    const found = scriptsOf(state).filter((script) => holds(asked.filter, meets(script))).toSorted((one, other) => {
      for (const { property, isAscending } of asked.sort) {
        const order = orders[property](one, other)
        if (order !== 0) return isAscending ? order : -order
      }
      return 0
    })
    const position = windowStart(asked, found.length, (id) => found.findIndex((script) => script.id === id))
    const ids = found.slice(position, position + asked.limit).map(({ id }) => id)
    return answer(queryAnswer(asked, { queryState: stateText(state.own.seq), canCalculateChanges: false, position, ids, total: found.length }))
  },
}
