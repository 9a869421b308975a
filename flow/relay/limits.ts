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

/** Messages claimed at once; they wait in memory without their content. Urgent ones may be more. */
export const heldMax = 1_000
export const urgentHeldMax = 100
/** Of one way at least so many are held, so that a connection that opens has work. */
export const heldPerWayMin = 4
/** Domains looked at in one round of claims: as many as there are free hands, within these. */
export const domainsPerRoundMin = 20
export const domainsPerRoundMax = 500
/** Contents in memory, together; a larger one goes alone. */
export const contentBytesMax = 67_108_864
/** Connections that are open, and those that are being opened; of the latter to destinations that failed when last tried. */
export const sessionsMax = 300
export const dialsAtOnceMax = 500
export const hopelessDialsAtOnceMax = 200
/** A connection waits so long for the next message before it is closed. */
export const lingerMs = 2_000
export const waysHeldMax = 20_000
export const waysFoundAtOnceMax = 100
export const wayForMs = 60_000
export const wayMissingForMs = 30_000
/** What a domain asks of TLS is part of its way: an old one must not outlive a change for long. */
export const wayOldForMs = 300_000
export const peersHeldMax = 10_000
/** Messages sent over one connection before it is closed, as many servers count. */
export const messagesPerConnectionMax = 100
export const attemptMaxMs = 480_000
/** A courier renews the leases of what it holds; what it held when it died is due again after this. */
export const leasing = { leaseMs: 60_000, renewEveryMs: 15_000 } as const
/** A destination that could not be reached is not tried for the messages behind within this time, doubled each time. */
export const unreachableForMs = 30_000
export const unreachableForMaxMs = 300_000
export const unreachableHeldMax = 10_000
/** What was given up can be queued again for a day; how often the older is removed. */
export const bouncedKeptMs = 86_400_000
export const forgetEveryMs = 600_000
/** How long a stop waits for attempts under way, and then for those it broke off to be settled. */
export const stopGraceMs = 3_000
export const brokenOffGraceMs = 1_000
