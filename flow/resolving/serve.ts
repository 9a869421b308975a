/** The scout's door: what each verb does. A caller that asks too much at once is refused, so that the others are heard. */
import type { Meter } from '@bulkhead/base/meter.ts'
import { BadAsk, oneOf, textOf } from '@bulkhead/door/ask.ts'
import { dnsTypes, type ScoutCaller, type ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import { answered, refused, type Handlers } from '@bulkhead/door/verbs.ts'
import type { Dns } from './dns.ts'

/** Questions of one caller under way; all callers' together are bounded by the resolver. */
export const questionsPerCallerMax = 512
/** Of a name as text, escapes and letters of the world included. */
const nameCharsMax = 1_024

export type FetchPolicy = (domain: string) => Promise<ScoutVerbs['policy']['answer']>

type DnsVerbs = Pick<ScoutVerbs, 'query' | 'policy'>

export const scoutHandlers = (dns: Dns & { readonly fresh: Dns }, fetchPolicy: FetchPolicy, meter: Meter): Handlers<DnsVerbs, ScoutCaller> => {
  const underWay = new Map<ScoutCaller, number>()
  const within = async <A>(caller: ScoutCaller, work: () => Promise<A>): Promise<A | undefined> => {
    // A captured asker can carry what it sees away in names: that shows as questions.
    meter.count('scout_questions_total', 1, { caller })
    const before = underWay.get(caller) ?? 0
    if (before >= questionsPerCallerMax) return undefined
    underWay.set(caller, before + 1)
    try {
      return await work()
    } finally {
      underWay.set(caller, (underWay.get(caller) ?? 1) - 1)
    }
  }
  return {
    async query(ask, caller) {
      const name = textOf(ask, 'name', nameCharsMax)
      const type = oneOf(ask, 'type', dnsTypes)
      const answer = await within(caller, () => (ask['fresh'] === true ? dns.fresh : dns).query(name, type))
      return answer === undefined ? refused('overBudget') : answered({ answer })
    },
    async policy(ask, caller) {
      // The courier fetches by itself, and nobody else has any use for it.
      if (caller !== 'desk') throw new BadAsk('policy')
      const domain = textOf(ask, 'domain', nameCharsMax)
      const answer = await within(caller, () => fetchPolicy(domain))
      return answer === undefined ? refused('overBudget') : answered(answer)
    },
  }
}
