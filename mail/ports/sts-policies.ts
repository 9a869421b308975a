/** MTA-STS policies that were fetched (RFC 8461), kept so that a restart does not forget what a domain enforces. */

export interface StsPolicy {
  readonly mode: 'enforce' | 'testing' | 'none'
  /** Host names and `*.` patterns, lower case. */
  readonly mx: readonly string[]
  readonly maxAgeSeconds: number
}

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
