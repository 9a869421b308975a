/** A claimed message on its way through the courier: opened, without its content until somebody listens. */
import type { EgressPool } from '@bulkhead/door/contracts/start.ts'
import type { Claimed, CourierQueue } from '@bulkhead/mail/ports/queue.ts'
import { openQueued, type OpenedQueued } from '@bulkhead/mail/queue/record.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { Outcomes } from './deliver.ts'
import { sourceOf } from './egress.ts'
import { failed, type Outcome } from './outcome.ts'
import { needOf, type Travel } from './reach.ts'
import { contentOf, type Content } from './content.ts'

export interface Job {
  readonly claimed: Claimed
  readonly claimedAtMs: number
  readonly opened: OpenedQueued
  readonly domain: string
  readonly travel: Travel
}

export interface Opening {
  readonly sealing: Sealing
  readonly privateKey: Secret<Uint8Array>
  readonly egress: readonly EgressPool[]
}

/** Throws `Fault('corrupt')`. */
export const jobOf = ({ sealing, privateKey, egress }: Opening, claimed: Claimed, nowMs: number): Job => {
  const opened = openQueued(sealing, privateKey, claimed)
  const { queued } = opened
  const source = sourceOf(egress, queued)
  const named = source === null || source.hostName === null ? {} : { hostName: source.hostName }
  const travel: Travel = { need: needOf(queued), source, ...named }
  return { claimed, claimedAtMs: nowMs, opened, domain: claimed.recipients[0]?.domain ?? '', travel }
}

/** Undefined where another courier finished it after our lease ran out. Throws `Fault('corrupt')`. */
export const contentFor = async (queue: CourierQueue, { claimed, opened }: Job): Promise<Content | undefined> => {
  const sealedBody = await queue.body(claimed.id)
  return sealedBody === undefined ? undefined : contentOf(opened.openBody(sealedBody))
}

export const allTo = ({ opened }: Job, outcome: Outcome): Outcomes =>
  new Map(opened.queued.recipients.map((recipient) => [recipient, outcome]))

/** What needs no attempt. RFC 2852 section 4.1: mail that must not come late is not sent late. */
export const endedBefore = ({ claimed, opened }: Job, nowMs: number): Outcome | undefined => {
  if (claimed.dropped) return failed('5.7.1', 'Taken out of the queue by the mail service')
  const { deliverBy } = opened.queued
  if (deliverBy?.mode === 'return' && nowMs >= deliverBy.atMs) return failed('5.4.7', 'It could not be delivered in the time its sender gave')
  return undefined
}
