/**
 * ManageSieve (RFC 5804) on 4190 until somebody has logged in. The answer to a login that works is the mailroom's; so is everything
 * after it.
 */
import { wipe } from '@bulkhead/base/secret.ts'
import { parseCommand, type Command, type CommandOf } from '@bulkhead/wire/managesieve/command.ts'
import { commandReader, type Finding, type Word } from '@bulkhead/wire/managesieve/reader.ts'
import { bye, capabilityLines, challenge, encodeReply, no, ok, type Reply } from '@bulkhead/wire/managesieve/response.ts'
import { saslMechanisms, saslServer, type Credentials, type SaslServer, type SaslStep } from '@bulkhead/wire/sasl/server.ts'
import { extensions } from '@bulkhead/wire/sieve/extensions.ts'
import { sieveLimits } from '@bulkhead/wire/sieve/limits.ts'
import { notifyMethods } from '@bulkhead/wire/sieve/notify-methods.ts'
import type { Connection, Session } from './connection.ts'
import { failureDelay, logIn, mayLogIn } from './login.ts'
import { preloginInput, type PreloginInput } from './prelogin-input.ts'
import type { Surroundings } from './surroundings.ts'

/** Nobody who has not logged in has a script to store. */
const readerLimits = { lineBytesMax: 8_192, literalBytesMax: 4_096, skippedBytesMax: 0 }
const noPlainLogin = no('Log in under TLS only', 'ENCRYPT-NEEDED')
/** Base64 of nothing, as `saslServer` has it. */
const emptyResponse = Buffer.from('=')

export class ManageSieveSession implements Session {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #input: PreloginInput
  readonly #reader = commandReader(readerLimits)
  #sasl: SaslServer | undefined
  #failures = 0
  #bad = 0

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
    this.#input = preloginInput(connection, surroundings, () => this.#next())
  }

  greet(): void {
    this.#announce(`${this.#in.hostName} ready`)
  }

  receive(chunk: Buffer): void {
    this.#reader.push(chunk)
    this.#input.go()
  }

  clientEnded(): void {
    this.#input.ended()
  }

  drained(): void {
    this.#input.go()
  }

  idle(): void {
    if (!this.#input.isHeld) this.#bye(bye('Idle for too long'))
  }

  leave(): void {
    this.#bye(bye('Closing, come back later', 'TRYLATER'))
  }

  closed(): void {
    this.#sasl = undefined
  }

  #answer(reply: Reply): void {
    this.#connection.write(encodeReply(reply))
  }

  #bye(reply: Reply): void {
    this.#connection.close(encodeReply(reply))
  }

  #announce(text: string): void {
    const lines = capabilityLines({
      saslMechanisms: mayLogIn(this.#connection, this.#in) ? saslMechanisms : [],
      startTls: !this.#connection.secure,
      extensions,
      redirectsMax: sieveLimits.redirectsMax,
      notifies: notifyMethods,
      owner: null,
    })
    this.#connection.write(Buffer.concat([lines, encodeReply(ok(text))]))
  }

  /** False when more has to come first. */
  #next(): boolean {
    const finding = this.#reader.next()
    if (finding === undefined) return false
    this.#found(finding)
    return true
  }

  #found(finding: Finding): void {
    if (finding.is === 'fatal') return this.#bye(bye(finding.text))
    if (finding.is === 'bad') return this.#refuse(finding.text)
    if (finding.is === 'tooLarge') return this.#refuse('Literal too long')
    if (this.#sasl !== undefined) return this.#respond(this.#sasl, finding.words)
    const parsed = parseCommand(finding.words)
    if (parsed.is === 'refused') this.#refuse(parsed.text)
    else this.#perform(parsed.command)
  }

  #perform(command: Command): void {
    switch (command.verb) {
      case 'CAPABILITY':
        return this.#announce('CAPABILITY completed')
      case 'NOOP':
        return this.#answer(command.tag === null ? ok('NOOP completed') : ok('Done', { tag: command.tag }))
      case 'LOGOUT':
        return this.#connection.close(encodeReply(ok('Logging out')))
      case 'STARTTLS':
        return this.#startTls()
      case 'AUTHENTICATE':
        return this.#authenticate(command)
      default:
        return this.#refuse('Log in first')
    }
  }

  /** RFC 5804 section 2.2: what is offered is told anew once TLS stands. */
  #startTls(): void {
    if (this.#connection.secure) return this.#refuse('TLS already active')
    if (this.#reader.heldBytes > 0) {
      this.#in.meter.count('gate_refusals_total', 1, { why: 'starttlsInjection' })
      return this.#bye(bye('Nothing may follow STARTTLS before TLS does'))
    }
    this.#answer(ok('Begin TLS negotiation now'))
    this.#connection.startTls(() => {
      this.#in.meter.count('gate_tls_total', 1, { protocol: 'managesieve' })
      this.greet()
    })
  }

  #authenticate({ mechanism, initialResponse }: CommandOf<'AUTHENTICATE'>): void {
    if (!mayLogIn(this.#connection, this.#in)) {
      if (initialResponse !== undefined) wipe(initialResponse)
      return this.#answer(noPlainLogin)
    }
    const server = saslServer(mechanism)
    if (server === undefined) return this.#refuse('Mechanism not offered')
    this.#sasl = server
    const step = server.start(initialResponse?.length === 0 ? emptyResponse : initialResponse)
    if (initialResponse !== undefined) wipe(initialResponse)
    this.#saslStep(step)
  }

  /** RFC 5804 section 2.1: each response is a string; `"*"` cancels. */
  #respond(server: SaslServer, [response, ...more]: readonly Word[]): void {
    if (response?.is !== 'string' || more.length > 0) {
      this.#sasl = undefined
      return this.#refuse('Response not understood')
    }
    const step = server.respond(response.bytes)
    wipe(response.bytes)
    this.#saslStep(step)
  }

  #saslStep(step: SaslStep): void {
    if (step.is === 'challenge') return this.#connection.write(challenge(step.base64))
    this.#sasl = undefined
    if (step.is === 'cancelled') return this.#refuse('Authentication cancelled')
    if (step.is === 'malformed') return this.#refuse('Response not understood')
    this.#input.hold()
    void this.#logIn(step.credentials)
  }

  async #logIn(credentials: Credentials): Promise<void> {
    const rest = (): Buffer => this.#reader.rest()
    const outcome = await logIn(this.#connection, { protocol: 'managesieve', credentials, tag: '', helo: '', rest }, this.#in)
    if (outcome === 'in') return
    this.#failures += 1
    await failureDelay(this.#failures, this.#in)
    this.#input.release()
    if (this.#connection.closing) return
    this.#answer(outcome === 'wrong' ? no('Authentication failed') : no('Temporary failure', 'TRYLATER'))
    if (this.#failures >= this.#in.policy.loginFailuresMax) return this.#bye(bye('Too many failed logins'))
    this.#input.go()
  }

  #refuse(text: string): void {
    this.#bad += 1
    this.#sasl = undefined
    if (this.#bad > this.#in.policy.imapBadCommandsMax) this.#bye(bye('Too many errors'))
    else this.#answer(no(text))
  }
}
