/** MTA-STS policies that were fetched (RFC 8461), kept so that a restart does not forget what a domain enforces. */

import type { StsPolicy } from '@bulkhead/wire/sts/policy.ts'

export interface KeptStsPolicy {
  readonly domain: string
  /** Of the TXT record it was fetched under. */
  readonly id: string
  readonly policy: StsPolicy
  readonly fetchedAtMs: number
}

export interface StsPolicies {
  find(domain: string): Promise<KeptStsPolicy | undefined>
  /** In place of an older one. Beyond a limit those that end soonest go. */
  keep(kept: KeptStsPolicy): Promise<void>
}
