/** DNS for a process that asks the scout: a small cache in front of its door. Never rejects. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { DnsAnswer, DnsRecords, DnsType, ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { answerCache } from './answer-cache.ts'
import type { Dns } from './dns.ts'
import { askerCache } from './limits.ts'

export const scoutDns = (door: Door<ScoutVerbs>, clock: Clock): Dns => {
  const cache = answerCache(askerCache, clock)
  return {
    async query<T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> {
      const kept = cache.get(name, type)
      if (kept !== undefined) return kept
      const reply = await door.ask('query', { name, type }).catch(() => undefined)
      if (reply?.is !== 'answered') return { is: 'away' }
      const answer = reply.answer.answer as DnsAnswer<DnsRecords[T]>
      if (answer.is !== 'away') cache.set(name, type, answer)
      return answer
    },
  }
}
