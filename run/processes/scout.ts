/** `scout`: asks the outside on behalf of processes that can't reach it. No database, no files, no keys. */
import type { PolicyFetching } from '@bulkhead/door/contracts/start.ts'
import { usualPort, type Outside } from '@bulkhead/flow/fetching/exchange.ts'
import { isPublicAddress } from '@bulkhead/flow/fetching/public-address.ts'
import { fetchHandlers } from '@bulkhead/flow/fetching/serve.ts'
import { stsFetcher } from '@bulkhead/flow/relay/sts/fetch.ts'
import { trustWith } from '@bulkhead/flow/relay/trust.ts'
import type { Dns } from '@bulkhead/flow/resolving/dns.ts'
import { resolver } from '@bulkhead/flow/resolving/resolver.ts'
import { scoutHandlers, type FetchPolicy } from '@bulkhead/flow/resolving/serve.ts'
import { validationOf } from '@bulkhead/flow/resolving/validation.ts'
import { serveRelays } from '@bulkhead/flow/carrying/relay.ts'
import { scoutCallers } from '@bulkhead/door/contracts/scout.ts'
import { serveDoor } from '@bulkhead/door/server.ts'
import type { Role } from './role.ts'

/** Under the time that whoever knocks waits for an answer. */
const policyMsMax = 10_000

const policyOf = (dns: Dns, { port, authority, localOnly }: PolicyFetching): FetchPolicy => {
  const fetch = stsFetcher({ dns, port, localOnly, timeoutMs: policyMsMax, trust: trustWith(authority) })
  return async (domain) => {
    const fetched = await fetch(domain)
    return fetched.is === 'policy' ? { policy: fetched.policy, problem: '' } : { policy: null, problem: fetched.problem.reason }
  }
}

/** For a person who waits, and under the time that whoever knocks waits for an answer. */
const fetchMsMax = 10_000

const probeEveryMs = 3_600_000

/** Whom it may speak to on a person's behalf, and whose certificates it believes then. */
type Reach = Pick<Outside, 'trust' | 'mayReach' | 'mayUse'>

export const scoutWith = (reach: Reach): Role<'scout'> => async (start, { log, meter, clock, tell }) => {
  const { servers, probe } = start.dns
  const dns = resolver({ servers, clock, meter })
  const doors = scoutCallers.flatMap((caller) => {
    const path = start.serves[caller]
    return path === undefined ? [] : [{ caller, path }]
  })
  const outside: Outside = { ...reach, dns, timeoutMs: fetchMsMax }
  const handlers = { ...scoutHandlers(dns, policyOf(dns.fresh, start.policies), meter), ...fetchHandlers(outside, { clock, meter }) }
  const door = await serveDoor(doors, handlers, log)
  const relays = await serveRelays(start.relays, { log, meter })

  const look = async (): Promise<void> => {
    const validation = await validationOf({ servers, clock, meter }, probe)
    meter.gauge('dns_resolver_validates', validation === 'validates' ? 1 : 0)
    if (validation === 'validates') return
    tell({ kind: validation === 'away' ? 'scout.resolverAway' : 'scout.resolverDoesNotValidate' })
    log.warn(validation === 'away' ? 'resolverAway' : 'resolverDoesNotValidate', {
      probe: probe === '' ? '.' : probe,
      consequence: validation === 'away' ? 'nothing can be asked of DNS' : 'no answer is secure, so there is no DANE',
    })
  }
  if (servers.length > 0) void look()
  const looking = servers.length > 0 ? setInterval(() => void look(), probeEveryMs) : undefined
  return {
    apply() {},
    async [Symbol.asyncDispose]() {
      clearInterval(looking)
      await door[Symbol.asyncDispose]()
      await relays[Symbol.asyncDispose]()
    },
  }
}

export const scout: Role<'scout'> = scoutWith({ trust: trustWith(null), mayReach: isPublicAddress, mayUse: usualPort })
