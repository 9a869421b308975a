/**
 * What follows an attempt: reports are queued first, then the queue learns the fates, then intake learns that its acknowledgement
 * will not be asked for again. A crash before the fates are settled lets the lease expire and the message is sent once
 * more: intake recognises it by its digest, a foreign server may get it twice, and nobody loses it.
 */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import type { RetryPolicy } from '@bulkhead/door/contracts/start.ts'
import type { Claimed, CourierQueue, Fate, QueueWriter } from '@bulkhead/mail/ports/queue.ts'
import type { Tracer } from '@bulkhead/mail/ports/trace.ts'
import type { Queued } from '@bulkhead/mail/queue/queued.ts'
import { sealQueued, type OpenedQueued } from '@bulkhead/mail/queue/record.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import type { DsnRecipient } from '@bulkhead/wire/trace/dsn.ts'
import { reportOn } from '../bounce/report.ts'
import type { Delivery } from './deliver.ts'
import { bounceClassOf, wordsOfClass } from '../bounce/classes.ts'
import type { Refusals } from '../bounce/refusals.ts'
import { deferred, statusOf, wordsOfSaid, type Said } from './outcome.ts'
import { scheduleOf } from './retry.ts'
import { verdictOn, type Verdict } from './verdict.ts'

export interface Settling {
  readonly queue: CourierQueue
  readonly writer: QueueWriter
  readonly sealing: Sealing
  readonly queuePublicKey: Uint8Array
  readonly hostName: string
  readonly retry: RetryPolicy
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly meter: Meter
  readonly tracer: Tracer
  readonly refusals: Refusals
}

/** The message's bytes, which few reports need. */
export type Original = () => Promise<Buffer>

/** How soon a recipient whose report could not be queued is looked at again. */
const reportAgainMs = 60_000

/** What we say ourselves has words of its own. */
const wordsFor = (said: Said): Pick<DsnRecipient, 'words'> => {
  const words = said.by === null ? undefined : wordsOfClass(bounceClassOf(said))
  return words === undefined ? {} : { words }
}

const reportedRecipient = (queued: Queued, verdict: Verdict, retry: RetryPolicy, nowMs: number): DsnRecipient | undefined => {
  const recipient = queued.recipients.find(({ number }) => number === verdict.number)
  if (verdict.report === null || recipient === undefined) return undefined
  const { said, report } = verdict
  const status = report === 'failed' ? said.enhanced.replace(/^4/, '5') : report === 'delayed' ? said.enhanced.replace(/^5/, '4') : said.enhanced
  return {
    finalRecipient: recipient.forwardPath,
    orcpt: recipient.orcpt,
    action: report,
    status,
    remoteMta: said.by,
    diagnostic: said.by === null && report !== 'failed' ? null : wordsOfSaid(said),
    lastAttemptMs: nowMs,
    willRetryUntilMs: report === 'delayed' ? scheduleOf(retry, queued).giveUpAtMs : null,
    ...wordsFor(said),
  }
}

/** Queues the reports that are due. False where that failed. */
const report = async (settling: Settling, opened: OpenedQueued, verdicts: readonly Verdict[], original: Original): Promise<boolean> => {
  const { queued } = opened
  const nowMs = settling.clock.now()
  const recipients = verdicts
    .map((verdict) => reportedRecipient(queued, verdict, settling.retry, nowMs))
    .filter((recipient) => recipient !== undefined)
  if (recipients.length === 0 || queued.reversePath === '') return true
  try {
    const mail = reportOn({
      reportingMta: settling.hostName,
      reversePath: queued.reversePath,
      ret: queued.ret,
      envid: queued.envid,
      arrivalMs: queued.queuedAtMs,
      nowMs,
      recipients,
      original: await original(),
    })
    if (mail === undefined) return true
    // A report holds what the message held (RFC 8689 section 6).
    const kept = { ...mail, requireTls: queued.requireTls }
    await settling.writer.enqueue(sealQueued(settling.sealing, settling.queuePublicKey, kept))
    settling.meter.count('courier_reports', recipients.length)
    return true
  } catch (error) {
    settling.log.error('reportNotQueued', error, { queueId: queued.id })
    return false
  }
}

const fateOf = (opened: OpenedQueued, verdict: Verdict): Fate => {
  const { number, said, state, nextAttemptAtMs, delayTold } = verdict
  if (state === 'delivered' || state === 'relayed') return { number, fate: 'done' }
  const told = { status: statusOf(said), sealedText: opened.sealReply(wordsOfSaid(said)) }
  return nextAttemptAtMs === null ? { number, fate: 'failed', ...told } : { number, fate: 'deferred', nextAttemptAtMs, delayTold, ...told }
}

