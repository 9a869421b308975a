/**
 * SMTP on port 25 (RFC 5321) for one client: every MAIL and RCPT is passed on to `intake` and answered with what it says;
 * content streams through. Nothing is kept here, nothing is relayed, and 250 is only said after intake has said it.
 */
import type { Meter } from '@bulkhead/base/meter.ts'
import { commandLineBytesMax, parseCommand, type ParsedCommand, type SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import type { BadContent } from '@bulkhead/wire/smtp/data-reader.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { isAsciiPath } from '@bulkhead/wire/smtp/path.ts'
import { mxPhases, welcome, type Phase } from '@bulkhead/wire/smtp/phases.ts'
import { encodeReply, isPermanent, isPositive, reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Bdat } from '@bulkhead/wire/smtp/verbs/bdat.ts'
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import { asksForHandling } from '@bulkhead/wire/smtp/verbs/handling.ts'
import type { Mail } from '@bulkhead/wire/smtp/verbs/mail.ts'
import type { Rcpt } from '@bulkhead/wire/smtp/verbs/rcpt.ts'
import type { Connection, Session } from './connection.ts'
import { Delivery, type DeliveryTag } from './delivery.ts'
import { IntakeLink, type LinkListener } from './intake-link.ts'
import { badContentReplies, ChunkContent, DataContent } from './mx-content.ts'
import { mxReplies as say, helloReply, passedOn } from './mx-replies.ts'
import { replyQueue, type PendingReply } from './reply-queue.ts'
import type { Surroundings } from './surroundings.ts'

type MxTag = { readonly is: 'mail' | 'rcpt'; readonly place: PendingReply } | DeliveryTag

/** What the bytes that come next are. In `verdict` nothing is read: intake is deciding about the message. */
type Reading =
  | { readonly is: 'commands' }
  | { readonly is: 'data'; readonly content: DataContent }
  | { readonly is: 'chunk'; leftBytes: number; readonly last: boolean; readonly refusal: Reply | undefined }
  | { readonly is: 'verdict' }

/** Whether to go on, wait for the client, or wait for intake or the client's reading. */
type Step = 'again' | 'more' | 'blocked'

const commands: Reading = { is: 'commands' }
const verdictAwaited: Reading = { is: 'verdict' }
const readyReplyBytesMax = 16 * 1024

export class MxSession implements Session, LinkListener<MxTag> {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #replies = replyQueue()
  #lines = lineReader(commandLineBytesMax)
  #phase: Phase = 'greeted'
  #reading: Reading = commands
  /** A command that has to wait for replies before it. */
  #held: ParsedCommand | undefined
  #hello: Hello | undefined
  #link: IntakeLink<MxTag> | undefined
  #delivery: Delivery | undefined
  #chunks: ChunkContent | undefined
  #smtpUtf8 = false
  /** MAIL and RCPT whose replies have not come. */
  #awaited = 0
  /** RCPTs of this transaction that intake has not refused, and those it has accepted. */
  #recipients = 0
  #accepted = 0
  #acknowledging = false
  #unknown = 0
  #bad = 0
  #going = false
  #paused = false
  #inputEnded = false
  #leaving = false

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
  }

  greet(): void {
    this.#connection.write(encodeReply(reply(220, undefined, `${this.#in.hostName} ESMTP`)))
  }

  receive(chunk: Buffer): void {
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
    if (this.#awaited === 0 && this.#reading.is !== 'verdict') this.#bye(say.idle)
  }

  leave(): void {
    this.#leaving = true
    this.#go()
  }

  closed(): void {
    this.#link?.destroy()
    this.#link = undefined
    this.#delivery = undefined
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
    this.#delivery?.refuse(say.away)
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
    if (this.#reading.is === 'verdict') return 'blocked'
    if (this.#reading.is !== 'commands') return this.#readContent()
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
    if (this.#awaited === 0) return true
    const follows = parsed.is === 'command' && parsed.command.verb === 'RCPT' && this.#phase !== 'ready'
    return follows && this.#unknown === 0 && this.#awaited < this.#in.policy.repliesAwaitedMax
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
        this.#forgetTransaction()
        this.#hello = command
        this.#phase = next
        this.#replies.put(encodeReply(helloReply(command, this.#in, this.#connection.secure)))
        break
      case 'MAIL':
        this.#mail(command)
        break
      case 'RCPT':
        this.#rcpt(command)
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

  /** STARTTLS (RFC 3207). What was sent along in plain was sent by who knows whom. */
  #startTls(): void {
    if (this.#connection.secure) return this.#refuse(say.tlsAlready)
    if (this.#lines.heldBytes > 0) {
      this.#in.meter.count('gate_refusals_total', 1, { why: 'starttlsInjection' })
      return this.#bye(say.injected)
    }
    this.#put(say.startTls)
    this.#flush()
    this.#phase = 'greeted'
    this.#hello = undefined
    this.#connection.startTls(() => this.#in.meter.count('gate_tls_total', 1, { protocol: 'smtp' }))
  }

  #mail(command: Mail): void {
    const refusal = mailRefusal(command, this.#in.limits.messageBytesMax)
    if (refusal !== undefined) return this.#put(refusal)
    this.#smtpUtf8 = command.smtpUtf8
    this.#accepted = 0
    this.#recipients = 0
    this.#phase = 'mail'
    const link = this.#openLink()
    const { address, port } = this.#connection.peer
    const { tlsVersion } = this.#connection
    const hello = this.#hello
    const protocol = hello?.verb === 'HELO' ? 'SMTP' : tlsVersion === undefined ? 'ESMTP' : 'ESMTPS'
    link.mention({
      verb: 'XCLIENT',
      attributes: {
        ADDR: address,
        PORT: String(port),
        HELO: hello?.name ?? '',
        PROTO: protocol,
        ...(tlsVersion === undefined ? {} : { TLS: tlsVersion }),
      },
    })
    this.#awaited += 1
    link.ask(command, { is: 'mail', place: this.#replies.reserve() })
  }

  #openLink(): IntakeLink<MxTag> {
    if (this.#link?.alive === true) return this.#link
    const { intakePath, hostName, policy } = this.#in
    const link = new IntakeLink<MxTag>(intakePath(), hostName, policy.intakeTimeoutMs, this)
    if (this.#going) link.cork()
    this.#link = link
    return link
  }

  #rcpt(command: Rcpt): void {
    if (!this.#smtpUtf8 && !isAsciiPath(command.forwardPath)) return this.#put(say.needsSmtpUtf8)
    if (command.notify !== undefined || command.originalRecipient !== undefined) return this.#put(say.noDsn)
    if (this.#recipients >= this.#in.limits.recipientsMax) return this.#put(say.tooManyRecipients)
    if (this.#unknown >= this.#in.policy.unknownRecipientsMax) return this.#bye(say.tooManyUnknown)
    const link = this.#link
    if (link === undefined || !link.alive) return this.#put(say.away)
    this.#phase = 'rcpt'
    this.#recipients += 1
    this.#awaited += 1
    link.ask(command, { is: 'rcpt', place: this.#replies.reserve() })
  }

  #rcptAnswered(place: PendingReply, answer: Reply): void {
    if (isPositive(answer)) this.#accepted += 1
    else this.#recipients -= 1
    const unknown = isPermanent(answer) && answer.enhanced?.startsWith('5.1.') === true
    if (!unknown) return this.#settle(place, answer)
    const { unknownRecipientsFree, unknownRecipientDelayMs } = this.#in.policy
    this.#unknown += 1
    this.#in.meter.count('gate_refusals_total', 1, { why: 'unknownRecipient' })
    const over = Math.min(this.#unknown, this.#in.policy.unknownRecipientsMax) - unknownRecipientsFree
    if (over <= 0) return this.#settle(place, answer)
    setTimeout(() => {
      this.#settle(place, answer)
      this.#go()
    }, over * unknownRecipientDelayMs).unref()
  }

  #settle(place: PendingReply, answer: Reply): void {
    this.#awaited -= 1
    place.text = encodeReply(passedOn(answer))
  }

  #data(): void {
    if (this.#link?.alive !== true) {
      this.#phase = 'ready'
      return this.#put(say.away)
    }
    if (this.#accepted === 0) return this.#put(say.noRecipients)
    this.#phase = 'content'
    this.#delivery = new Delivery(this.#link, this.#in.policy)
    this.#reading = { is: 'data', content: new DataContent(this.#delivery, this.#in.limits.messageBytesMax) }
    this.#put(say.sendContent)
  }

  /** BDAT (RFC 3030): the octets follow whether we want them or not. */
  #bdat({ sizeBytes, last }: Bdat, outOfPhase: Reply | undefined): void {
    const { messageBytesMax } = this.#in.limits
    let refusal = outOfPhase
    if (refusal === undefined && this.#link?.alive !== true) refusal = say.away
    else if (refusal === undefined && this.#accepted === 0) refusal = say.noRecipients
    if (sizeBytes > messageBytesMax) return this.#bye(badContentReplies.tooLarge)
    if (refusal === undefined && (this.#chunks?.contentBytes ?? 0) + sizeBytes > messageBytesMax) {
      refusal = badContentReplies.tooLarge
    }
    if (refusal === undefined && this.#link !== undefined) {
      this.#phase = 'chunks'
      this.#delivery ??= new Delivery(this.#link, this.#in.policy)
      this.#chunks ??= new ChunkContent(this.#delivery)
    }
    this.#reading = { is: 'chunk', leftBytes: sizeBytes, last, refusal }
  }

  #readContent(): Step {
    const reading = this.#reading
    if (reading.is === 'data') {
      if (this.#delivery?.congested === true) return 'blocked'
      if (this.#lines.heldBytes === 0) return 'more'
      const ended = reading.content.feed(this.#lines)
      if (ended) this.#contentEnded(reading.content.verdict)
      else if (reading.content.contentBytes > 2 * this.#in.limits.messageBytesMax) this.#bye(badContentReplies.tooLarge)
      return 'again'
    }
    if (reading.is !== 'chunk') return 'blocked'
    if (reading.refusal === undefined && this.#delivery?.congested === true) return 'blocked'
    if (reading.leftBytes > 0 && this.#lines.heldBytes === 0) return 'more'
    const content = this.#lines.take(reading.leftBytes)
    reading.leftBytes -= content.length
    if (reading.refusal === undefined) this.#chunks?.add(content)
    if (reading.leftBytes === 0) this.#chunkEnded(reading.last, reading.refusal)
    return 'again'
  }

  #chunkEnded(last: boolean, refusal: Reply | undefined): void {
    this.#reading = commands
    if (refusal !== undefined) {
      if (this.#phase === 'chunks' || this.#phase === 'rcpt') this.#failMessage(refusal)
      else this.#refuse(refusal)
      return
    }
    if (last) this.#chunks?.end()
    const verdict = this.#chunks?.verdict
    if (last || verdict !== undefined) this.#contentEnded(verdict)
    else if (this.#delivery?.refused !== undefined) this.#failMessage(this.#delivery.refused)
    else this.#put(say.chunkTaken)
  }

  #contentEnded(verdict: BadContent | undefined): void {
    if (verdict !== undefined) {
      this.#in.meter.count('gate_refusals_total', 1, { why: verdict })
      this.#in.tell({ kind: 'gate.badContent', caller: this.#connection.peer.address, outcome: verdict })
    }
    const refusal = verdict === undefined ? this.#delivery?.refused : badContentReplies[verdict]
    if (refusal !== undefined) return this.#failMessage(refusal)
    this.#reading = verdictAwaited
    this.#delivery?.finish(this.#accepted)
    this.#delivery = undefined
    this.#chunks = undefined
  }

  /** Refused before intake was asked to decide. */
  #failMessage(refusal: Reply): void {
    countMessage(this.#in.meter, refusal)
    this.#forgetTransaction()
    this.#phase = 'ready'
    this.#reading = commands
    this.#put(passedOn(refusal))
  }

  /** Intake has decided. XACK follows once the client's reply is out (see `phases.ts`), and nothing before it. */
  #messageAnswered(answer: Reply): void {
    countMessage(this.#in.meter, answer)
    this.#phase = 'ready'
    this.#reading = commands
    this.#accepted = 0
    this.#replies.put(encodeReply(answer))
    if (!isPositive(answer)) return
    const link = this.#link
    this.#acknowledging = true
    this.#connection.write(this.#replies.take(), () => {
      this.#acknowledging = false
      if (link?.alive === true) link.mention({ verb: 'XACK' })
      this.#go()
    })
  }

  #forgetTransaction(): void {
    const open = this.#phase === 'mail' || this.#phase === 'rcpt' || this.#phase === 'chunks' || this.#phase === 'content'
    if (open && this.#link?.alive === true) this.#link.mention({ verb: 'RSET' })
    this.#delivery = undefined
    this.#chunks = undefined
    this.#accepted = 0
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
    const busy = this.#awaited > 0 || this.#acknowledging || this.#replies.waiting > 0
    if (busy) return
    if (this.#inputEnded) {
      this.#connection.close()
      this.#link?.quit()
    } else if (this.#leaving && this.#reading.is === 'commands') this.#bye(say.closing)
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

/** What can be said about MAIL without asking anybody. */
const mailRefusal = (command: Mail, messageBytesMax: number): Reply | undefined => {
  const { size, ret, envelopeId, auth, body, requireTls } = command
  if (asksForHandling(command) || requireTls || body === 'BINARYMIME') return say.noDsn
  if (size !== undefined && size > messageBytesMax) return badContentReplies.tooLarge
  return ret === undefined && envelopeId === undefined && auth === undefined ? undefined : say.noDsn
}
