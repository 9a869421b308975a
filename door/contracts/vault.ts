/**
 * The vault's door. This is the whole list: no verb lists, exports or works on several accounts.
 * `Base64` fields are standard base64. Callers and what each may ask are in `vault/rights.ts`.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'

export type Base64 = string

export type VaultVerbs = {
  /** Keyed blind index (32 bytes) of a canonical address. Never reveals whether anybody has it. */
  readonly index: {
    readonly ask: { readonly address: string }
    readonly answer: { readonly index: Base64 }
    readonly refusal: 'overBudget'
  }
  /**
   * Makes an account's key (`account: null`) or adds to one that exists, and seals what is given under it: a
   * credential (`verifier` 32 bytes, `innerWrap` at most 256 bytes) and/or an address.
   */
  readonly enrol: {
    readonly ask: {
      readonly account: AccountHandle | null
      readonly set: string
      readonly credential: { readonly verifier: Base64; readonly innerWrap: Base64 } | null
      readonly address: string | null
    }
    readonly answer: {
      readonly account: AccountHandle
      readonly credential: Base64 | null
      readonly address: { readonly index: Base64; readonly sealed: Base64 } | null
    }
    readonly refusal: 'overBudget' | 'noSuchAccount'
  }
  /**
   * Opens one credential row of an account whose epochs are current, if `verifier` is the one inside it. Unknown
   * account, destroyed account, foreign row and wrong verifier are one refusal. `proof` opens a stale row once, after
   * `rotate` with `permit` recorded that the person was identified by other means.
   */
  readonly unwrap: {
    readonly ask: { readonly account: AccountHandle; readonly credential: Base64; readonly verifier: Base64; readonly proof: boolean }
    readonly answer: { readonly innerWrap: Base64 }
    readonly refusal: 'overBudget' | 'wrong' | 'stale'
  }
  /**
   * `rekey`: a new account key; every sealed thing of this account given is sealed anew. The old key stays beside it, so
   * that a crash before the answer is stored loses nobody's mail, until `settle` destroys it. Both may be repeated.
   * `permit`: one stale unwrap with proof is allowed within the next hour.
   */
  readonly rotate: {
    readonly ask: {
      readonly account: AccountHandle
      readonly step: 'rekey' | 'settle' | 'permit'
      readonly credentials: readonly Base64[]
      readonly addresses: readonly Base64[]
    }
    readonly answer: { readonly credentials: readonly Base64[]; readonly addresses: readonly Base64[] }
    readonly refusal: 'overBudget' | 'noSuchAccount' | 'foreign'
  }
  /** Crypto-shredding: the account's key is gone, in every backup of everything it sealed. Idempotent. */
  readonly destroy: {
    readonly ask: { readonly account: AccountHandle }
    readonly answer: { readonly destroyed: true }
    readonly refusal: 'overBudget'
  }
  /** Every credential of an account, of a set (a brand), or of the whole cell dies at once: one write. */
  readonly raiseEpoch: {
    readonly ask: { readonly scope: 'account' | 'set' | 'cell'; readonly of: string }
    readonly answer: { readonly epoch: number }
    readonly refusal: 'overBudget' | 'noSuchAccount'
  }
  /** Shows one address to a person or a sender of notices, under a budget, and says so to `watch`. */
  readonly openAddress: {
    readonly ask: { readonly account: AccountHandle; readonly sealed: Base64; readonly reason: string }
    readonly answer: { readonly address: string }
    readonly refusal: 'overBudget' | 'noSuchAccount' | 'foreign'
  }
}

export const vaultCallers = ['warden', 'intake', 'mailroom', 'desk'] as const
export type VaultCaller = (typeof vaultCallers)[number]
