/**
 * The mailroom's doors. `gate`: the first frame of a connection is a `Preface`; the mailroom never answers it with a
 * frame: from then on both sides pipe the client's own protocol, the mailroom's first bytes being the reply to the login
 * command. `intake`: frames of `WakeVerbs`.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Base64 } from './vault.ts'
import type { MailProtocol } from './warden.ts'

export interface Preface {
  readonly protocol: MailProtocol
  /** From the warden, sealed to this mailroom, good once and for ten seconds. */
  readonly pass: Base64
  /** IMAP: the tag of LOGIN or AUTHENTICATE, for the mailroom's tagged answer. Else empty. */
  readonly tag: string
  /** Submission: what the client said in EHLO. Else empty. */
  readonly helo: string
  readonly peer: string
  readonly tls: boolean
}

/** What a pass holds once the mailroom has opened it. JSON, HPKE-sealed to the mailroom's key with info `bulkhead pass`. */
export interface Pass {
  readonly id: string
  readonly account: AccountHandle
  /** Raw X25519 private key. */
  readonly privateKey: Base64
  /** Blind index of the login's address: the mailroom's proof of which address logged in. */
  readonly loginIndex: Base64
  /** The login as a canonical address, for replies and trace headers of this person's own session. */
  readonly login: string
  readonly protocol: MailProtocol
  readonly expiresAtMs: number
}

export type WakeVerbs = {
  /** A hint that these accounts' journals grew. Coalesced by the sender, at most ten a second. */
  readonly wake: {
    readonly ask: { readonly accounts: readonly AccountHandle[] }
    readonly answer: Record<never, never>
    readonly refusal: never
  }
}
