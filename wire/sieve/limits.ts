/** What a script may ask for. Beyond the first group it is refused when it is read, beyond the second when it runs. */
export interface SieveLimits {
  readonly scriptBytesMax: number
  readonly tokensMax: number
  /** Blocks, tests and their lists within one another. */
  readonly nestingMax: number
  readonly stringsInListMax: number
  readonly mistakesMax: number
  /** Scripts that one includes, and those again; and all of them in octets. */
  readonly includesMax: number
  readonly includedBytesMax: number

  readonly actionsMax: number
  readonly redirectsMax: number
  readonly variablesMax: number
  /** Of one value, in characters (RFC 5229 section 6: at least 4000). */
  readonly variableCharsMax: number
  readonly flagsMax: number
  readonly duplicatesMax: number
  readonly notificationsMax: number
  readonly includesDeepMax: number
  /** Characters looked at while it runs; the body counts each time. */
  readonly costMax: number
}

export const sieveLimits: SieveLimits = {
  scriptBytesMax: 131_072,
  tokensMax: 20_000,
  nestingMax: 15,
  stringsInListMax: 1_000,
  mistakesMax: 20,
  includesMax: 20,
  includedBytesMax: 262_144,
  actionsMax: 32,
  redirectsMax: 5,
  variablesMax: 128,
  variableCharsMax: 4_096,
  flagsMax: 64,
  duplicatesMax: 8,
  notificationsMax: 2,
  includesDeepMax: 8,
  costMax: 20_000_000,
}
