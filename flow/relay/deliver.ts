/**
 * Delivers one message to recipients of one destination over an open session, by SMTP (RFC 5321 section 3.3, pipelined where
 * the peer can) or by LMTP to our own intake. Gives an outcome for every recipient, whatever happens.
 */
import { assert } from '@bulkhead/base/assert.ts'
import type { Queued } from '@bulkhead/mail/queue/queued.ts'
import type { SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import { dotWriter } from '@bulkhead/wire/smtp/dot-writer.ts'
import type { OddDots } from '@bulkhead/wire/smtp/path.ts'
import { isIntermediate, isPositive, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { ConversationOver } from './conversation.ts'
import { contentChunkBytes, recipientsPerTransactionMax } from './limits.ts'
import { firstForm, hasOddDots, otherForm, unreadable } from './odd-dots.ts'
import { deferred, type Outcome } from './outcome.ts'
import type { Session } from './session.ts'
import { outcomeOf, outcomeOfRcpt, planFor, rcptFor, type Addressee, type Content, type Plan } from './transaction.ts'
import type { QueuedTo } from './verdict.ts'

export type Outcomes = ReadonlyMap<QueuedTo, Outcome>

export interface Delivery {
  readonly outcomes: Outcomes
  /** Transactions whose content was answered: as many acknowledgements intake waits for. */
  readonly answered: number
}

interface Batch {
  readonly plan: Plan
  readonly addressees: readonly Addressee[]
  readonly content: Content
  readonly form: OddDots
}

interface Transaction {
  readonly outcomes: Map<QueuedTo, Outcome>
  readonly answered: boolean
}

/** After the envelope: who was taken, and what became of the others. */
interface Greeted {
  readonly taken: readonly Addressee[]
  readonly outcomes: Map<QueuedTo, Outcome>
  /** The reply to DATA, where it went out with the envelope. */
  readonly data: Promise<Reply> | undefined
}

/** Replies to `commands` by position: all asked at once where the peer pipelines, else each when its reply is wanted. */
const replies = (session: Session, commands: readonly SmtpCommand[], form: OddDots): ((at: number) => Promise<Reply>) => {
  const { conversation, extensions, patience } = session
  const asked = extensions.has('PIPELINING') ? conversation.askAll(commands, patience.commandMs, form) : []
  return (at) => {
    const command = commands[at]
    assert(command !== undefined, 'a reply is wanted to a command')
    return asked[at] ?? conversation.ask(command, patience.commandMs, form)
  }
}

const sayEnvelope = async (session: Session, batch: Batch): Promise<Greeted> => {
  const { extensions, host, protocol } = session
  const { plan, addressees, form } = batch
  const withData = protocol === 'smtp' && extensions.has('PIPELINING')
  const rcpts = addressees.map((addressee) => rcptFor(addressee, extensions))
  const replyTo = replies(session, [plan.mail, ...rcpts, ...(withData ? [{ verb: 'DATA' } as const] : [])], form)
  const outcomes = new Map<QueuedTo, Outcome>()
  const taken: Addressee[] = []
  const mailReply = await replyTo(0)
  const welcome = isPositive(mailReply)
  for (const [at, addressee] of addressees.entries()) {
    const outcome = welcome ? outcomeOfRcpt(await replyTo(at + 1), host) : outcomeOf(mailReply, host, 'none')
    if (outcome.is === 'delivered') taken.push(addressee)
    else outcomes.set(addressee.recipient, outcome)
  }
  return { taken, outcomes, data: withData ? replyTo(rcpts.length + 1) : undefined }
}

const sendContent = async ({ conversation, patience }: Session, bytes: Buffer): Promise<void> => {
  const dots = dotWriter()
  for (let at = 0; at < bytes.length; at += contentChunkBytes) {
    await conversation.send(dots.push(bytes.subarray(at, at + contentChunkBytes)), patience.contentMs)
  }
  await conversation.send(dots.end(), patience.finalMs)
}

const smtpTransaction = async (session: Session, batch: Batch): Promise<Transaction> => {
  const { conversation, extensions, host, patience } = session
  const { taken, outcomes, data: early } = await sayEnvelope(session, batch)
  if (taken.length === 0 && early === undefined) {
    await conversation.ask({ verb: 'RSET' }, patience.commandMs)
    return { outcomes, answered: false }
  }
  const data = await (early ?? conversation.ask({ verb: 'DATA' }, patience.commandMs))
  if (!isIntermediate(data)) {
    for (const { recipient } of taken) outcomes.set(recipient, outcomeOf(data, host, 'none'))
    if (taken.length > 0) await conversation.ask({ verb: 'RSET' }, patience.commandMs)
    return { outcomes, answered: false }
  }
  if (taken.length === 0) {
    // RFC 2920 section 3.1: a server that takes DATA though it took no recipient gets no message.
    await conversation.send('.\r\n', patience.contentMs)
    await Promise.all(conversation.expect(1, patience.finalMs))
    return { outcomes, answered: false }
  }
  const [final] = conversation.expect(1, patience.finalMs)
  let sent = false
  sendContent(session, batch.content.bytes).then(
    () => (sent = true),
    // The conversation is over then, which `final` tells, unless the peer gave its answer first.
    () => undefined,
  )
  const reply = await final
  if (!sent) conversation.destroy('The peer answered before the content ended')
  const reports = extensions.has('DSN') ? 'passedOn' : 'none'
  for (const { recipient } of taken) if (reply !== undefined) outcomes.set(recipient, outcomeOf(reply, host, reports))
  return { outcomes, answered: true }
}

/** RFC 2033 section 4.2 with RFC 3030's chunks: one reply for each recipient that was taken, in their order. */
const lmtpTransaction = async (session: Session, batch: Batch): Promise<Transaction> => {
  const { conversation, host, patience } = session
  const { taken, outcomes } = await sayEnvelope(session, batch)
  if (taken.length === 0) {
    await conversation.ask({ verb: 'RSET' }, patience.commandMs)
    return { outcomes, answered: false }
  }
  const { bytes } = batch.content
  const [first] = conversation.askAll([{ verb: 'BDAT', sizeBytes: bytes.length, last: true }], patience.finalMs)
  const others = conversation.expect(taken.length - 1, patience.finalMs)
  await conversation.send(bytes, patience.finalMs)
  const replies = await Promise.all(first === undefined ? others : [first, ...others])
  for (const [at, { recipient }] of taken.entries()) {
    const reply = replies[at]
    if (reply !== undefined) outcomes.set(recipient, outcomeOf(reply, host, 'final'))
  }
  return { outcomes, answered: true }
}

const formOf = (plan: Plan, addressees: readonly Addressee[]): OddDots =>
  firstForm(addressees[0]?.forwardPath.domain ?? plan.mail.reversePath?.domain ?? '')

/** One transaction, and a second one in the other form for the odd-dotted ones that the peer could not read. */
const transact = async (session: Session, batch: Omit<Batch, 'form'>, settle: (done: Transaction) => void): Promise<void> => {
  const { plan, addressees } = batch
  const transaction = session.protocol === 'lmtp' ? lmtpTransaction : smtpTransaction
  const form = formOf(plan, addressees)
  const done = await transaction(session, { ...batch, form })
  settle(done)
  const again = addressees.filter(({ recipient, forwardPath }) => {
    const outcome = done.outcomes.get(recipient)
    return outcome?.is === 'failed' && unreadable(outcome.said.code) && (hasOddDots(forwardPath) || hasOddDots(plan.mail.reversePath))
  })
  if (again.length === 0) return
  settle(await transaction(session, { ...batch, addressees: again, form: otherForm(form) }))
}

export const deliver = async (session: Session, queued: Queued, content: Content): Promise<Delivery> => {
  const plan = planFor(queued, content, session.extensions)
  const outcomes = new Map<QueuedTo, Outcome>(plan.refused)
  let answered = 0
  const settle = (done: Transaction): void => {
    done.outcomes.forEach((outcome, recipient) => outcomes.set(recipient, outcome))
    if (done.answered) answered += 1
  }
  let lastWords = 'The connection broke'
  try {
    for (let at = 0; at < plan.addressees.length; at += recipientsPerTransactionMax) {
      const addressees = plan.addressees.slice(at, at + recipientsPerTransactionMax)
      await transact(session, { plan, addressees, content }, settle)
    }
  } catch (error) {
    if (!(error instanceof ConversationOver)) throw error
    lastWords = error.message
  }
  for (const { recipient } of plan.addressees) {
    if (!outcomes.has(recipient)) outcomes.set(recipient, deferred('4.4.2', lastWords))
  }
  return { outcomes, answered }
}
