/**
 * The LMTP session of intake (RFC 2033) as values: what is known of the caller's client and of the transaction under way.
 * Commands are functions from a session to replies and the next session, or to a request that `connection.ts` performs.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Phase } from '@bulkhead/wire/smtp/phases.ts'
import type { Address } from '@bulkhead/wire/smtp/path.ts'
import type { Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import type { RecipientFilter } from './judging/evidence.ts'
import { nothingKnown, type PeerFacts } from './peer/facts.ts'
import type { ReceptionRefusal } from './replies.ts'

/** Which door the connection came by. */
export const receptionCallers = ['gate', 'courier'] as const
export type ReceptionCaller = (typeof receptionCallers)[number]

/** Whom the caller speaks for. */
export interface Client {
  readonly helo: string
  /** Null where the caller speaks for itself. */
  readonly address: string | null
  /** As the trace header says it (RFC 3848). */
  readonly protocol: string
  readonly tls: string | null
  /** What else is known of it; nothing of who speaks for itself. */
  readonly facts: Promise<PeerFacts>
}

/** When a sender wants to hear of a recipient (RFC 3461 section 4.1): empty is NEVER; null: nothing was asked, so failures. */
export type NotifyWhen = 'success' | 'failure' | 'delay'

export interface Recipient extends Resolution {
  readonly notify: readonly NotifyWhen[] | null
  /** RFC 3461 section 4.2, `type;xtext`; null where none was given. */
  readonly orcpt: string | null
}

/** What an address leads to. */
export interface Resolution {
  readonly account: AccountHandle
  /** The domain whose report address this is: nobody's mailbox, its mail is read by us. */
  readonly reportsOf?: string
  readonly publicKey: Uint8Array
  readonly forwardPath: Address
  readonly filter: RecipientFilter
  readonly brand: string
}

export interface Transaction {
  /** As the wire has it, without brackets; empty is null. */
  readonly reversePath: string
  readonly smtpUtf8: boolean
  readonly sizeBytes: number | undefined
  readonly body: '7BIT' | '8BITMIME' | 'BINARYMIME'
  /** RFC 8689: on its way on, reports included, only over verified TLS. */
  readonly requireTls: boolean
  /** What a failure report returns of the message (RFC 3461 section 4.3). */
  readonly ret: 'full' | 'hdrs' | null
  /** RFC 3461 section 4.4, decoded. */
  readonly envid: string | null
  /** Whose login handed it in, each author being that person's own; null where our courier does not say so. */
  readonly submitter: string | null
  readonly recipients: readonly Recipient[]
}

export interface Session {
  readonly caller: ReceptionCaller
  readonly phase: Phase
  readonly client: Client
  readonly transaction: Transaction | undefined
}

/** What the session may rely on. */
export interface Policy {
  readonly hostName: string
  readonly messageBytesMax: number
  readonly recipientsMax: number
}

/** What the connection is to do; each has its answer in `answer.ts`. */
export type Request =
  | { readonly ask: 'recipient'; readonly rcpt: Rcpt; readonly sizeBytes: number | undefined }
  | { readonly ask: 'content'; readonly sizeBytes: number; readonly last: boolean }
  | { readonly ask: 'client'; readonly client: Omit<Client, 'facts'> }
  | { readonly ask: 'acknowledge' }

export type Found =
  | { readonly is: 'found'; readonly recipient: Resolution }
  | { readonly is: 'refused'; readonly why: ReceptionRefusal }

export interface Step {
  readonly replies: readonly Reply[]
  readonly becomes: Session
  readonly closes?: boolean
}

export const newSession = (caller: ReceptionCaller): Session => ({
  caller,
  phase: 'greeted',
  client: { helo: '', address: null, protocol: 'LMTP', tls: null, facts: Promise.resolve(nothingKnown) },
  transaction: undefined,
})

/** Ready for the next transaction; the client stays known until the caller names another. */
export const readyAgain = (session: Session): Session => ({ ...session, phase: 'ready', transaction: undefined })
