/**
 * The mailroom's doors. `gate`: the first frame of a connection is a `Preface`, and from then on both sides pipe the
 * client's own protocol, the mailroom's first bytes being the reply to the login command. One connection of each gate
 * begins with a `LinePreface` instead and carries frames both ways: on it the mailroom asks to have clients back in the
 * gate, and to be brought parked ones. `intake`: frames of `WakeVerbs`. `mailroom`, the others of the cell: `MailroomVerbs`.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Base64 } from './vault.ts'
import type { CredentialRow, MailProtocol, PassProtocol } from './warden.ts'

/** Sockets side by side for the gate's connections. */
const gateSockets = 8

/**
 * Where a mailroom takes the gate's connections. A process accepts one connection of a socket in a turn of its loop, and the
 * turns of a busy one are long: at one socket, logins would wait in line for them.
 */
export const gateDoors = (path: string): readonly [string, ...string[]] =>
  [path, ...Array.from({ length: gateSockets - 1 }, (_, number) => `${path}.${number + 1}`)]

export interface Preface {
  readonly protocol: MailProtocol
  readonly opens: 'pass' | 'ticket'
  /** From the warden, sealed to this mailroom, good once and for ten seconds; or a ticket as the mailroom gave it. */
  readonly pass: Base64
  /** Name of this run of the gate, and of the pipe within it. */
  readonly gate: string
  readonly pipe: number
  /** IMAP: the tag of LOGIN or AUTHENTICATE, for the mailroom's tagged answer. Else empty. */
  readonly tag: string
  /** Submission: what the client said in EHLO. Else empty. */
  readonly helo: string
  /** The language chosen before login: LANG (RFC 6856), LANGUAGE (RFC 5255). Else empty. */
  readonly language: string
  /** POP3: UTF8 was said (RFC 6856). Else false. */
  readonly utf8: boolean
  readonly peer: string
  readonly tls: boolean
}

/** Opens a pipe for requests of the web, which follow as HTTP/1.1. */
export interface HttpPreface {
  readonly protocol: 'http'
  /** `pass`: the first request is let in by it, no other. `session`: each request says which session it belongs to. */
  readonly opens: 'pass' | 'session'
  /** Of `session`: empty, or a `Renewal` that goes with its first request. */
  readonly pass: Base64
  /** As the gate knows this mailroom; tokens begin with it. */
  readonly mailroom: string
  /** `scheme://host[:port]` that the client used, one of the cell's own. */
  readonly origin: string
  readonly contentOrigin: string
  readonly peer: string
  readonly tls: boolean
}

/** Opens the line between a run of a gate and this mailroom. */
export interface LinePreface {
  readonly protocol: 'line'
  readonly gate: string
}

export type ToGate =
  /**
   * The pipe's client is to wait in the gate: read no more of it, and half-close the pipe. After `after` bytes of the mailroom's
   * stream comes one frame more, `Returned`.
   */
  | { readonly say: 'release'; readonly pipe: number; readonly after: number }
  /** Bring these parked clients back. */
  | { readonly say: 'wake'; readonly tickets: readonly number[] }

export type FromGate =
  /** Parked clients that went away. */
  | { readonly say: 'gone'; readonly tickets: readonly number[] }
  /** The gate closes: say goodbye to its clients. */
  | { readonly say: 'leaving' }

/** A client on its way back to the gate. */
export interface Returned {
  /** 0: it is to log in again (RFC 8437). */
  readonly ticket: number
  /** The ticket, sealed to this run of the mailroom; empty without one. */
  readonly sealed: Base64
  /** What the client sent and nobody has read. */
  readonly rest: Base64
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
  readonly protocol: PassProtocol
  /** Of the web: thumbprint of the device's key; else empty, and then each request of a session brings a pass of its own. */
  readonly key: string
  /** Of the web: the device credential that the session ends with; else empty. */
  readonly device: string
  /** The credential it was granted by (`seal/credential-digest.ts`). */
  readonly credential: string
  readonly expiresAtMs: number
}

/**
 * A new credential on its way to the mailroom whose session asked for it: JSON, HPKE-sealed to the mailroom's key with info `bulkhead renewal`.
 * `previous` is the sealed form of the row whose place it takes.
 */
export interface Renewal {
  readonly account: AccountHandle
  readonly previous: Base64
  readonly credential: CredentialRow
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

export type MailroomVerbs = WakeVerbs & {
  /** What open sessions of the web of this account stand on has changed: look now, not in a while. */
  readonly recheckSessions: {
    readonly ask: { readonly account: AccountHandle }
    readonly answer: Record<never, never>
    readonly refusal: never
  }
  /**
   * The account's password is another: sessions of mail programs, which stood on the old one, end; those of the web are looked at; and passes that
   * were granted by the old credential (`seal/credential-digest.ts`) and are on their way open nothing.
   */
  readonly passwordChanged: {
    readonly ask: { readonly account: AccountHandle; readonly credential: string }
    readonly answer: Record<never, never>
    readonly refusal: never
  }
  /** Desk: these accounts may not be used any more, or their credentials are dead. Sessions of mail programs end, those of the web are looked at. */
  readonly accountsShut: {
    readonly ask: { readonly accounts: readonly AccountHandle[] }
    readonly answer: Record<never, never>
    readonly refusal: never
  }
  /** A POP3 session is about to begin in the asking mailroom: a silent one here ends first (RFC 1939 section 4). */
  readonly leaveMaildrop: {
    readonly ask: { readonly account: AccountHandle }
    readonly answer: Record<never, never>
    readonly refusal: 'inUse'
  }
}
