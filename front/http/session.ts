/**
 * What a request of the web is to whoever answers it in the mailroom: an account that is open for the session the request belongs to. The
 * host (`host.ts`) has checked who asks; a handler writes the whole response. The mailroom's composition root gives the host its handlers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { LoggedIn } from '../mailroom/session.ts'

export interface HttpSession {
  /** Not secret, and no two sessions of a mailroom's run have the same. */
  readonly id: string
  readonly who: LoggedIn
  /** The client's address, as the gate saw it when the session began; never logged. What is sent is counted by it. */
  readonly peer: string
  readonly account: MailAccount
  /** `scheme://host[:port]` that the client used. */
  readonly origin: string
  /** Where `/content/*` is to be asked for: an origin of its own where one is configured, else the same. */
  readonly contentOrigin: string
  /** What URLs of content begin with: `<contentOrigin>/content/<name of this mailroom>`; the gate finds the way by it. A token follows. */
  readonly contentBase: string
  readonly language: 'ja' | 'en'
  /** `web`: bound to a device's key. `basic`: another JMAP client. */
  readonly kind: 'web' | 'basic'
  /** The remembered device it stands on (UUID); null: none. */
  readonly device: string | null
  /** Aborts when the session ends, whoever ends it: long responses end then. */
  readonly closing: AbortSignal
}

/** Rejects only with a `Fault` or a bug: the host answers 503 or 500 where no byte went out yet, and else ends the connection. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse, session: HttpSession) => Promise<void>

/**
 * What a handler of `/content/*` gets: such a request carries no proof, for frames and images can't, but a token that the mailroom sealed.
 * Null where the session is over.
 */
export type SessionOf = (id: string) => HttpSession | null
export type ContentHandler = (request: IncomingMessage, response: ServerResponse, sessions: SessionOf) => Promise<void>

/**
 * Takes over the connection of an Upgrade request (RFC 8887) that the host has let in; `head` is what came behind it. It answers and, at
 * the end, destroys the socket.
 */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer, session: HttpSession) => Promise<void>

/** Each part of `/jmap/*` and `/content/*` that the composition root knows. */
export interface HttpHandlers {
  /** `/.well-known/jmap` and `/jmap/*`. */
  readonly jmap: HttpHandler
  /** `/jmap/ws`. */
  readonly webSocket: UpgradeHandler
  /** `/content/*`. */
  readonly content: ContentHandler
}
