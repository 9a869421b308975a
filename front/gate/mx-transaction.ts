/**
 * The transaction of a session on port 25: its phase, its recipients, its content, and the connection to intake that hears of
 * it command by command. Says what the client is to be told; when that leaves is the session's to decide.
 */
import type { LineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import type { Phase } from '@bulkhead/wire/smtp/phases.ts'
import { encodeReply, isPositive, withPage, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Bdat } from '@bulkhead/wire/smtp/verbs/bdat.ts'
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import type { Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import type { Connection } from './connection.ts'
import type { DeliveryTag } from './delivery.ts'
import { IntakeLink, type LinkListener } from './intake-link.ts'
import { badContentReplies } from './mx-content.ts'
import { Incoming, type Outcome } from './mx-incoming.ts'
import { clientFacts, forIntake, mailRefusal, rcptRefusal, senderDomain } from './mx-mail.ts'
import { recipientsOfSession, unknownDelayMs } from './mx-recipients.ts'
import { mxReplies as say, passedOn } from './mx-replies.ts'
import type { PendingReply } from './reply-queue.ts'
import type { Surroundings } from './surroundings.ts'

type MxTag = { readonly is: 'mail' | 'rcpt'; readonly place: PendingReply } | DeliveryTag

/** The session, as its transaction knows it. */
export interface Speaker {
  /** Keeps the place of a reply that is not known yet. */
  reserve(): PendingReply
  /** An answer came: what waited for it may go on. */
  go(): void
  /** Intake has decided about the message; `left` is called once the client's reply is out. */
  decided(answer: Reply, left: () => void): void
}

/** What to say: a reply, one that ends the session, or nothing yet. */
export type Said = Reply | { readonly last: Reply } | undefined

const inTransaction: ReadonlySet<Phase> = new Set(['mail', 'rcpt', 'chunks', 'content'])

export class MxTransaction implements LinkListener<MxTag> {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #speaker: Speaker
  readonly #recipients = recipientsOfSession()
  readonly #incoming: Incoming
  #phase: Phase = 'greeted'
  #hello: Hello | undefined
  #mail: Mail | undefined
  #mails = 0
  #link: IntakeLink<MxTag> | undefined
  #corked = false

  constructor(connection: Connection, surroundings: Surroundings, speaker: Speaker) {
    this.#connection = connection
    this.#in = surroundings
    this.#speaker = speaker
    this.#incoming = new Incoming(surroundings.policy, surroundings.limits.messageBytesMax)
  }

  get phase(): Phase {
    return this.#phase
  }

  /** Replies of intake to MAIL and RCPT that are owed. */
  get awaited(): number {
    return this.#recipients.awaited
  }

  /**
   * RCPTs follow a MAIL without waiting (RFC 2920). Who has asked for somebody unknown gets one answer at a time.
   */
  get mayAskMore(): boolean {
    return this.#phase !== 'ready' && this.#recipients.unknown === 0 && this.awaited < this.#in.policy.repliesAwaitedMax
  }

  greeted(hello: Hello, next: Phase): void {
    this.forget()
    this.#hello = hello
    this.#phase = next
  }

  /** What was said before TLS was said by who knows whom (RFC 3207 section 4.2). */
  beginAnew(): void {
    this.#phase = 'greeted'
    this.#hello = undefined
  }

  begin(command: Mail): Said {
    if (this.#mails >= this.#in.policy.mailsMax) return { last: say.tooManyMessages }
    const { peer, secure, tlsVersion } = this.#connection
    const refusal = mailRefusal(command, this.#in.limits.messageBytesMax, secure)
    if (refusal !== undefined) return refusal
    if (!this.#in.peers.mails(peer.address, senderDomain(command))) return this.#withPage(say.tooFast)
    this.#mails += 1
    this.#mail = command
    this.#recipients.begin()
    this.#phase = 'mail'
    const link = this.#openLink()
    link.mention(clientFacts(peer, this.#hello, tlsVersion))
    this.#recipients.awaited += 1
    link.ask(forIntake(command), { is: 'mail', place: this.#speaker.reserve() })
    return undefined
  }

  ask(command: Rcpt): Said {
    const { policy, limits, peers } = this.#in
    const [mail, link] = [this.#mail, this.#link]
    if (mail === undefined) return say.away
    const refusal = rcptRefusal(command, mail, this.#recipients.open, limits.recipientsMax)
    if (refusal !== undefined) return refusal
    if (this.#recipients.unknown >= policy.unknownRecipientsMax) return { last: say.tooManyUnknown }
    if (link === undefined || !link.alive) return say.away
    const { address } = this.#connection.peer
    if (peers.harvests(address)) return this.#withPage(say.tooManyUnknownBefore)
    if (!peers.asks(address, senderDomain(mail))) return this.#withPage(say.tooFast)
    this.#phase = 'rcpt'
    this.#recipients.asked()
    link.ask(command, { is: 'rcpt', place: this.#speaker.reserve() })
    return undefined
  }

  /** Where the phase is `content` after it, content comes. */
  data(): Reply {
    if (this.#link?.alive !== true) {
      this.#phase = 'ready'
      return say.away
    }
    if (this.#mail?.body === 'BINARYMIME') return say.needsChunks
    if (this.#recipients.accepted === 0) return say.noRecipients
    this.#phase = 'content'
    this.#incoming.data(this.#link)
    return say.sendContent
  }

  /** Its octets come next, wanted or not, unless the session ends. */
  chunk(command: Bdat, outOfPhase: Reply | undefined): Said {
    const { messageBytesMax } = this.#in.limits
    if (command.sizeBytes > messageBytesMax) return { last: badContentReplies.tooLarge }
    const tooLarge = this.#incoming.contentBytes + command.sizeBytes > messageBytesMax
    const refusal = outOfPhase ?? this.#chunkRefusal() ?? (tooLarge ? badContentReplies.tooLarge : undefined)
    const isInside = this.#phase === 'chunks' || this.#phase === 'rcpt'
    if (refusal === undefined) this.#phase = 'chunks'
    this.#incoming.chunk(command, this.#link, { binary: this.#mail?.body === 'BINARYMIME', refusal, inTransaction: isInside })
    return undefined
  }

  read(lines: LineReader): Outcome {
    const outcome = this.#incoming.read(lines)
    if (outcome.is === 'whole') this.#incoming.finish(this.#recipients.accepted)
    return outcome
  }

  /** Whatever it was, it is over, and intake knows. */
  reset(next: Phase): void {
    this.forget()
    this.#phase = next
  }

  forget(): void {
    if (inTransaction.has(this.#phase) && this.#link?.alive === true) this.#link.mention({ verb: 'RSET' })
    this.#incoming.forget()
    this.#recipients.begin()
  }

  /** Everything said to intake until `uncork` leaves at once. */
  cork(): void {
    this.#corked = true
    this.#link?.cork()
  }

  uncork(): void {
    this.#corked = false
    this.#link?.uncork()
  }

  quit(): void {
    this.#link?.quit()
  }

  destroy(): void {
    this.#link?.destroy()
    this.#link = undefined
    this.#incoming.forget()
  }

  answered(tag: MxTag, answer: Reply): void {
    switch (tag.is) {
      case 'mail':
        if (!isPositive(answer)) this.#phase = 'ready'
        this.#settle(tag.place, answer)
        break
      case 'rcpt':
        this.#rcptAnswered(tag.place, answer)
        break
      case 'chunk':
        tag.of.chunkAnswered(answer)
        break
      case 'final': {
        const folded = tag.of.finalAnswered(answer)
        if (folded !== undefined) this.#decided(passedOn(folded))
      }
    }
  }

  settled(): void {
    this.#speaker.go()
  }

  drained(): void {
    this.#speaker.go()
  }

  broken(owed: readonly MxTag[], reason: string): void {
    this.#in.log.warn('intakeLinkBroken', { reason, peer: this.#connection.peer.address })
    this.#in.meter.count('gate_intake_links_broken_total')
    this.#incoming.refuse(say.away)
    let messageLost = false
    for (const tag of owed) {
      if (tag.is === 'mail') this.#phase = 'ready'
      if (tag.is === 'mail' || tag.is === 'rcpt') this.#settle(tag.place, say.away)
      else if (tag.is === 'final') messageLost = true
    }
    if (messageLost) this.#decided(say.away)
    this.#speaker.go()
  }

  #openLink(): IntakeLink<MxTag> {
    if (this.#link?.alive === true) return this.#link
    const { intakePath, hostName, policy } = this.#in
    const link = new IntakeLink<MxTag>(intakePath(), hostName, policy.intakeTimeoutMs, this)
    if (this.#corked) link.cork()
    this.#link = link
    return link
  }

  #rcptAnswered(place: PendingReply, answer: Reply): void {
    if (!this.#recipients.answered(answer)) return this.#settle(place, answer)
    const { meter, peers, policy } = this.#in
    const { address } = this.#connection.peer
    meter.count('gate_refusals_total', 1, { why: 'unknownRecipient' })
    peers.askedInVain(address)
    const delayMs = unknownDelayMs(Math.max(this.#recipients.unknown, peers.unknown(address)), policy)
    if (delayMs === 0) return this.#settle(place, answer)
    setTimeout(() => {
      this.#settle(place, answer)
      this.#speaker.go()
    }, delayMs).unref()
  }

  #settle(place: PendingReply, answer: Reply): void {
    this.#recipients.awaited -= 1
    place.text = encodeReply(passedOn(answer))
  }

  #chunkRefusal(): Reply | undefined {
    if (this.#link?.alive !== true) return say.away
    return this.#recipients.accepted === 0 ? say.noRecipients : undefined
  }

  /** XACK follows once the client's reply is out (see `phases.ts`). */
  #decided(answer: Reply): void {
    this.#phase = 'ready'
    this.#recipients.begin()
    const link = this.#link
    this.#speaker.decided(answer, () => {
      if (link?.alive === true) link.mention({ verb: 'XACK' })
    })
  }

  #withPage(refusal: Reply): Reply {
    return withPage(refusal, this.#in.reception().helpUrl)
  }
}
