/** The warden's door: a SASL conversation for the gate, and passwords for the desk. */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Base64 } from './vault.ts'

export const mailProtocols = ['imap', 'pop3', 'managesieve', 'submission'] as const
export type MailProtocol = (typeof mailProtocols)[number]

/** What a pass is for: one of these, or the web (JMAP). */
export const passProtocols = [...mailProtocols, 'http'] as const
export type PassProtocol = (typeof passProtocols)[number]

/** Why a new password can't be. */
export const passwordFlaws = ['tooShort', 'tooLong', 'controlCharacter', 'ownName', 'common'] as const
export type PasswordFlaw = (typeof passwordFlaws)[number]

/** A device that may sign in again without the password: its id, and what only it and no database knows. */
export interface DeviceSecret {
  readonly device: string
  readonly secret: Base64
}

export type WardenVerbs = {
  /**
   * One whole SASL PLAIN exchange (RFC 4616) or the pair LOGIN gives. `password` is bytes as the client sent them.
   * The answer's `pass` is sealed to the mailroom named: the gate can carry it, not open it. One refusal for unknown
   * login, wrong password, stale credential and sign-in switched off; it takes as long as a right password does.
   */
  readonly authenticate: {
    readonly ask: {
      readonly protocol: PassProtocol
      readonly login: string
      readonly password: Base64
      readonly peer: string
      readonly tls: boolean
    }
    readonly answer: { readonly pass: Base64; readonly mailroom: string }
    readonly refusal: 'wrong' | 'overBudget'
  }
  /**
   * Signing in to the web. `key`: thumbprint (RFC 7638) of the device's key; the pass names it, and the mailroom holds the session to it.
   * `remember`: what the device calls itself; a device credential (W2) is made, and its secret comes back this once.
   */
  readonly signIn: {
    readonly ask: {
      readonly login: string
      readonly password: Base64
      readonly peer: string
      readonly tls: boolean
      readonly key: string
      readonly remember: string | null
    }
    readonly answer: { readonly pass: Base64; readonly mailroom: string; readonly device: DeviceSecret | null }
    readonly refusal: 'wrong' | 'overBudget'
  }
  /** Signing in again by a device credential. It opens nothing without the key it was made with: `key` is part of what is derived. */
  readonly resume: {
    readonly ask: DeviceSecret & { readonly peer: string; readonly tls: boolean; readonly key: string }
    readonly answer: { readonly pass: Base64; readonly mailroom: string }
    readonly refusal: 'wrong' | 'overBudget'
  }
  /**
   * Gate: somebody's own new password, with the one of now. Nothing is stored here: `renewal` is for the mailroom named, which has the session, and
   * stores what is in it. Refuses as `signIn` does, and counts so.
   */
  readonly renewPassword: {
    readonly ask: { readonly login: string; readonly password: Base64; readonly newPassword: Base64; readonly mailroom: string; readonly peer: string; readonly tls: boolean }
    readonly answer: { readonly renewal: Base64 }
    readonly refusal: 'wrong' | 'overBudget' | 'same' | PasswordFlaw
  }
  /**
   * Desk: makes an account with its key pair, its wraps (W1, and W4 where the ISP has escrow) and its first address.
   * The answer is what the directory keeps; nothing in it can be tested without the vault.
   */
  readonly newAccount: {
    readonly ask: { readonly address: string; readonly password: Base64; readonly set: string }
    readonly answer: { readonly account: AccountHandle; readonly publicKey: Base64; readonly credential: CredentialRow; readonly address: SealedAddress; readonly escrow: Base64 | null }
    readonly refusal: 'overBudget' | 'weakPassword'
  }
  /**
   * Desk: a new password for an existing account. With `oldPassword` the private key is re-wrapped (also after an epoch
   * was raised, if `proof` was recorded); without it the key is not reachable and the caller has to use escrow.
   */
  readonly changePassword: {
    readonly ask: { readonly address: string; readonly oldPassword: Base64; readonly newPassword: Base64; readonly proof: boolean }
    readonly answer: Replaced
    readonly refusal: 'wrong' | 'overBudget' | 'weakPassword'
  }
  /**
   * Desk: a new password for an account whose private key the ISP's custodians brought back from W4 (raw 32 bytes).
   * `wrong` where it is not the key of the account that has this address.
   */
  readonly resetPassword: {
    readonly ask: { readonly address: string; readonly privateKey: Base64; readonly newPassword: Base64 }
    readonly answer: Replaced
    readonly refusal: 'wrong' | 'overBudget' | 'weakPassword'
  }
}

export interface Replaced {
  readonly account: AccountHandle
  readonly credential: CredentialRow
  /** Names the row that goes (`seal/credential-digest.ts`): mailrooms let nobody in by it any more. */
  readonly previous: string
}

/** A row of the credential table: salt and parameters in clear, everything testable inside `sealed`. */
export interface CredentialRow {
  readonly salt: Base64
  /** Argon2id: memory KiB, passes, lanes. */
  readonly params: { readonly m: number; readonly t: number; readonly p: number }
  readonly sealed: Base64
}

export interface SealedAddress {
  readonly index: Base64
  readonly sealed: Base64
}

export const wardenCallers = ['gate', 'desk'] as const
export type WardenCaller = (typeof wardenCallers)[number]
