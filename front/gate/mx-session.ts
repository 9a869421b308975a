/**
 * SMTP on port 25 (RFC 5321) for one client: every MAIL and RCPT is passed on to `intake` and answered with what it says;
 * content streams through. Nothing is kept here, nothing is relayed, and 250 is only said after intake has said it.
 * Here are the order of commands and replies and the flow of both directions; the transaction is in `mx-transaction.ts`.
 */
import { commandLineBytesMax, parseCommand, type ParsedCommand, type SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import { helloFlaw, isImpossible } from '@bulkhead/wire/smtp/hello-flaw.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { mxPhases, welcome, type Phase } from '@bulkhead/wire/smtp/phases.ts'
import { encodeReply, isPositive, reply, withPage, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import type { Bdat } from '@bulkhead/wire/smtp/verbs/bdat.ts'
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import type { Connection, Session } from './connection.ts'
import { badContentReplies } from './mx-content.ts'
import type { Outcome } from './mx-incoming.ts'
import { helloReply, mxReplies as say, passedOn } from './mx-replies.ts'
import { MxTransaction, type Said, type Speaker } from './mx-transaction.ts'
import { replyQueue, type PendingReply } from './reply-queue.ts'
import type { Surroundings } from './surroundings.ts'

/** What the bytes that come next are. Before the `greeting` and in `verdict`, when intake decides, nothing is read. */
type Reading = 'greeting' | 'commands' | 'content' | 'verdict'

/** Whether to go on, wait for the client, or wait for intake or the client's reading. */
type Step = 'again' | 'more' | 'blocked'

const readyReplyBytesMax = 16 * 1024

export class MxSession implements Session, Speaker {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #transaction: MxTransaction
  readonly #replies = replyQueue()
  readonly #lines = lineReader(commandLineBytesMax)
  #reading: Reading = 'commands'
  /** A command that has to wait for replies before it. */
  #held: ParsedCommand | undefined
  #acknowledging = false
  #bad = 0
  #going = false
  #paused = false
  #inputEnded = false
  #leaving = false

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
    this.#transaction = new MxTransaction(connection, surroundings, this)
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
    this.go()
  }

  clientEnded(): void {
    this.#inputEnded = true
    this.go()
  }

  drained(): void {
    this.go()
  }

  idle(): void {
    if (this.#transaction.awaited === 0 && this.#reading !== 'verdict') this.#bye(say.idle)
  }

  leave(): void {
    this.#leaving = true
    this.go()
  }

  closed(): void {
    this.#transaction.destroy()
  }

  reserve(): PendingReply {
    return this.#replies.reserve()
  }

  /** Runs everything that can be run now, then writes once to each side. */
  go(): void {
    if (this.#going || this.#connection.closing) return
    this.#going = true
    this.#transaction.cork()
    let step: Step = 'again'
    while (step === 'again') step = this.#step()
    this.#transaction.uncork()
    this.#going = false
    this.#flush()
    if (this.#connection.closing) return
    if (step === 'more') this.#whenNothingIsLeft()
    this.#steer(step === 'blocked')
  }

  /** Nothing is run between the reply and the word to intake that it has left. */
  decided(answer: Reply, left: () => void): void {
    this.#count(answer)
    this.#reading = 'commands'
    this.#put(answer)
    if (!isPositive(answer)) return
    this.#in.peers.delivered(this.#connection.peer.address)
    this.#acknowledging = true
    this.#connection.write(this.#replies.take(), () => {
      this.#acknowledging = false
      left()
      this.go()
    })
  }

  #welcome(): void {
    this.#reading = 'commands'
    this.#put(reply(220, undefined, `${this.#in.hostName} ESMTP`))
    this.go()
  }

  #spokeTooSoon(): void {
    this.#tell('gate.earlyTalker', 'greeting')
    this.#bye(this.#withPage(say.tooSoon))
  }

  #step(): Step {
    if (this.#connection.closing) return 'more'
    if (this.#replies.readyBytes > readyReplyBytesMax) this.#flush()
    if (this.#connection.unreadBytes > this.#in.policy.outputBytesMax) return 'blocked'
    if (this.#reading === 'verdict' || this.#reading === 'greeting') return 'blocked'
    if (this.#reading === 'content') return this.#contentStep(this.#transaction.read(this.#lines))
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

  /** What is no RCPT needs to know how those before it went. */
  #mayRun(parsed: ParsedCommand): boolean {
    if (this.#acknowledging) return false
    if (this.#transaction.awaited === 0) return true
    return parsed.is === 'command' && parsed.command.verb === 'RCPT' && this.#transaction.mayAskMore
  }

  #run(parsed: ParsedCommand): void {
    if (parsed.is === 'refused') {
      this.#refuse(parsed.reply)
      // Octets of unknown number follow a BDAT that was not understood: they must never be read as commands.
      if (parsed.verb === 'BDAT') this.#bye(say.outOfStep)
      return
    }
    const { command } = parsed
    const next = welcome(mxPhases, this.#transaction.phase, command.verb)
    if (command.verb === 'BDAT') this.#chunk(command, typeof next === 'string' ? undefined : next)
    else if (typeof next === 'string') this.#perform(command, next)
    else this.#refuse(next)
  }

  #perform(command: SmtpCommand, next: Phase): void {
    switch (command.verb) {
      case 'EHLO':
      case 'HELO':
        return this.#hello(command, next)
      case 'MAIL':
        return this.#say(this.#transaction.begin(command))
      case 'RCPT':
        return this.#say(this.#transaction.ask(command))
      case 'DATA':
        this.#put(this.#transaction.data())
        if (this.#transaction.phase === 'content') this.#reading = 'content'
        return
      case 'RSET':
        this.#transaction.reset(next)
        return this.#put(say.ok)
      case 'STARTTLS':
        return this.#startTls()
      case 'QUIT':
        return this.#bye(say.bye)
      case 'VRFY':
        return this.#put(say.cannotVerify)
      case 'HELP':
        return this.#put(say.help)
      default:
        return this.#put(say.ok)
    }
  }

  #hello(command: Hello, next: Phase): void {
    const { hello } = this.#in.reception()
    const flaw = hello === 'refuse' ? helloFlaw(command.name, this.#in.hostName, this.#connection.peer.address) : undefined
    if (isImpossible(flaw)) return this.#refuse(this.#withPage(say.impossibleName))
    this.#transaction.greeted(command, next)
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
    this.#transaction.beginAnew()
    this.#connection.startTls(() => this.#in.meter.count('gate_tls_total', 1, { protocol: 'smtp' }))
  }

  #chunk(command: Bdat, outOfPhase: Reply | undefined): void {
    this.#say(this.#transaction.chunk(command, outOfPhase))
    this.#reading = 'content'
  }

  #contentStep(outcome: Outcome): Step {
    switch (outcome.is) {
      case 'again':
      case 'more':
      case 'blocked':
        return outcome.is
      case 'whole':
        this.#reading = 'verdict'
        return 'again'
      case 'endless':
        this.#bye(badContentReplies.tooLarge)
        return 'again'
      default:
        this.#reading = 'commands'
        this.#chunkOrMessageEnded(outcome)
        return 'again'
    }
  }

  #chunkOrMessageEnded(outcome: Extract<Outcome, { is: 'chunk' | 'failed' | 'outOfPlace' }>): void {
    if (outcome.is === 'chunk') return this.#put(say.chunkTaken)
    if (outcome.is === 'outOfPlace') return this.#refuse(outcome.refusal)
    if (outcome.verdict !== undefined) this.#tell('gate.badContent', outcome.verdict)
    this.#count(outcome.refusal)
    this.#transaction.reset('ready')
    this.#put(passedOn(outcome.refusal))
  }

  #count({ code }: Reply): void {
    this.#in.meter.count('gate_messages_total', 1, { outcome: code < 300 ? 'accepted' : code < 500 ? 'deferred' : 'refused' })
  }

  #tell(kind: string, outcome: string): void {
    this.#in.meter.count('gate_refusals_total', 1, { why: outcome })
    const { address } = this.#connection.peer
    if (this.#in.peers.isNews(address)) this.#in.tell({ kind, caller: address, outcome })
  }

  #withPage(refusal: Reply): Reply {
    return withPage(refusal, this.#in.reception().helpUrl)
  }

  #say(said: Said): void {
    if (said === undefined) return
    if ('last' in said) this.#bye(said.last)
    else this.#put(said)
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
    this.#transaction.quit()
  }

  #flush(): void {
    this.#connection.write(this.#replies.take())
  }

  #whenNothingIsLeft(): void {
    const busy = this.#transaction.awaited > 0 || this.#acknowledging || this.#replies.waiting > 0
    if (busy) return
    if (this.#inputEnded) {
      this.#connection.close()
      this.#transaction.quit()
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
