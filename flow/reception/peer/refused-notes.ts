/**
 * What the trace is told of recipients that were refused for the peer's sake: once an hour for each peer and recipient, so that
 * a flood of refusals leaves room for what customers ask about.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Tracer } from '@bulkhead/mail/ports/trace.ts'
import { encodeAddress, type Address } from '@bulkhead/wire/smtp/path.ts'
import { isTemporary, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Client } from '../session.ts'

export interface RefusedNotes {
  note(client: Pick<Client, 'address' | 'helo'>, reversePath: string, forwardPath: Address, refusal: Reply): void
}

const onceMs = 3_600_000
const rememberedMax = 10_000

export const refusedNotes = (tracer: Tracer, clock: Clock): RefusedNotes => {
  const noted = new Map<string, number>()
  return {
    note({ address, helo }, reversePath, forwardPath, refusal) {
      const to = encodeAddress(forwardPath)
      const key = `${refusal.code} ${address ?? ''} ${to}`
      if (clock.now() - (noted.get(key) ?? -Infinity) < onceMs) return
      noted.delete(key)
      noted.set(key, clock.now())
      if (noted.size > rememberedMax) noted.delete(noted.keys().next().value ?? '')
      const reply = `${refusal.code} ${refusal.enhanced ?? ''} ${refusal.lines.join(' ')}`
      const state = isTemporary(refusal) ? 'deferred' : 'refused'
      tracer.note({ message: randomUUID(), hop: 'reception', state, from: reversePath, to: [to], messageId: null, peer: address, facts: { helo, reply } })
    },
  }
}
