/**
 * POP3 (RFC 1939, CAPA RFC 2449, STLS RFC 2595, AUTH RFC 5034) on 110 and 995 until somebody has logged in. APOP is never
 * offered: it forces passwords to be stored readably.
 */
import { wipe } from '@bulkhead/base/secret.ts'
import { credentialsOf, saslServer, type Credentials, type SaslServer, type SaslStep } from '@bulkhead/wire/sasl/server.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import type { Connection, Session } from './connection.ts'
import { failureDelay, logIn, mayLogIn } from './login.ts'
import type { Surroundings } from './surroundings.ts'

/** RFC 2449 section 4 says 255; a SASL response needs more. */
const lineBytesMax = 4_096

const say = {
  ok: '+OK\r\n',
  bye: '+OK Bye\r\n',
  badCommand: '-ERR Command not understood\r\n',
  tlsFirst: '-ERR [AUTH] Log in under TLS only\r\n',
  wrong: '-ERR [AUTH] Authentication failed\r\n',
  away: '-ERR [SYS/TEMP] Temporary failure, try again later\r\n',
} as const

export class Pop3Session implements Session {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #lines = lineReader(lineBytesMax)
  #login: Buffer | undefined
  #sasl: SaslServer | undefined
  #busy = false
  #failures = 0
  #bad = 0
  #inputEnded = false

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
  }

  greet(): void {
    this.#connection.write(`+OK ${this.#in.hostName} ready\r\n`)
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
    if (!this.#busy) this.#connection.close()
  }

  leave(): void {
    this.#connection.close('-ERR [SYS/TEMP] Closing, come back later\r\n')
  }

  closed(): void {
    this.#sasl = undefined
  }

  #go(): void {
    while (!this.#busy && !this.#connection.closing) {
      if (this.#connection.unreadBytes > this.#in.policy.outputBytesMax) return this.#connection.pause()
      const line = this.#lines.next()
      if (line === undefined) {
        if (this.#inputEnded) this.#connection.close()
        else this.#connection.resume()
        return
      }
      if (typeof line === 'string') this.#refuse()
      else this.#line(line)
    }
    if (this.#busy) this.#connection.pause()
  }

  #line(line: Buffer): void {
    if (this.#sasl !== undefined) {
      const step = this.#sasl.respond(line)
      wipe(line)
      return this.#saslStep(step)
    }
    const space = line.indexOf(0x20)
    const keyword = line.toString('latin1', 0, Math.min(space === -1 ? line.length : space, 16)).toUpperCase()
    const args = space === -1 ? undefined : line.subarray(space + 1)
    switch (keyword) {
      case 'CAPA':
        return this.#connection.write(this.#capabilities())
      case 'STLS':
        return this.#startTls()
      case 'USER':
        return this.#user(args)
      case 'PASS':
        return this.#pass(args)
      case 'AUTH':
        return this.#auth(args)
      case 'QUIT':
        return this.#connection.close(say.bye)
      case 'NOOP':
        return this.#connection.write(say.ok)
      default:
        return this.#refuse()
    }
  }

  #capabilities(): string {
    const lines = ['+OK', 'TOP', 'UIDL', 'PIPELINING', 'RESP-CODES', 'AUTH-RESP-CODE']
    if (!this.#connection.secure) lines.push('STLS')
    if (mayLogIn(this.#connection, this.#in)) lines.push('USER', 'SASL PLAIN LOGIN')
    return `${lines.join('\r\n')}\r\nIMPLEMENTATION Bulkhead\r\n.\r\n`
  }

  #startTls(): void {
    if (this.#connection.secure) return this.#refuse()
    if (this.#lines.heldBytes > 0) {
      this.#in.meter.count('gate_refusals_total', 1, { why: 'starttlsInjection' })
      return this.#connection.close('-ERR Nothing may follow STLS before TLS does\r\n')
    }
    this.#login = undefined
    this.#connection.write('+OK Begin TLS negotiation\r\n')
    this.#connection.startTls(() => this.#in.meter.count('gate_tls_total', 1, { protocol: 'pop3' }))
  }

  #user(args: Buffer | undefined): void {
    if (!mayLogIn(this.#connection, this.#in)) return this.#connection.write(say.tlsFirst)
    if (args === undefined || args.length === 0) return this.#refuse()
    this.#login = Buffer.from(args)
    // Whether anybody has that name is not said here.
    this.#connection.write(say.ok)
  }

  /** The password is all of the rest, spaces included (RFC 1939 section 7). */
  #pass(args: Buffer | undefined): void {
    const login = this.#login
    this.#login = undefined
    if (login === undefined || args === undefined) {
      if (args !== undefined) wipe(args)
      return this.#refuse()
    }
    const credentials = credentialsOf(login, args)
    wipe(args)
    this.#busy = true
    void this.#logIn(credentials)
  }

  #auth(args: Buffer | undefined): void {
    if (!mayLogIn(this.#connection, this.#in)) return this.#connection.write(say.tlsFirst)
    if (args === undefined) return this.#connection.write('+OK\r\nPLAIN\r\nLOGIN\r\n.\r\n')
    const space = args.indexOf(0x20)
    const mechanism = args.toString('latin1', 0, Math.min(space === -1 ? args.length : space, 20))
    const initialResponse = space === -1 ? undefined : args.subarray(space + 1)
    const sasl = saslServer(mechanism)
    if (sasl === undefined) return this.#refuse()
    this.#sasl = sasl
    const step = sasl.start(initialResponse)
    if (initialResponse !== undefined) wipe(initialResponse)
    this.#saslStep(step)
  }

  #saslStep(step: SaslStep): void {
    if (step.is === 'challenge') return this.#connection.write(`+ ${step.base64}\r\n`)
    this.#sasl = undefined
    if (step.is !== 'credentials') return this.#refuse()
    this.#busy = true
    void this.#logIn(step.credentials)
  }

  async #logIn(credentials: Credentials | undefined): Promise<void> {
    const rest = (): Buffer => this.#lines.rest()
    const outcome =
      credentials === undefined
        ? 'wrong'
        : await logIn(this.#connection, { protocol: 'pop3', credentials, tag: '', helo: '', rest }, this.#in)
    if (outcome === 'in') return
    this.#failures += 1
    await failureDelay(this.#failures, this.#in)
    this.#busy = false
    if (this.#connection.closing) return
    const answer = outcome === 'wrong' ? say.wrong : say.away
    if (this.#failures >= this.#in.policy.loginFailuresMax) return this.#connection.close(answer)
    this.#connection.write(answer)
    this.#go()
  }

  #refuse(): void {
    this.#bad += 1
    this.#sasl = undefined
    if (this.#bad > this.#in.policy.imapBadCommandsMax) this.#connection.close('-ERR Too many errors\r\n')
    else this.#connection.write(say.badCommand)
  }
}
