/** First attempts of strangers: what is kept are keyed hashes and times, so that nobody learns from it who writes to whom. */
export interface GreylistTimes {
  readonly waitMs: number
  readonly retryMs: number
  readonly passMs: number
}

export interface Greylist {
  /** Whether this sender, recipient and network (`triplet`) may pass now; a network (`peer`) that has often passed always may. */
  passes(triplet: Uint8Array, peer: Uint8Array, times: GreylistTimes): Promise<boolean>
}
