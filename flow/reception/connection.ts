/**
 * One connection of a caller: the only code of reception that reads, performs and writes. Commands are performed in order,
 * one at a time; replies to what came together leave together.
 */
import type { Socket } from 'node:net'
import { Fault } from '@bulkhead/base/fault.ts'
import { commandLineBytesMax } from '@bulkhead/wire/smtp/command.ts'
import { encodeReply, reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import { chunkAnswered, contentAnswered } from './commands/bdat.ts'
import { recipientAnswered, recipientRefused } from './commands/rcpt.ts'
import { clientKnown } from './commands/xclient.ts'
import { openContent, type Content, type ContentPorts, type Pending } from './content.ts'
import { contentRefusal, decide } from './decide.ts'
import { socketInput, type Input } from './input.ts'
import type { Greylisting } from './peer/greylisting.ts'
import type { Peers } from './peer/peers.ts'
import type { RefusedNotes } from './peer/refused-notes.ts'
import type { Recipients } from './recipients.ts'
import { ok } from './replies.ts'
import { newSession, type Client, type Found, type Policy, type ReceptionCaller, type Request, type Session, type Step } from './session.ts'

export interface Reception extends ContentPorts {
  readonly recipients: Recipients
  readonly policy: Policy
  readonly peers: Peers
  readonly greylisting: Greylisting
  readonly refusedNotes: RefusedNotes
}

/** Answered transactions that a caller may leave without a word about whether the answer arrived. */
const pendingMax = 1_000

const badLine = reply(500, '5.5.2', 'Bad line')
const greetingOf = (hostName: string): Reply => reply(220, undefined, `${hostName} LMTP`)

export class Connection {
  readonly #socket: Socket
  readonly #input: Input
  readonly #reception: Reception
  readonly #pending: Pending[] = []
  #session: Session
  #content: Content | undefined
  #output = ''

  constructor(socket: Socket, caller: ReceptionCaller, reception: Reception) {
    this.#socket = socket
    this.#input = socketInput(socket, commandLineBytesMax)
    this.#reception = reception
    this.#session = newSession(caller)
  }

  /** Serves until the caller leaves. Never rejects because of what the caller did. */
  async serve(): Promise<void> {
    this.#say([greetingOf(this.#reception.policy.hostName)])
    try {
      await this.#converse()
    } finally {
      this.#content?.discard()
      this.#flush()
      this.#socket.end()
    }
  }

  /** Ends once the message that is being stored has its answer; one still on its way will come again. */
  stop(): void {
    this.#input.stop()
  }

  async #converse(): Promise<void> {
    for (;;) {
      const line = this.#input.line()
      if (line === undefined) {
        this.#flush()
        if (!(await this.#input.more())) return
      } else if (typeof line === 'string') {
        this.#say([badLine])
      } else {
        const decided = decide(this.#session, line, this.#reception.policy)
        const step = 'ask' in decided ? await this.#perform(decided) : decided
        if (step === undefined) return
        this.#take(step)
        if (step.closes === true || this.#pending.length > pendingMax) return
      }
    }
  }

  /** Undefined where the caller left in the middle. */
  async #perform(request: Request): Promise<Step | undefined> {
    if (request.ask === 'client') return clientKnown(this.#session, this.#known(request.client))
    if (request.ask === 'recipient') return this.#recipient(request)
    if (request.ask === 'content') return this.#takeChunk(request.sizeBytes, request.last)
    const pending = this.#pending.shift() ?? []
    for (const { account, digest } of pending) this.#reception.journal.acknowledged(account, digest)
    return { replies: [ok('2.0.0', 'Noted')], becomes: this.#session }
  }

  /** A connection speaks for one client most of the time: what is known of it is asked once. */
  #known(client: Omit<Client, 'facts'>): Client {
    const before = this.#session.client
    const same = before.address === client.address && before.helo === client.helo
    return { ...client, facts: same ? before.facts : this.#reception.peers.facts(client) }
  }

  async #recipient(request: Extract<Request, { ask: 'recipient' }>): Promise<Step> {
    const session = this.#session
    const refusal = await this.#peerRefusal(request.rcpt)
    if (refusal !== undefined) return this.#refused(request.rcpt, refusal)
    const found = await this.#find(request)
    const later = found.is === 'found' ? await this.#greylisted(request.rcpt, found.recipient.brand) : undefined
    return later === undefined ? recipientAnswered(session, request.rcpt, found) : this.#refused(request.rcpt, later)
  }

  #refused({ forwardPath }: Rcpt, refusal: Reply): Step {
    const { client, transaction } = this.#session
    this.#reception.refusedNotes.note(client, transaction?.reversePath ?? '', forwardPath, refusal)
    return recipientRefused(this.#session, refusal)
  }

  /** Everybody may write to the postmaster (RFC 5321 section 4.5.1): to ask why they may not write to others. */
  async #peerRefusal({ forwardPath }: Rcpt): Promise<Reply | undefined> {
    const { peers, meter } = this.#reception
    if (!peers.mayRefuse() || forwardPath.localPart.toLowerCase() === 'postmaster') return undefined
    const refusal = peers.refusal(await this.#session.client.facts)
    if (refusal !== undefined) meter.count('intake_refused', 1, { why: 'peer' })
    return refusal
  }

  async #greylisted({ forwardPath }: Rcpt, brand: string): Promise<Reply | undefined> {
    const { client, transaction } = this.#session
    const { greylisting, meter } = this.#reception
    if (client.address === null || transaction === undefined || !greylisting.applies(brand)) return undefined
    if ((await client.facts).knownGood) return undefined
    const refusal = await greylisting.refusal({ address: client.address, helo: client.helo, reversePath: transaction.reversePath, forwardPath, brand })
    if (refusal !== undefined) meter.count('intake_refused', 1, { why: 'greylisted' })
    return refusal
  }

  async #find(request: Extract<Request, { ask: 'recipient' }>): Promise<Found> {
    const { memory, recipients } = this.#reception
    if (request.sizeBytes !== undefined && !memory.fits(this.#session.client.address, request.sizeBytes)) return { is: 'refused', why: 'noRoom' }
    try {
      return await recipients.find(request.rcpt.forwardPath, request.sizeBytes)
    } catch (error) {
      this.#reception.log.error('recipientNotFound', error, { fault: error instanceof Fault })
      return { is: 'refused', why: 'away' }
    }
  }

  async #takeChunk(sizeBytes: number, last: boolean): Promise<Step | undefined> {
    const session = this.#session
    const refused = contentRefusal(session)
    const { transaction } = session
    if (refused === undefined && transaction !== undefined) {
      this.#content ??= openContent(this.#reception, this.#reception.policy, session, transaction)
    }
    const content = this.#content
    content?.expect(sizeBytes)
    this.#flush()
    let left = sizeBytes
    while (left > 0) {
      const chunk = this.#input.take(left)
      left -= chunk.length
      if (chunk.length > 0) content?.write(chunk)
      else if (!(await this.#input.more())) return undefined
    }
    if (content === undefined) return { replies: [refused ?? badLine], becomes: session }
    if (!last) return chunkAnswered(session, sizeBytes, content.refusal())
    this.#content = undefined
    const { replies, pending } = await content.end()
    if (pending.length > 0) this.#pending.push(pending)
    return contentAnswered(session, replies)
  }

  /** A transaction that is forgotten before its end leaves nothing behind. */
  #take(step: Step): void {
    this.#session = step.becomes
    this.#say(step.replies)
    if (step.becomes.transaction !== undefined || this.#content === undefined) return
    const content = this.#content
    this.#content = undefined
    content.discard()
  }

  #say(replies: readonly Reply[]): void {
    for (const one of replies) this.#output += encodeReply(one)
  }

  #flush(): void {
    if (this.#output !== '' && this.#socket.writable) this.#socket.write(this.#output)
    this.#output = ''
  }
}
