/** A conversation that is past its greeting: what the peer can do and how it is spoken to. */
import type { Conversation } from './conversation.ts'
import type { Patience } from './limits.ts'
import type { Extensions } from './transaction.ts'

export interface Session {
  readonly conversation: Conversation
  readonly protocol: 'smtp' | 'lmtp'
  readonly extensions: Extensions
  /** The peer as reports name it. */
  readonly host: string
  readonly patience: Patience
}
