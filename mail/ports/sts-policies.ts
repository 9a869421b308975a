/** MTA-STS policies that were fetched (RFC 8461), kept so that a restart does not forget what a domain enforces. */

export interface KeptStsPolicy {
  readonly domain: string
  /** Of the TXT record it was fetched under. */
  readonly id: string
  /** The policy's lines. */
  readonly text: string
  readonly fetchedAtMs: number
  /** When its `max_age` is over. */
  readonly endsAtMs: number
}

export interface StsPolicies {
  /** Undefined where none is kept that still lasts. */
  find(domain: string): Promise<KeptStsPolicy | undefined>
  /** In place of an older one. Beyond a limit those that end soonest go. */
  keep(kept: KeptStsPolicy): Promise<void>
}