/** A failure nobody was told of is not over; a delivery is, told or not, or it would be made twice. */
const unlessUntold = (verdict: Verdict, told: boolean, nowMs: number): Verdict => {
  if (told || verdict.report === null) return verdict
  if (verdict.report === 'failed') return { ...verdict, state: 'deferred', nextAttemptAtMs: nowMs + reportAgainMs }
  return verdict.report === 'delayed' ? { ...verdict, delayTold: false } : verdict
}

/** `TLSv1.3 dane`, `TLSv1.3`, `none`; nothing of our own intake. */
const protectedBy = (over: Delivery['over']): Readonly<Record<string, string>> => {
  if (over === null || over.address === null) return {}
  const { protocol, proof } = over.tls
  return { tls: protocol === null ? 'none' : proof === null ? protocol : `${protocol} ${proof}` }
}

/** One note for each answer of the peer. */
const noteAttempt = (tracer: Tracer, queued: Queued, verdicts: readonly Verdict[], over: Delivery['over']): void => {
  const hop = queued.reversePath === '' ? 'report' : 'relay'
  for (const alike of Map.groupBy(verdicts, ({ said, state }) => `${state} ${said.by ?? ''} ${wordsOfSaid(said)}`).values()) {
    const [first] = alike
    if (first === undefined) continue
    const { said, state, nextAttemptAtMs } = first
    const to = alike.flatMap(({ number }) => queued.recipients.filter((recipient) => recipient.number === number).map(({ forwardPath }) => forwardPath))
    const next: Readonly<Record<string, string>> = nextAttemptAtMs === null ? {} : { nextAttempt: new Date(nextAttemptAtMs).toISOString() }
    const why: Readonly<Record<string, string>> = state === 'relayed' || state === 'delivered' ? {} : { why: bounceClassOf(said) }
    const facts = { reply: wordsOfSaid(said), ...why, ...(said.by === null ? {} : { by: said.by }), ...protectedBy(over), ...next }
    tracer.note({ message: queued.id, hop, state, from: queued.reversePath, to, messageId: null, peer: over?.address ?? null, facts })
  }
}

/** What an attempt came to. */
export type Came = Pick<Delivery, 'outcomes' | 'over'>

/** True where the queue took the fates, so that nobody will send this again. */
export const settle = async (settling: Settling, claimed: Claimed, opened: OpenedQueued, { outcomes, over }: Came, original: Original): Promise<boolean> => {
  const { clock, random, retry, meter, log, refusals } = settling
  const { queued } = opened
  // One reading for all, so that who waits together is tried together.
  const moment = { nowMs: clock.now(), random: random() }
  const verdicts = queued.recipients.map((recipient) => {
    const outcome = outcomes.get(recipient) ?? deferred('4.3.0', 'Not tried')
    meter.count('courier_recipients', 1, { outcome: outcome.is })
    if (outcome.is !== 'delivered') refusals.count(outcome.said)
    const status = statusOf(outcome.said)
    const attempt = recipient.attempts + 1
    log.info('attempted', { queueId: queued.id, recipient: recipient.number, outcome: outcome.is, status, attempt })
    return verdictOn(queued, recipient, outcome, retry, moment)
  })
  const told = await report(settling, opened, verdicts, original)
  const fates = verdicts.map((verdict) => fateOf(opened, unlessUntold(verdict, told, moment.nowMs)))
  const ours = await settling.queue.settle(claimed.id, claimed.lease, fates)
  if (!ours) log.warn('leaseLost', { queueId: claimed.id })
  else noteAttempt(settling.tracer, queued, verdicts, over)
  return ours
}

/** What can't even be opened stays where it is for people to look at. */
const unreadableAgainMs = 3_600_000

export const settleUnreadable = async ({ queue, clock, log }: Settling, claimed: Claimed, error: unknown): Promise<void> => {
  log.error('queuedUnreadable', error, { queueId: claimed.id })
  const nextAttemptAtMs = clock.now() + unreadableAgainMs
  const fates = claimed.recipients.map(({ number }): Fate => {
    return { number, fate: 'deferred', nextAttemptAtMs, delayTold: false, status: '451 4.3.0', sealedText: null }
  })
  await queue.settle(claimed.id, claimed.lease, fates)
}
