/** Sending with everything behind it in memory: what is queued can be opened and claimed. */
import type { Clock } from '@bulkhead/base/clock.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { memoryQueue, type MemoryQueue } from '@bulkhead/flow/relay/memory-queue.ts'
import type { AccountHandle, QueueId } from '@bulkhead/base/ids.ts'
import { openQueued } from '@bulkhead/mail/queue/record.ts'
import { sealIdentity } from '@bulkhead/mail/sending/identities.ts'
import { memoryLedger } from '@bulkhead/mail/sending/memory-ledger.ts'
import { ordinaryPlan, type SendingPlan } from '@bulkhead/mail/sending/plan.ts'
import type { TraceNote } from '@bulkhead/mail/ports/trace.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import type { JmapSending } from '../submission/sending-service.ts'

export interface MemorySending extends JmapSending {
  readonly queue: MemoryQueue
  readonly notes: TraceNote[]
  /** What `watch` was told. */
  readonly told: { readonly kind: string; readonly outcome?: string }[]
  /** Addresses the account may send as beside its login; changed by tests. */
  readonly addresses: string[]
  /** A message of the queue as the courier sees it. */
  opened(id: QueueId): { readonly reversePath: string; readonly recipients: readonly string[]; readonly releaseAtMs: number | null; readonly envid: string | null; readonly text: string }
}

export interface SendingSettings {
  readonly plan?: Partial<SendingPlan>
  readonly recipientsMax?: number
}

/** `account` seals the addresses; its `publicKey` is what identities are sealed to. */
export const memorySending = (clock: Clock, account: AccountHandle, identityKey: Uint8Array, { plan, recipientsMax = 10 }: SendingSettings = {}): MemorySending => {
  const { publicKey, privateKey } = realSealing.newKeyPair()
  const queue = memoryQueue(clock)
  const notes: TraceNote[] = []
  const told: MemorySending['told'] = []
  const addresses: string[] = []
  const ports: JmapSending['ports'] = {
    directory: {
      accountState: async () => ({ state: 'active', publicKey: identityKey }),
      maySendAs: async (_, index) => addresses.includes(Buffer.from(index).toString()),
      identities: async () => addresses.map((address) => sealIdentity(realSealing, { account, publicKey: identityKey }, address)),
      isLocalDomain: async (domain) => domain === 'one.example',
    },
    queue,
    sealing: realSealing,
    queuePublicKey: publicKey,
    indexOf: async (address) => Buffer.from(address),
    pseudonym: () => 'p_alice',
    tokens: { field: (sender: string) => `X-Feedback-ID: of ${sender}\r\n` },
    tracer: { note: (note) => void notes.push(note) },
    signature: { on: async (message) => Buffer.concat([Buffer.from('DKIM-Signature: of one.example\r\n'), message]) },
    sending: memoryLedger(clock, { ...ordinaryPlan, ...plan }),
    tell: (event) => void told.push(event),
  }
  return {
    ports, queue, notes, told, addresses, hostName: 'mail.one.example', limits: { messageBytesMax: 100_000, recipientsMax }, meter: meter(),
    opened(id) {
      const kept = queue.kept.get(id)
      if (kept === undefined) throw new Error('not in the queue')
      const recipients = kept.message.recipients.map((recipient, number) => ({ ...recipient, number, attempts: 0, delayTold: false }))
      const { queued, openBody } = openQueued(realSealing, privateKey, { ...kept.message, lease: 1n, dropped: false, queuedAtMs: 0, recipients })
      const { reversePath, releaseAtMs, envid } = queued
      return { reversePath, releaseAtMs, envid, recipients: queued.recipients.map(({ forwardPath }) => forwardPath), text: openBody(kept.message.body).toString('latin1') }
    },
  }
}
