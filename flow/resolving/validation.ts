/**
 * Whether the resolvers validate: asked for a name that is signed, they must set AD. Where they don't nothing is secure,
 * and so there is no DANE.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { canonicalName } from './canonical-name.ts'
import { patience as usual, type Patience } from './limits.ts'
import type { DnsServer } from './server.ts'
import { askServers } from './servers.ts'

/** `away`: none answered. */
export type Validation = 'validates' | 'doesNotValidate' | 'away'

export interface ValidationTerms {
  readonly servers: readonly DnsServer[]
  readonly clock: Clock
  readonly meter: Meter
  readonly patience?: Patience
}

/** Asks each server for the SOA of `probe` ('' is the root), past any cache: the worst that one says is what holds. */
export const validationOf = async ({ servers, clock, meter, patience = usual }: ValidationTerms, probe: string): Promise<Validation> => {
  const name = canonicalName(probe)
  if (name === undefined) return 'doesNotValidate'
  const said = await Promise.all(servers.map((server) => askServers({ servers: [server], patience, clock, meter })(name, 'SOA')))
  const heard = said.filter((one) => one !== undefined)
  if (heard.length === 0) return 'away'
  return heard.every(({ secure }) => secure) ? 'validates' : 'doesNotValidate'
}
