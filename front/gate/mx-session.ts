/**
 * SMTP on port 25 (RFC 5321) for one client: every MAIL and RCPT is passed on to `intake` and answered with what it says;
 * content streams through. Nothing is kept here, nothing is relayed, and 250 is only said after intake has said it.
 */
import type { Meter } from '@bulkhead/base/meter.ts'
import { commandLineBytesMax, parseCommand, type ParsedCommand, type SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { mxPhases, welcome, type Phase } from '@bulkhead/wire/smtp/phases.ts'
import { isImpossible, helloFlaw } from '@bulkhead/wire/smtp/hello-flaw.ts'
import { encodeReply, isPositive, reply, withPage, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Bdat } from '@bulkhead/wire/smtp/verbs/bdat.ts'
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import type { Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import type { Connection, Session } from './connection.ts'
import type { DeliveryTag } from './delivery.ts'
import { IntakeLink, type LinkListener } from './intake-link.ts'
import { badContentReplies } from './mx-content.ts'
import { Incoming, type Outcome } from './mx-incoming.ts'
import { clientFacts, forIntake, mailRefusal, rcptRefusal } from './mx-mail.ts'
import { recipientsOfSession, unknownDelayMs } from './mx-recipients.ts'
import { mxReplies as say, helloReply, passedOn } from './mx-replies.ts'
import { replyQueue, type PendingReply } from './reply-queue.ts'
import type { Surroundings } from './surroundings.ts'

type MxTag = { readonly is: 'mail' | 'rcpt'; readonly place: PendingReply } | DeliveryTag

/** What the bytes that come next are. Before the `greeting` and in `verdict`, when intake decides, nothing is read. */
type Reading = 'greeting' | 'commands' | 'content' | 'verdict'

/** Whether to go on, wait for the client, or wait for intake or the client's reading. */
type Step = 'again' | 'more' | 'blocked'

const readyReplyBytesMax = 16 * 1024
const inTransaction: ReadonlySet<Phase> = new Set(['mail', 'rcpt', 'chunks', 'content'])

export class MxSession implements Session, LinkListener<MxTag> {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #replies = replyQueue()
  #lines = lineReader(commandLineBytesMax)
  #phase: Phase = 'greeted'
  #reading: Reading = 'commands'
  /** A command that has to wait for replies before it. */
  #held: ParsedCommand | undefined
  #hello: Hello | undefined
  #link: IntakeLink<MxTag> | undefined
  /** Of the transaction under way. */
  #mail: Mail | undefined
  readonly #recipients = recipientsOfSession()
  readonly #incoming: Incoming
  #acknowledging = false
  #mails = 0
  #bad = 0
  #going = false
  #paused = false
  #inputEnded = false
  #leaving = false

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
    this.#incoming = new Incoming(surroundings.policy, surroundings.limits.messageBytesMax)
  }

  /** Who is not known waits a while: machines that can't are no mail servers (RFC 5321 section 4.3.1). */
  greet(): void {
    const { greetDelayMs } = this.#in.reception()
    if (greetDelayMs === 0 || this.#in.peers.wellKnown(this.#connection.peer.address)) return this.#welcome()
    this.#reading = 'greeting'
    setTimeout(() => this.#welcome(), greetDelayMs).unref()
  }

  receive(chunk: Buffer): void {
    if (this.#reading === 'greeting') return this.#spokeTooSoon()
    this.#lines.push(chunk)
    this.#go()
  }

  clientEnded(): void {
    this.#inputEnded = true
    this.#go()
  }

  drained(): void {
    this.#go()
  }

  idle(): void {
    if (this.#recipients.awaited === 0 && this.#reading !== 'verdict') this.#bye(say.idle)
  }

  leave(): void {
    this.#leaving = true
    this.#go()
  }

  #welcome(): void {
    this.#reading = 'commands'
    this.#put(reply(220, undefined, `${this.#in.hostName} ESMTP`))
    this.#go()
  }

  #spokeTooSoon(): void {
    this.#tell('gate.earlyTalker', 'greeting')
    this.#bye(this.#said(say.tooSoon))
  }

  closed(): void {
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
        if (folded !== undefined) this.#messageAnswered(passedOn(folded))
      }
    }
  }

  settled(): void {
    this.#go()
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
    if (messageLost) this.#messageAnswered(say.away)
    this.#go()
  }

  /** Runs everything that can be run now, then writes once to each side. */
  #go(): void {
    if (this.#going || this.#connection.closing) return
    this.#going = true
    this.#link?.cork()
    let step: Step = 'again'
    while (step === 'again') step = this.#step()
    this.#link?.uncork()
    this.#going = false
    this.#flush()
    if (this.#connection.closing) return
    if (step === 'more') this.#whenNothingIsLeft()
    this.#steer(step === 'blocked')
  }

  #step(): Step {
    if (this.#connection.closing) return 'more'
    if (this.#replies.readyBytes > readyReplyBytesMax) this.#flush()
    if (this.#connection.unreadBytes > this.#in.policy.outputBytesMax) return 'blocked'
    if (this.#reading === 'verdict' || this.#reading === 'greeting') return 'blocked'
    if (this.#reading === 'content') return this.#contentStep(this.#incoming.read(this.#lines))
    const parsed = this.#held ?? this.#nextCommand()
    if (parsed === undefined) return 'more'
    if (!this.#mayRun(parsed)) {
      this.#held = parsed
      return 'blocked'
    }
    this.#held = undefined
    this.#run(parsed)
    return 'again'
  }

  #nextCommand(): ParsedCommand | undefined {
    const line = this.#lines.next()
    if (line === undefined) return undefined
    if (typeof line !== 'string') return parseCommand(line)
    return { is: 'refused', verb: undefined, reply: line === 'tooLong' ? say.lineTooLong : say.badLineEnd }
  }

  /**
   * RCPTs follow a MAIL without waiting (RFC 2920); everything else needs to know how those before it went. Who has
   * asked for somebody unknown gets one answer at a time.
   */
  #mayRun(parsed: ParsedCommand): boolean {
    if (this.#acknowledging) return false
    const { awaited, unknown } = this.#recipients
    if (awaited === 0) return true
    const follows = parsed.is === 'command' && parsed.command.verb === 'RCPT' && this.#phase !== 'ready'
    return follows && unknown === 0 && awaited < this.#in.policy.repliesAwaitedMax
  }

  #run(parsed: ParsedCommand): void {
    if (parsed.is === 'refused') {
      this.#refuse(parsed.reply)
      // Octets of unknown number follow a BDAT that was not understood: they must never be read as commands.
      if (parsed.verb === 'BDAT') this.#bye(say.outOfStep)
      return
    }
    const { command } = parsed
    const next = welcome(mxPhases, this.#phase, command.verb)
    if (command.verb === 'BDAT') this.#bdat(command, typeof next === 'string' ? undefined : next)
    else if (typeof next === 'string') this.#perform(command, next)
    else this.#refuse(next)
  }

  #perform(command: SmtpCommand, next: Phase): void {
    switch (command.verb) {
      case 'EHLO':
      case 'HELO':
        this.#greeted(command, next)
        break
      case 'MAIL':
        this.#begin(command)
        break
      case 'RCPT':
        this.#ask(command)
        break
      case 'DATA':
        this.#data()
        break
      case 'RSET':
        this.#forgetTransaction()
        this.#phase = next
        this.#put(say.ok)
        break
      case 'STARTTLS':
        this.#startTls()
        break
      case 'QUIT':
        this.#bye(say.bye)
        break
      case 'VRFY':
        this.#put(say.cannotVerify)
        break
      case 'HELP':
        this.#put(say.help)
        break
      default:
        this.#put(say.ok)
    }
  }

  #greeted(command: Hello, next: Phase): void {
    const { hello } = this.#in.reception()
    const flaw = hello === 'refuse' ? helloFlaw(command.name, this.#in.hostName, this.#connection.peer.address) : undefined
    if (isImpossible(flaw)) return this.#refuse(this.#said(say.impossibleName))
    this.#forgetTransaction()
    this.#hello = command
    this.#phase = next
    this.#put(helloReply(command, this.#in, this.#connection.secure))
  }

  /** STARTTLS (RFC 3207). What was sent along in plain was sent by who knows whom. */
  #startTls(): void {
    if (this.#connection.secure) return this.#refuse(say.tlsAlready)
    if (this.#lines.heldBytes > 0) {
      this.#tell('gate.injection', 'starttlsInjection')
      return this.#bye(say.injected)
    }
    this.#put(say.startTls)
    this.#flush()
    this.#phase = 'greeted'
    this.#hello = undefined
    this.#connection.startTls(() => this.#in.meter.count('gate_tls_total', 1, { protocol: 'smtp' }))
  }

  #begin(command: Mail): void {
    if (this.#mails >= this.#in.policy.mailsMax) return this.#bye(say.tooManyMessages)
    const refusal = mailRefusal(command, this.#in.limits.messageBytesMax, this.#connection.secure)
    if (refusal !== undefined) return this.#put(refusal)
    if (!this.#in.peers.mails(this.#connection.peer.address, senderDomain(command))) return this.#put(this.#said(say.tooFast))
    this.#mails += 1
    this.#mail = command
    this.#recipients.begin()
    this.#phase = 'mail'
    const link = this.#openLink()
    link.mention(clientFacts(this.#connection.peer, this.#hello, this.#connection.tlsVersion))
    this.#recipients.awaited += 1
    link.ask(forIntake(command), { is: 'mail', place: this.#replies.reserve() })
  }

  #openLink(): IntakeLink<MxTag> {
    if (this.#link?.alive === true) return this.#link
    const { intakePath, hostName, policy } = this.#in
    const link = new IntakeLink<MxTag>(intakePath(), hostName, policy.intakeTimeoutMs, this)
    if (this.#going) link.cork()
    this.#link = link
    return link
  }

  #ask(command: Rcpt): void {
    const { policy, limits } = this.#in
    const mail = this.#mail
    const refusal = mail === undefined ? say.away : rcptRefusal(command, mail, this.#recipients.open, limits.recipientsMax)
    if (refusal !== undefined) return this.#put(refusal)
    if (this.#recipients.unknown >= policy.unknownRecipientsMax) return this.#bye(say.tooManyUnknown)
    const link = this.#link
    if (link === undefined || !link.alive || mail === undefined) return this.#put(say.away)
    const { address } = this.#connection.peer
    if (this.#in.peers.harvests(address)) return this.#put(this.#said(say.tooManyUnknownBefore))
    if (!this.#in.peers.asks(address, senderDomain(mail))) return this.#put(this.#said(say.tooFast))
    this.#phase = 'rcpt'
    this.#recipients.asked()
    link.ask(command, { is: 'rcpt', place: this.#replies.reserve() })
  }

  #rcptAnswered(place: PendingReply, answer: Reply): void {
    if (!this.#recipients.answered(answer)) return this.#settle(place, answer)
    this.#in.meter.count('gate_refusals_total', 1, { why: 'unknownRecipient' })
    const { address } = this.#connection.peer
    this.#in.peers.askedInVain(address)
    const delayMs = unknownDelayMs(Math.max(this.#recipients.unknown, this.#in.peers.unknown(address)), this.#in.policy)
    if (delayMs === 0) return this.#settle(place, answer)
    setTimeout(() => {
      this.#settle(place, answer)
      this.#go()
    }, delayMs).unref()
  }

  #settle(place: PendingReply, answer: Reply): void {
    this.#recipients.awaited -= 1
    place.text = encodeReply(passedOn(answer))
  }

  #data(): void {
    if (this.#link?.alive !== true) {
      this.#phase = 'ready'
      return this.#put(say.away)
    }
    if (this.#mail?.body === 'BINARYMIME') return this.#put(say.needsChunks)
    if (this.#recipients.accepted === 0) return this.#put(say.noRecipients)
    this.#phase = 'content'
    this.#incoming.data(this.#link)
    this.#reading = 'content'
    this.#put(say.sendContent)
  }

  #bdat(command: Bdat, outOfPhase: Reply | undefined): void {
    const { messageBytesMax } = this.#in.limits
    if (command.sizeBytes > messageBytesMax) return this.#bye(badContentReplies.tooLarge)
    const tooLarge = this.#incoming.contentBytes + command.sizeBytes > messageBytesMax
    const refusal = outOfPhase ?? this.#chunkRefusal() ?? (tooLarge ? badContentReplies.tooLarge : undefined)
    const inTransaction = this.#phase === 'chunks' || this.#phase === 'rcpt'
    if (refusal === undefined) this.#phase = 'chunks'
    this.#incoming.chunk(command, this.#link, { binary: this.#mail?.body === 'BINARYMIME', refusal, inTransaction })
    this.#reading = 'content'
  }

  #chunkRefusal(): Reply | undefined {
    if (this.#link?.alive !== true) return say.away
    return this.#recipients.accepted === 0 ? say.noRecipients : undefined
  }

  #contentStep(outcome: Outcome): Step {
    switch (outcome.is) {
      case 'again':
      case 'more':
      case 'blocked':
        return outcome.is
      case 'endless':
        this.#bye(badContentReplies.tooLarge)
        return 'again'
      case 'whole':
        this.#reading = 'verdict'
        this.#incoming.finish(this.#recipients.accepted)
        return 'again'
      default:
        this.#reading = 'commands'
        this.#contentRefused(outcome)
        return 'again'
    }
  }

  #contentRefused(outcome: Extract<Outcome, { is: 'chunk' | 'failed' | 'outOfPlace' }>): void {
    if (outcome.is === 'chunk') return this.#put(say.chunkTaken)
    if (outcome.is === 'outOfPlace') return this.#refuse(outcome.refusal)
    if (outcome.verdict !== undefined) this.#tell('gate.badContent', outcome.verdict)
    this.#failMessage(outcome.refusal)
  }

  #tell(kind: string, outcome: string): void {
    this.#in.meter.count('gate_refusals_total', 1, { why: outcome })
    this.#in.tell({ kind, caller: this.#connection.peer.address, outcome })
  }

  /** With the page that says more. */
  #said(refusal: Reply): Reply {
    return withPage(refusal, this.#in.reception().helpUrl)
  }

  /** Refused before intake was asked to decide. */
  #failMessage(refusal: Reply): void {
    countMessage(this.#in.meter, refusal)
    this.#forgetTransaction()
    this.#phase = 'ready'
    this.#reading = 'commands'
    this.#put(passedOn(refusal))
  }

  /** Intake has decided. XACK follows once the client's reply is out (see `phases.ts`), and nothing before it. */
  #messageAnswered(answer: Reply): void {
    countMessage(this.#in.meter, answer)
    this.#phase = 'ready'
    this.#reading = 'commands'
    this.#recipients.begin()
    this.#replies.put(encodeReply(answer))
    if (!isPositive(answer)) return
    this.#in.peers.delivered(this.#connection.peer.address)
    const link = this.#link
    this.#acknowledging = true
    this.#connection.write(this.#replies.take(), () => {
      this.#acknowledging = false
      if (link?.alive === true) link.mention({ verb: 'XACK' })
      this.#go()
    })
  }

  #forgetTransaction(): void {
    if (inTransaction.has(this.#phase) && this.#link?.alive === true) this.#link.mention({ verb: 'RSET' })
    this.#incoming.forget()
    this.#recipients.begin()
  }

  #put(answer: Reply): void {
    this.#replies.put(encodeReply(answer))
  }

  /** For a client that does not know what it does; one that goes on like that is sent away. */
  #refuse(answer: Reply): void {
    this.#bad += 1
    if (this.#bad > this.#in.policy.badCommandsMax) this.#bye(say.tooManyErrors)
    else this.#put(answer)
  }

  #bye(lastReply: Reply): void {
    this.#put(lastReply)
    this.#connection.close(this.#replies.take())
    this.#link?.quit()
  }

  #flush(): void {
    this.#connection.write(this.#replies.take())
  }

  #whenNothingIsLeft(): void {
    const busy = this.#recipients.awaited > 0 || this.#acknowledging || this.#replies.waiting > 0
    if (busy) return
    if (this.#inputEnded) {
      this.#connection.close()
      this.#link?.quit()
    } else if (this.#leaving && this.#reading === 'commands') this.#bye(say.closing)
  }

  /** Reads on only while there is a use for it. */
  #steer(blocked: boolean): void {
    const pause = blocked && this.#lines.heldBytes > 0
    if (pause === this.#paused) return
    this.#paused = pause
    if (pause) this.#connection.pause()
    else this.#connection.resume()
  }
}

const countMessage = (meter: Meter, { code }: Reply): void =>
  meter.count('gate_messages_total', 1, { outcome: code < 300 ? 'accepted' : code < 500 ? 'deferred' : 'refused' })

const senderDomain = ({ reversePath }: Mail): string => reversePath?.domain ?? ''
