/** What sending needs from outside; the mailroom's root introduces them. */
import type { Pseudonym } from '@bulkhead/base/pseudonym.ts'
import type { SenderTokens } from '@bulkhead/mail/feedback/sender-token.ts'
import type { SessionDirectory } from '@bulkhead/mail/ports/directory.ts'
import type { SubmissionQueue } from '@bulkhead/mail/ports/queue.ts'
import type { SendingLedger } from '@bulkhead/mail/ports/sending.ts'
import type { Tracer } from '@bulkhead/mail/ports/trace.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { Signature } from './signature.ts'

export interface SendingPorts {
  readonly directory: SessionDirectory
  readonly queue: Pick<SubmissionQueue, 'enqueue' | 'holdSender'>
  readonly sending: SendingLedger
  readonly sealing: Sealing
  /** The courier's: what is queued only it can open. */
  readonly queuePublicKey: Uint8Array
  /** Blind index of a canonical address (the vault's verb `index`). Throws a `Fault` where the vault is away or spent. */
  indexOf(address: string): Promise<Uint8Array>
  readonly pseudonym: Pseudonym
  /** Says whose a message was, to us alone, should somebody complain. */
  readonly tokens: Pick<SenderTokens, 'field'>
  readonly signature: Signature
  readonly tracer: Tracer
  /** To `watch`; never waits. */
  tell(event: { readonly kind: string; readonly subject?: string; readonly outcome?: string; readonly count?: number }): void
}
