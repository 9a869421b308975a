/** A conversation that is past its greeting: what the peer can do, how it is spoken to, and how sure we are of it. */
import type { Conversation } from './conversation.ts'
import { messagesPerConnectionMax, recipientsPerTransactionMax, type Patience } from './limits.ts'
import type { TlsNeed } from './protection.ts'
import type { Extensions } from './content.ts'

export interface SessionTls {
  /** `TLSv1.3`; null: in plain. */
  readonly protocol: string | null
  /** By what the peer has proven to be the right one; null: it has not. */
  readonly proof: 'dane' | 'sts' | 'webpki' | null
}

export interface Session {
  readonly conversation: Conversation
  readonly protocol: 'smtp' | 'lmtp'
  readonly extensions: Extensions
  /** The peer as reports name it. */
  readonly host: string
  /** IP address; null for our own intake. */
  readonly address: string | null
  readonly tls: SessionTls
  /** What it was opened for. */
  readonly need: TlsNeed
  /** The one domain whose mail may go over it; null: any that led here. */
  readonly onlyFor: string | null
  readonly patience: Patience
}

/** RFC 8689 section 4.2.1: verified TLS to a host that passes the demand on. */
export const keepsTlsRequired = ({ protocol, tls, extensions }: Pick<Session, 'protocol' | 'tls' | 'extensions'>): boolean =>
  protocol === 'lmtp' || (tls.proof !== null && extensions.has('REQUIRETLS'))

/** Whether a message may go over a session that was opened for another one. */
export const suits = (session: Session, need: TlsNeed, domain: string): boolean => {
  if (session.onlyFor !== null && session.onlyFor !== domain) return false
  if (need === 'required') return keepsTlsRequired(session)
  return need === 'waived' || session.need !== 'waived' || session.protocol === 'lmtp'
}

/** RFC 9422: a whole number behind `name=` in what LIMITS says, at least 1. */
const limitOf = (extensions: Extensions, name: string): number => {
  const words = (extensions.get('LIMITS') ?? '').toUpperCase().split(' ')
  const value = Number(words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1))
  return Number.isSafeInteger(value) && value > 0 ? value : Number.MAX_SAFE_INTEGER
}

export const recipientsMaxOf = ({ extensions }: Session): number => Math.min(recipientsPerTransactionMax, limitOf(extensions, 'RCPTMAX'))
export const messagesMaxOf = ({ extensions }: Session): number => Math.min(messagesPerConnectionMax, limitOf(extensions, 'MAILMAX'))
