/** The scout's door: what each verb does. A caller that asks too much at once is refused, so that the others are heard. */
import { oneOf, textOf } from '@bulkhead/door/ask.ts'
import { dnsTypes, type ScoutCaller, type ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import { answered, refused, type Handlers } from '@bulkhead/door/verbs.ts'
import type { Dns } from './dns.ts'

/** Questions of one caller under way; all callers' together are bounded by the resolver. */
export const questionsPerCallerMax = 512
/** Of a name as text, escapes and letters of the world included. */
const nameCharsMax = 1_024

export const scoutHandlers = (dns: Dns): Handlers<ScoutVerbs, ScoutCaller> => {
  const underWay = new Map<ScoutCaller, number>()
  return {
    async query(ask, caller) {
      const name = textOf(ask, 'name', nameCharsMax)
      const type = oneOf(ask, 'type', dnsTypes)
      const before = underWay.get(caller) ?? 0
      if (before >= questionsPerCallerMax) return refused('overBudget')
      underWay.set(caller, before + 1)
      try {
        return answered({ answer: await dns.query(name, type) })
      } finally {
        underWay.set(caller, (underWay.get(caller) ?? 1) - 1)
      }
    },
  }
}
