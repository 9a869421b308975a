/**
 * The client of the operator's resolvers: cache first, equal questions asked once, aliases followed, everything bounded.
 * It never validates: the resolver does and says so by AD.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { DnsAnswer, DnsRecords, DnsType } from '@bulkhead/door/contracts/scout.ts'
import { readAnswer } from './answer.ts'
import { answerCache } from './answer-cache.ts'
import { canonicalName } from './canonical-name.ts'
import type { Dns } from './dns.ts'
import { aliasesMax, patience, scoutCache, underWayMax, type CacheLimits, type Patience } from './limits.ts'
import type { DnsServer } from './server.ts'
import { askServers } from './servers.ts'

export interface ResolverTerms {
  /** None: every question is `away` at once. */
  readonly servers: readonly DnsServer[]
  readonly clock: Clock
  readonly meter: Meter
  readonly patience?: Patience
  readonly cache?: CacheLimits
}

const away = { is: 'away' } as const

export interface Resolver extends Dns {
  /** Past the cache, which it fills. */
  readonly fresh: Dns
}

export const resolver = (terms: ResolverTerms): Resolver => {
  const { servers, clock, meter } = terms
  const cache = answerCache(terms.cache ?? scoutCache, clock)
  const ask = askServers({ servers, patience: terms.patience ?? patience, clock, meter })
  const underWay = new Map<string, Promise<DnsAnswer<DnsRecords[DnsType]>>>()

  const resolve = async <T extends DnsType>(asked: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> => {
    let name = asked
    let secure = true
    let ttlSeconds = Number.POSITIVE_INFINITY
    for (let aliases = 0; aliases <= aliasesMax;) {
      const said = await ask(name, type)
      if (said === undefined) return away
      const read = readAnswer(said, name, type)
      if (read.is === 'answer') {
        if (read.answer.is === 'away') return away
        return { ...read.answer, secure: read.answer.secure && secure, ttlSeconds: Math.min(read.answer.ttlSeconds, ttlSeconds) }
      }
      aliases += read.aliases
      name = read.name
      secure &&= read.secure
      ttlSeconds = Math.min(ttlSeconds, read.ttlSeconds)
    }
    return away
  }

  const resolved = async <T extends DnsType>(name: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> => {
    const answer = await resolve(name, type)
    cache.set(name, type, answer)
    meter.count('dns_answers_total', 1, { is: answer.is })
    meter.gauge('dns_cache_entries', cache.size)
    return answer
  }

  const queryWith = (cached: boolean): Dns => ({
    async query<T extends DnsType>(text: string, type: T): Promise<DnsAnswer<DnsRecords[T]>> {
      if (servers.length === 0) return away
      const name = canonicalName(text)
      if (name === undefined) return { is: 'noSuchName', secure: false, ttlSeconds: 0 }
      const kept = cached ? cache.get(name, type) : undefined
      if (kept !== undefined) {
        meter.count('dns_cache_hits_total')
        return kept
      }
      const key = `${type} ${name}`
      const asked = underWay.get(key)
      if (asked !== undefined) return (await asked) as DnsAnswer<DnsRecords[T]>
      if (underWay.size >= underWayMax) {
        meter.count('dns_over_budget_total')
        return away
      }
      const asking = resolved(name, type).finally(() => underWay.delete(key))
      underWay.set(key, asking)
      return asking
    },
  })
  return { ...queryWith(true), fresh: queryWith(false) }
}
