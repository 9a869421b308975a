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
import { formed, type Form } from './form.ts'
import { contentChunkBytes } from './limits.ts'
import { firstForm, hasOddDots, otherForm, unreadable } from './odd-dots.ts'
import { deferred, type Outcome } from './outcome.ts'
import { recipientsMaxOf, type Session } from './session.ts'
import { outcomeOf, outcomeOfRcpt, planFor, rcptFor, type Addressee, type Plan } from './transaction.ts'
import type { Content } from './content.ts'
import type { QueuedTo } from './verdict.ts'

export type Outcomes = ReadonlyMap<QueuedTo, Outcome>

export interface Delivery {
  readonly outcomes: Outcomes
  /** Transactions whose content was answered: as many acknowledgements intake waits for. */
  readonly answered: number
  /** The session it went over, as far as people may ask about it; null where there was none. */
  readonly over: Pick<Session, 'address' | 'tls'> | null
}

interface Batch {
  readonly plan: Plan
  readonly addressees: readonly Addressee[]
  readonly form: Form
  readonly oddDots: OddDots
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
  const { plan, addressees, form, oddDots } = batch
  const withData = protocol === 'smtp' && !form.inChunks && extensions.has('PIPELINING')
  const rcpts = addressees.map((addressee) => rcptFor(addressee, extensions))
  const replyTo = replies(session, [plan.mail, ...rcpts, ...(withData ? [{ verb: 'DATA' } as const] : [])], oddDots)
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

/** Content on its way: `handedOver` once its end is with the system, which is when an answer to it may be believed. */
interface Sending {
  handedOver: boolean
  ended: boolean
}

const sendDotted = async ({ conversation, patience }: Session, bytes: Buffer, sending: Sending): Promise<void> => {
  const dots = dotWriter()
  for (let at = 0; at < bytes.length; at += contentChunkBytes) {
    await conversation.send(dots.push(bytes.subarray(at, at + contentChunkBytes)), patience.contentMs)
  }
  sending.handedOver = true
  await conversation.send(dots.end(), patience.finalMs)
  sending.ended = true
}

const sendCounted = async ({ conversation, patience }: Session, bytes: Buffer, sending: Sending): Promise<void> => {
  for (let at = 0; at < bytes.length; at += contentChunkBytes) {
    const chunk = bytes.subarray(at, at + contentChunkBytes)
    sending.handedOver = at + chunk.length === bytes.length
    await conversation.send(chunk, sending.handedOver ? patience.finalMs : patience.contentMs)
  }
  sending.ended = true
}

/** The answer to the content. One that says yes before it can have seen the end is none. */
const answerTo = async (session: Session, { bytes, inChunks }: Form): Promise<Reply> => {
  const { conversation, patience } = session
  const sending: Sending = { handedOver: false, ended: false }
  const [final] = inChunks
    ? conversation.askAll([{ verb: 'BDAT', sizeBytes: bytes.length, last: true }], patience.finalMs)
    : conversation.expect(1, patience.finalMs)
  // Where it fails the conversation is over, which `final` tells, unless the peer gave its answer first.
  void (inChunks ? sendCounted : sendDotted)(session, bytes, sending).catch(() => undefined)
  const reply = await final
  assert(reply !== undefined, 'content is answered')
  if (!sending.ended) conversation.destroy('The peer answered before the content ended')
  if (isPositive(reply) && !sending.handedOver) throw new ConversationOver('The server took the message before it had it')
  return reply
}

/** Where the server takes no recipient or no content: what is left of the transaction goes. */
const abandoned = async ({ conversation, patience }: Session, outcomes: Map<QueuedTo, Outcome>): Promise<Transaction> => {
  await conversation.ask({ verb: 'RSET' }, patience.commandMs)
  return { outcomes, answered: false }
}

const smtpTransaction = async (session: Session, batch: Batch): Promise<Transaction> => {
  const { conversation, extensions, host, patience } = session
  const { form } = batch
  const { taken, outcomes, data: early } = await sayEnvelope(session, batch)
  if (taken.length === 0 && early === undefined) return abandoned(session, outcomes)
  if (!form.inChunks) {
    const data = await (early ?? conversation.ask({ verb: 'DATA' }, patience.commandMs))
    if (!isIntermediate(data)) {
      for (const { recipient } of taken) outcomes.set(recipient, outcomeOf(data, host, 'none'))
      return abandoned(session, outcomes)
    }
  }
  if (taken.length === 0) {
    // RFC 2920 section 3.1: a server that takes DATA though it took no recipient gets no message.
    await conversation.send('.\r\n', patience.contentMs)
    await Promise.all(conversation.expect(1, patience.finalMs))
    return { outcomes, answered: false }
  }
  const reply = await answerTo(session, form)
  const reports = extensions.has('DSN') ? 'passedOn' : 'none'
  for (const { recipient } of taken) outcomes.set(recipient, outcomeOf(reply, host, reports))
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
  const { bytes } = batch.form
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

const oddDotsOf = (plan: Plan, addressees: readonly Addressee[]): OddDots =>
  firstForm(addressees[0]?.forwardPath.domain ?? plan.mail.reversePath?.domain ?? '')

/** One transaction, and a second one in the other form for the odd-dotted ones that the peer could not read. */
const transact = async (session: Session, batch: Omit<Batch, 'oddDots'>, settle: (done: Transaction) => void): Promise<void> => {
  const { plan, addressees } = batch
  const transaction = session.protocol === 'lmtp' ? lmtpTransaction : smtpTransaction
  const oddDots = oddDotsOf(plan, addressees)
  const done = await transaction(session, { ...batch, oddDots })
  settle(done)
  const again = addressees.filter(({ recipient, forwardPath }) => {
    const outcome = done.outcomes.get(recipient)
    return outcome?.is === 'failed' && unreadable(outcome.said.code) && (hasOddDots(forwardPath) || hasOddDots(plan.mail.reversePath))
  })
  if (again.length === 0) return
  settle(await transaction(session, { ...batch, addressees: again, oddDots: otherForm(oddDots) }))
}

export const deliver = async (session: Session, queued: Queued, content: Content, nowMs: number): Promise<Delivery> => {
  const made = formed(content, queued.bodyKind, session.extensions)
  const plan = planFor(queued, made, session.extensions, nowMs)
  const outcomes = new Map<QueuedTo, Outcome>(plan.refused)
  let answered = 0
  const settle = (done: Transaction): void => {
    done.outcomes.forEach((outcome, recipient) => outcomes.set(recipient, outcome))
    if (done.answered) answered += 1
  }
  let lastWords = 'The connection broke'
  try {
    const most = recipientsMaxOf(session)
    for (let at = 0; made.is === 'formed' && at < plan.addressees.length; at += most) {
      const addressees = plan.addressees.slice(at, at + most)
      await transact(session, { plan, addressees, form: made.form }, settle)
    }
  } catch (error) {
    if (!(error instanceof ConversationOver)) throw error
    lastWords = error.message
  }
  for (const { recipient } of plan.addressees) {
    if (!outcomes.has(recipient)) outcomes.set(recipient, deferred('4.4.2', lastWords))
  }
  return { outcomes, answered, over: { address: session.address, tls: session.tls } }
}
