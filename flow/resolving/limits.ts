/** How long and how much the resolver's client asks, and what it keeps. */

export interface Patience {
  /** How long each try by UDP waits, over all servers; their number is the number of tries. */
  readonly waitsMs: readonly number[]
  readonly tcpWaitMs: number
}

/** Ten seconds by UDP: a resolver that walks down from the root past dead servers takes that long (RFC 1536 section 1). */
export const patience: Patience = { waitsMs: [2_000, 3_000, 5_000], tcpWaitMs: 5_000 }

/** Different questions on their way to the servers at once. */
export const underWayMax = 1_024
/** Aliases followed for one question, in one answer or over several. */
export const aliasesMax = 10
/** Packets that are no answer to the question before it is asked by TCP, where nobody can guess. */
export const strangersMax = 8
/** A server that was silent is asked last for so long. */
export const silentForMs = 30_000

export interface CacheLimits {
  readonly entriesMax: number
  /** Estimate of the memory of all entries. */
  readonly bytesMax: number
}
export const scoutCache: CacheLimits = { entriesMax: 50_000, bytesMax: 64 * 1024 ** 2 }
/** In the processes that ask the scout, so that a busy sender's records don't cross the door for each message. */
export const askerCache: CacheLimits = { entriesMax: 5_000, bytesMax: 8 * 1024 ** 2 }

/** Lifetimes are kept within these. RFC 8767 section 4 allows to cap; a floor keeps a hostile zone from being asked endlessly. */
export const lifetimeSeconds = { foundMin: 5, foundMax: 86_400, absentMin: 5, absentMax: 3_600 }
/** RFC 9520 section 3.2: that nobody could say is remembered for a moment too. */
export const awaySeconds = 5
