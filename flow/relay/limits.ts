/** The courier's limits and patience. RFC 5321 section 4.5.3.2 allows minutes more; a retry costs less than a slot. */
export const patience = {
  connectMs: 30_000,
  greetingMs: 60_000,
  commandMs: 60_000,
  /** Between two writes of content that the peer takes. */
  contentMs: 120_000,
  /** After the final dot: the peer may be scanning, and a message given up here may arrive twice. */
  finalMs: 300_000,
  tlsMs: 30_000,
  goodbyeMs: 5_000,
} as const

export type Patience = { readonly [K in keyof typeof patience]: number }

/** RFC 5321 section 4.5.3.1.8: the least every server must take. */
export const recipientsPerTransactionMax = 100
/** Mail exchangers tried in one attempt, and addresses of all of them together. */
export const exchangersMax = 5
export const addressesMax = 8
/** RFC 8305 section 5: the next address is tried beside one that keeps silent. */
export const nextAddressAfterMs = 250
/** Hosts of which is remembered which family of addresses answered. */
export const familiesHeldMax = 10_000
/** For all of a destination's hosts and addresses together. */
export const reachMaxMs = 240_000
/** Bytes of content handed to the socket at a time. */
export const contentChunkBytes = 65_536

export const deliveriesAtOnceMax = 50
export const deliveriesPerDestinationMax = 10
/** Messages sent over one connection before it is closed, as many servers count. */
export const messagesPerConnectionMax = 100
export const attemptMaxMs = 480_000
/** A courier renews the leases of what it holds; what it held when it died is due again after this. */
export const leasing = { leaseMs: 60_000, renewEveryMs: 15_000 } as const
/** A destination that could not be reached is not tried for the messages behind within this time. */
export const unreachableForMs = 30_000
export const unreachableHeldMax = 1_000
/** How long a stop waits for attempts under way, and then for those it broke off to be settled. */
export const stopGraceMs = 3_000
export const brokenOffGraceMs = 1_000
