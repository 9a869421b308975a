/**
 * The vault's door. This is the whole list: no verb lists, exports or works on several accounts or domains.
 * `Base64` fields are standard base64. Callers and what each may ask are in `vault/rights.ts`.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'

export type Base64 = string

/** RFC 8301 section 3.1 and RFC 8463. RSA keys are of 2048 bits. */
export const signerAlgorithms = ['rsa-sha256', 'ed25519-sha256'] as const
export type SignerAlgorithm = (typeof signerAlgorithms)[number]

/** `published`: to be shown in DNS, does not sign yet. `retired`: signs no more, stays in DNS until what it signed has arrived. */
export const signerStates = ['published', 'signing', 'retired'] as const
export type SignerState = (typeof signerStates)[number]

/** Keys of one domain at once, whatever their state. */
export const signersMax = 8
/** Signatures of one `sign`. */
export const signaturesMax = 4
/** What one signature is over: the header fields and the DKIM-Signature field itself, canonical. */
export const signedBytesMax = 65_536

/** A DKIM key of a domain (RFC 6376); its private half never leaves the vault. */
export interface Signer {
  readonly selector: string
  readonly algorithm: SignerAlgorithm
  /** As in the `p=` of the record: SubjectPublicKeyInfo for RSA, the 32 raw bytes for Ed25519 (RFC 8463 section 4). */
  readonly publicKey: Base64
  readonly state: SignerState
  /** When it came into this state, Unix time. */
  readonly sinceMs: number
}

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
  /**
   * Signs with keys of one domain that are `signing` or `retired`. `bytes` is what RFC 6376 section 3.7 hashes for `b=`, at
   * most `signedBytesMax`; the vault hashes (RFC 8463 section 3: Ed25519 over the SHA-256). In the order asked; all or none.
   */
  readonly sign: {
    readonly ask: { readonly domain: string; readonly signatures: readonly { readonly selector: string; readonly bytes: Base64 }[] }
    readonly answer: { readonly signatures: readonly Base64[] }
    readonly refusal: 'overBudget' | 'noSuchKey'
  }
  /** The public halves of a domain's keys; empty where it has none. */
  readonly signers: {
    readonly ask: { readonly domain: string }
    readonly answer: { readonly signers: readonly Signer[] }
    readonly refusal: 'overBudget'
  }
  /** Makes a key, `published`. */
  readonly newSigner: {
    readonly ask: { readonly domain: string; readonly selector: string; readonly algorithm: SignerAlgorithm }
    readonly answer: { readonly signer: Signer }
    readonly refusal: 'overBudget' | 'exists' | 'tooMany'
  }
  /** `published` → `signing` ⇄ `retired`. `destroyed` from anything but `signing`: the private half is in no file then. */
  readonly changeSigner: {
    readonly ask: { readonly domain: string; readonly selector: string; readonly state: 'signing' | 'retired' | 'destroyed' }
    readonly answer: Record<never, never>
    readonly refusal: 'overBudget' | 'noSuchKey' | 'badTransition'
  }
  /** Opens one note of the message trace about `message` (`seal/trace.ts`), under a budget, for a reason, and says so to `watch`. */
  readonly openTrace: {
    readonly ask: { readonly message: string; readonly sealed: Base64; readonly reason: string }
    readonly answer: { readonly text: string }
    readonly refusal: 'overBudget' | 'foreign'
  }
}

export const vaultCallers = ['warden', 'intake', 'mailroom', 'desk'] as const
export type VaultCaller = (typeof vaultCallers)[number]
