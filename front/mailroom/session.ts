/**
 * What a protocol of the mailroom is to its host (`host.ts`): a function that runs one connection from the reply to the
 * login until the connection ends. The host has checked the pass, opened the account and counts sessions; the
 * session writes the first bytes (its protocol's "logged in") and every later one.
 */
import type { Duplex } from 'node:stream'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { Picture } from './tickets.ts'

/** Who logged in: the pass without the key, which stays with the host. */
export interface LoggedIn {
  readonly account: AccountHandle
  /** Canonical address of the login; for this person's own replies and trace headers, never for a log. */
  readonly login: string
  /** Blind index of that address. */
  readonly loginIndex: Uint8Array
}

/**
 * The gate behind the pipe. Both ways of giving the client back: what was written before reaches it first, `unread` is what it
 * sent and nobody has looked at, taken when it is certain. Afterwards the connection is over for the session, which writes nothing more.
 */
export interface Gatehouse {
  /**
   * The client waits in the gate until it speaks or its account changes; then a new session is given `picture`. False where
   * that is too large; then all is as before. `listens`: a change calls it back; else only the client does.
   */
  park(unread: () => Buffer, picture: Picture, listens: boolean): Promise<boolean>
  /** The client is to log in again on the same connection (RFC 8437). */
  logInAgain(unread: Buffer): Promise<void>
}

export interface SessionCommon {
  /** The client, piped by the gate. Nothing was written to it yet. Destroyed by the host when `run` has ended. */
  readonly socket: Duplex
  /** What the client sent after its login command, already read. */
  readonly firstBytes: Buffer
  readonly who: LoggedIn
  /** What a session parked with; null after a login. */
  readonly picture: Picture | null
  /** Undefined where the gate can't take the client back at the moment. */
  gatehouse(): Gatehouse | undefined
  /** A session that has been quiet for so long parks, if it can. Undefined: it never does. */
  readonly parkAfterMs?: number
  /** IMAP: tag of the login command; else empty. */
  readonly tag: string
  /** Submission: what the client said in EHLO; else empty. */
  readonly helo: string
  /** The language chosen before login (LANG, LANGUAGE), else empty. */
  readonly language: string
  /** POP3: messages with headers in UTF-8 may be given as they are (RFC 6856). */
  readonly utf8: boolean
  readonly peer: string
  readonly tls: boolean
  readonly hostName: string
  /** Where JMAP's session resource (RFC 8620 section 2) of the same account is, for who logs in the same way; null: this cell has no web. */
  readonly jmapUrl: string | null
  readonly limits: MailLimits
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  /** Aborts when the process stops: say goodbye in the protocol's way and end within a second. */
  readonly stopping: AbortSignal
}

export interface AccountSession extends SessionCommon {
  readonly account: MailAccount
}

export interface LaterSession extends SessionCommon {
  /** Each call gives an account that is to be given back. Rejects with a `Fault` where it can't be opened now. */
  openAccount(): Promise<AsyncDisposable & { readonly account: MailAccount }>
}

/**
 * `run` resolves when the connection is over, whoever ended it. A fault inside a command is answered and survived; what
 * it rejects with is logged as a bug and closes this connection alone.
 */
export type MailroomSession =
  | { readonly opens: 'account'; run(session: AccountSession): Promise<void> }
  /** Seldom needs the journal: submission. */
  | { readonly opens: 'later'; run(session: LaterSession): Promise<void> }
