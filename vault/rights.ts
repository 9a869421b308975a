/**
 * Who may ask what, and how fast. A verb without an entry is denied to that caller. The rates are not for comfort: they
 * bound what a captured caller can take before it is noticed.
 */
import type { VaultBudgets } from '@bulkhead/door/contracts/start.ts'
import type { VaultCaller, VaultVerbs } from '@bulkhead/door/contracts/vault.ts'

export type VaultVerb = keyof VaultVerbs

export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

export type Rights = Readonly<Record<VaultCaller, Readonly<Partial<Record<VaultVerb, Rate>>>>>

const anHour = 3_600

/** Public halves; callers remember them for a while. */
const signers: Rate = { perSecond: 500, burst: 1_000 }

export const rightsOf = (budgets: VaultBudgets): Rights => ({
  // One index a recipient: what guesses addresses faster than any real mail arrives is stopped here.
  intake: { index: { perSecond: 8_000, burst: 16_000 }, sign: { perSecond: 1_000, burst: 2_000 }, signers },
  mailroom: { index: { perSecond: 2_000, burst: 4_000 }, sign: { perSecond: 2_000, burst: 4_000 }, signers },
  warden: {
    index: { perSecond: 2_000, burst: 4_000 },
    enrol: { perSecond: 200, burst: 400 },
    unwrap: { perSecond: budgets.unwrapsPerSecond, burst: 2 * budgets.unwrapsPerSecond },
  },
  desk: {
    index: { perSecond: 2_000, burst: 4_000 },
    /** Addresses of accounts that exist; the verb itself refuses the desk anything else. */
    enrol: { perSecond: 200, burst: 400 },
    rotate: { perSecond: 200, burst: 400 },
    raiseEpoch: { perSecond: 50, burst: 200 },
    // Nothing undoes it, so a captured desk must not get through a cell before somebody looks.
    destroy: { perSecond: 1_000 / anHour, burst: 200 },
    openAddress: { perSecond: 50, burst: 200 },
    // One look at a message opens all its notes.
    openTrace: { perSecond: 500, burst: 2_000 },
    signers,
    newSigner: { perSecond: 2, burst: 400 },
    changeSigner: { perSecond: 2, burst: 400 },
  },
})
