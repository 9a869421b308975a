/** Limits that a store and its callers agree on. */

/** Events that `load` gives at most; the rest comes by `eventsAfter`. */
export const eventsPerLoadMax = 5_000
/** Messages in one question for indexes or bodies. */
export const messageIndexesMax = 1_000
