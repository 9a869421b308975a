/** What the trace is told of a message that arrived: one note for all recipients that share a fate. */
import type { Tracer, TraceState } from '@bulkhead/mail/ports/trace.ts'
import { messageIdIn } from '@bulkhead/wire/mime/own-message-id.ts'
import { encodeAddress } from '@bulkhead/wire/smtp/path.ts'
import type { Stored } from './fold.ts'
import type { Recipient, Session, Transaction } from './session.ts'

/** What became of one recipient's copy. */
export interface CopyFate {
  readonly recipient: Recipient
  readonly state: TraceState
  /** Verdicts, mailbox, reply. */
  readonly facts: Readonly<Record<string, string>>
}

export interface ArrivedMessage {
  /** A UUID, as the Received field and our answer to the sender have it: support finds the message by it. */
  readonly id: string
  readonly header: Buffer
}

export const stateOfStored = {
  stored: 'delivered', overQuota: 'deferred', gone: 'refused', fault: 'deferred', discarded: 'discarded', forwarded: 'forwarded', rejected: 'refused',
} as const satisfies Record<Stored, TraceState>

export const noteArrival = (
  tracer: Tracer,
  { client }: Session,
  { reversePath }: Transaction,
  { id, header }: ArrivedMessage,
  fates: readonly CopyFate[],
): void => {
  const shared = { message: id, hop: 'reception', from: reversePath, messageId: messageIdIn(header), peer: client.address } as const
  const groups = Map.groupBy(fates, ({ state, facts }) => `${state} ${JSON.stringify(facts)}`)
  for (const group of groups.values()) {
    const [first] = group
    if (first === undefined) continue
    const to = group.map(({ recipient }) => encodeAddress(recipient.forwardPath))
    tracer.note({ ...shared, state: first.state, to, facts: { helo: client.helo, ...first.facts } })
  }
}
