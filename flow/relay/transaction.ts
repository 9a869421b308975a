/** What can be said to a peer with given extensions, and what its replies mean for each recipient. Pure. */
import type { Queued } from '@bulkhead/mail/queue/queued.ts'
import { isAsciiPath, parseAddress, type Address, type ReversePath } from '@bulkhead/wire/smtp/path.ts'
import { isPositive, isTemporary, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { mail, type Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import { noRcptParameters, type NotifyEvent, type Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import type { Form, Formed } from './form.ts'
import { failed, type Outcome, type Said } from './outcome.ts'
import type { QueuedTo } from './verdict.ts'
import type { Extensions } from './content.ts'

export interface Addressee {
  readonly recipient: QueuedTo
  readonly forwardPath: Address
}

/** What can't be sent is decided without asking the peer. */
export interface Plan {
  readonly mail: Mail
  readonly addressees: readonly Addressee[]
  readonly refused: ReadonlyMap<QueuedTo, Outcome>
}

const notifyEvents: Readonly<Record<'success' | 'failure' | 'delay', NotifyEvent>> = {
  success: 'SUCCESS',
  failure: 'FAILURE',
  delay: 'DELAY',
}

const reversePathOf = (queued: Queued): ReversePath | undefined =>
  queued.reversePath === '' ? null : parseAddress(queued.reversePath)

/** What is left of the time a sender gave (RFC 2852 section 4.1.4), where the peer keeps to it too. */
const byOf = ({ deliverBy }: Queued, extensions: Extensions, nowMs: number): Mail['by'] => {
  if (deliverBy === null || !extensions.has('DELIVERBY')) return undefined
  return { seconds: Math.floor((deliverBy.atMs - nowMs) / 1_000), mode: deliverBy.mode, trace: deliverBy.trace }
}

const parametersOf = (queued: Queued, { bytes, body }: Form, extensions: Extensions, smtpUtf8: boolean, nowMs: number): Partial<Mail> => {
  const dsn = extensions.has('DSN')
  return {
    size: extensions.has('SIZE') ? bytes.length : undefined,
    body,
    smtpUtf8,
    ret: !dsn || queued.ret === null ? undefined : queued.ret === 'full' ? 'FULL' : 'HDRS',
    // Intake alone offers it; it is told what it is told by the reverse path, and that it is true.
    auth: queued.submitted && extensions.has('XSUBMITTED') && queued.reversePath !== '' ? queued.reversePath : undefined,
    envelopeId: dsn ? (queued.envid ?? undefined) : undefined,
    requireTls: queued.requireTls && extensions.has('REQUIRETLS'),
    priority: queued.priority !== 0 && extensions.has('MT-PRIORITY') ? queued.priority : undefined,
    by: byOf(queued, extensions, nowMs),
  }
}

export const planFor = (queued: Queued, made: Formed, extensions: Extensions, nowMs: number): Plan => {
  const reversePath = reversePathOf(queued)
  const refused = new Map<QueuedTo, Outcome>()
  const addressees: Addressee[] = []
  const ofAll = reversePath === undefined ? failed('5.1.7', 'The sender has no valid address') : made.is === 'formed' ? undefined : made
  const utf8 = extensions.has('SMTPUTF8')
  const headerIsAscii = made.is === 'formed' && made.form.headerIsAscii
  const asciiSoFar = isAsciiPath(reversePath ?? null) && (headerIsAscii || !queued.smtpUtf8)
  let needsUtf8 = !asciiSoFar
  for (const recipient of queued.recipients) {
    const forwardPath = parseAddress(recipient.forwardPath)
    if (ofAll !== undefined) refused.set(recipient, ofAll)
    else if (forwardPath === undefined) refused.set(recipient, failed('5.1.3', 'The address is not valid'))
    else if (!utf8 && (!asciiSoFar || !isAsciiPath(forwardPath))) {
      refused.set(recipient, failed('5.6.7', 'The server there does not know internationalized addresses'))
    } else {
      needsUtf8 ||= !isAsciiPath(forwardPath)
      addressees.push({ recipient, forwardPath })
    }
  }
  const parameters = made.is === 'formed' ? parametersOf(queued, made.form, extensions, needsUtf8 && utf8, nowMs) : {}
  return { mail: mail(reversePath ?? null, parameters), addressees, refused }
}

/** RFC 3461 section 5.1: passed on where the peer offers DSN. */
export const rcptFor = ({ recipient, forwardPath }: Addressee, extensions: Extensions): Rcpt => {
  const rcpt: Rcpt = { verb: 'RCPT', forwardPath, ...noRcptParameters }
  if (!extensions.has('DSN')) return rcpt
  return {
    ...rcpt,
    notify: recipient.notify?.map((when) => notifyEvents[when]),
    originalRecipient: recipient.orcpt ?? undefined,
  }
}

const saidIn = (reply: Reply, by: string): Said => ({
  code: reply.code,
  enhanced: reply.enhanced ?? `${Math.floor(reply.code / 100)}.0.0`,
  text: reply.lines.join(' '),
  by,
})

export const outcomeOf = (reply: Reply, by: string, reports: 'passedOn' | 'final' | 'none'): Outcome => {
  const said = saidIn(reply, by)
  if (isPositive(reply)) return { is: 'delivered', said, reports }
  if (isTemporary(reply)) return { is: 'deferred', said }
  if (reply.code >= 500) return { is: 'failed', said }
  return { is: 'deferred', said: { ...said, code: 451, enhanced: '4.5.0' } }
}

/** RFC 5321 section 4.5.3.1.10: a bare 552 to RCPT is how old servers say "too many recipients", for which a retry helps. */
export const outcomeOfRcpt = (reply: Reply, by: string): Outcome => {
  const outcome = outcomeOf(reply, by, 'none')
  const tooMany = reply.code === 552 && reply.enhanced === undefined
  return tooMany ? { is: 'deferred', said: { ...outcome.said, code: 452, enhanced: '4.5.3' } } : outcome
}
