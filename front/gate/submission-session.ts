/**
 * Submission (RFC 6409) on 587 and 465 until somebody has logged in: EHLO, STARTTLS, AUTH (RFC 4954), and 530 for mail.
 * After the warden's yes the mailroom speaks; its first bytes are the 235.
 */
import { systemClock } from '@bulkhead/base/clock.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import { saslServer, type SaslServer, type SaslStep } from '@bulkhead/wire/sasl/server.ts'
import { authLineBytesMax, parseCommand, type ParsedCommand } from '@bulkhead/wire/smtp/command.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { submissionPreLoginPhases, welcome, type Phase } from '@bulkhead/wire/smtp/phases.ts'
import { encodeReply, reply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { submissionExtensions } from '@bulkhead/wire/smtp/submission-extensions.ts'
import type { Auth } from '@bulkhead/wire/smtp/verbs/auth.ts'
import type { Hello } from '@bulkhead/wire/smtp/verbs/hello.ts'
import type { Connection, Session } from './connection.ts'
import { failureDelay, logIn, mayLogIn } from './login.ts'
import { mxReplies } from './mx-replies.ts'
import { preloginInput, type PreloginInput } from './prelogin-input.ts'
import type { Surroundings } from './surroundings.ts'

const say = {
  ...mxReplies,
  wrong: reply(535, '5.7.8', 'Authentication failed'),
  away: reply(454, '4.7.0', 'Temporary authentication failure'),
  tooManyFailures: reply(421, '4.7.0', 'Too many failed logins'),
  cancelled: reply(501, '5.7.0', 'Authentication cancelled'),
  malformed: reply(501, '5.5.2', 'Authentication response not understood'),
  noMechanism: reply(504, '5.5.4', 'Mechanism not offered'),
  loginFirst: reply(530, '5.7.0', 'Authentication required'),
  tlsFirst: reply(538, '5.7.11', 'Encryption required for authentication'),
} as const satisfies Readonly<Record<string, Reply>>

const mailVerbs: ReadonlySet<string> = new Set(['MAIL', 'RCPT', 'DATA', 'BDAT', 'BURL', 'VRFY'])

export class SubmissionSession implements Session {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #input: PreloginInput
  readonly #lines = lineReader(authLineBytesMax)
  #phase: Phase = 'greeted'
  #hello: Hello | undefined
  #sasl: SaslServer | undefined
  #failures = 0
  #bad = 0

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
    this.#input = preloginInput(connection, surroundings, () => this.#next())
  }

  greet(): void {
    this.#connection.write(encodeReply(reply(220, undefined, `${this.#in.hostName} ESMTP`)))
  }

  receive(chunk: Buffer): void {
    this.#lines.push(chunk)
    this.#input.go()
  }

  clientEnded(): void {
    this.#input.ended()
  }

  drained(): void {
    this.#input.go()
  }

  idle(): void {
    if (!this.#input.isHeld) this.#bye(say.idle)
  }

  leave(): void {
    this.#bye(say.closing)
  }

  closed(): void {
    this.#sasl = undefined
  }

  /** False when more has to come first. */
  #next(): boolean {
    const line = this.#lines.next()
    if (line === undefined) return false
    this.#line(line)
    return true
  }

  #line(line: Buffer | 'bareCr' | 'bareLf' | 'tooLong'): void {
    if (typeof line === 'string') {
      this.#sasl = undefined
      return this.#refuse(line === 'tooLong' ? say.lineTooLong : say.badLineEnd)
    }
    if (this.#sasl !== undefined) {
      const step = this.#sasl.respond(line)
      wipe(line)
      return this.#saslStep(step)
    }
    this.#command(parseCommand(line))
  }

  #command(parsed: ParsedCommand): void {
    const verb = parsed.is === 'command' ? parsed.command.verb : parsed.verb
    // Content may follow these, and it must never be read as commands.
    if (verb === 'BDAT') return this.#bye(say.loginFirst)
    if (verb !== undefined && mailVerbs.has(verb)) return this.#refuse(say.loginFirst)
    if (parsed.is === 'refused') return this.#refuse(parsed.reply)
    const { command } = parsed
    const next = welcome(submissionPreLoginPhases, this.#phase, command.verb)
    if (typeof next !== 'string') return this.#refuse(next)
    switch (command.verb) {
      case 'EHLO':
      case 'HELO':
        this.#hello = command
        this.#phase = next
        return this.#put(this.#helloReply(command))
      case 'STARTTLS':
        return this.#startTls()
      case 'AUTH':
        return this.#auth(command)
      case 'QUIT':
        return this.#bye(say.bye)
      case 'HELP':
        return this.#put(say.help)
      default:
        return this.#put(say.ok)
    }
  }

  #helloReply({ verb }: Hello): Reply {
    const { hostName, limits } = this.#in
    if (verb === 'HELO') return reply(250, undefined, hostName)
    const { secure } = this.#connection
    const offered = submissionExtensions({ ...limits, secure, nowMs: systemClock.now() })
    const auth = mayLogIn(this.#connection, this.#in) ? ['AUTH PLAIN LOGIN'] : []
    return reply(250, undefined, hostName, ...(secure ? [] : ['STARTTLS']), ...auth, ...offered)
  }

  #startTls(): void {
    if (this.#connection.secure) return this.#refuse(say.tlsAlready)
    if (this.#lines.heldBytes > 0) {
      this.#in.meter.count('gate_refusals_total', 1, { why: 'starttlsInjection' })
      return this.#bye(say.injected)
    }
    this.#put(say.startTls)
    this.#phase = 'greeted'
    this.#hello = undefined
    this.#connection.startTls(() => this.#in.meter.count('gate_tls_total', 1, { protocol: 'submission' }))
  }

  #auth({ mechanism, initialResponse }: Auth): void {
    if (!mayLogIn(this.#connection, this.#in)) return this.#refuse(say.tlsFirst)
    const sasl = saslServer(mechanism)
    if (sasl === undefined) return this.#refuse(say.noMechanism)
    this.#sasl = sasl
    const step = sasl.start(initialResponse)
    if (initialResponse !== undefined) wipe(initialResponse)
    this.#saslStep(step)
  }

  #saslStep(step: SaslStep): void {
    if (step.is === 'challenge') return this.#put(reply(334, undefined, step.base64))
    this.#sasl = undefined
    if (step.is === 'cancelled') return this.#refuse(say.cancelled)
    if (step.is === 'malformed') return this.#refuse(say.malformed)
    this.#input.hold()
    void this.#logIn(step)
  }

  async #logIn({ credentials }: Extract<SaslStep, { is: 'credentials' }>): Promise<void> {
    const helo = this.#hello?.name ?? ''
    const rest = (): Buffer => this.#lines.rest()
    const outcome = await logIn(this.#connection, { protocol: 'submission', credentials, tag: '', helo, rest }, this.#in)
    if (outcome === 'in') return
    this.#failures += 1
    await failureDelay(this.#failures, this.#in)
    this.#input.release()
    if (this.#connection.closing) return
    this.#put(outcome === 'wrong' ? say.wrong : say.away)
    if (this.#failures >= this.#in.policy.loginFailuresMax) return this.#bye(say.tooManyFailures)
    this.#input.go()
  }

  #put(answer: Reply): void {
    this.#connection.write(encodeReply(answer))
  }

  #refuse(answer: Reply): void {
    this.#bad += 1
    if (this.#bad > this.#in.policy.badCommandsMax) this.#bye(say.tooManyErrors)
    else this.#put(answer)
  }

  #bye(lastReply: Reply): void {
    this.#connection.close(encodeReply(lastReply))
  }
}
