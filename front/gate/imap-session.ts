/**
 * IMAP (RFC 3501, RFC 9051) on 143 and 993 until somebody has logged in. The answer to a login that works is the
 * mailroom's; so is everything after it.
 */
import { wipe } from '@bulkhead/base/secret.ts'
import { preloginReader, type PreloginCommand, type PreloginFinding } from '@bulkhead/wire/imap/prelogin.ts'
import { saslServer, type Credentials, type SaslServer, type SaslStep } from '@bulkhead/wire/sasl/server.ts'
import type { Connection, Session } from './connection.ts'
import { failureDelay, logIn, mayLogIn } from './login.ts'
import type { Surroundings } from './surroundings.ts'

/** What the mailroom's IMAP will have; the gate only announces it. */
const always = 'IMAP4rev1 IMAP4rev2 SASL-IR LITERAL+ ID ENABLE NAMESPACE IDLE UIDPLUS MOVE SPECIAL-USE CHILDREN UNSELECT'

export class ImapSession implements Session {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #reader = preloginReader()
  #sasl: { readonly server: SaslServer; readonly tag: string } | undefined
  #busy = false
  #failures = 0
  #bad = 0
  #inputEnded = false

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
  }

  greet(): void {
    this.#connection.write(`* OK [CAPABILITY ${this.#capabilities()}] ${this.#in.hostName} ready\r\n`)
  }

  receive(chunk: Buffer): void {
    this.#reader.push(chunk)
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
    if (!this.#busy) this.#bye('Idle for too long')
  }

  leave(): void {
    this.#bye('Closing, come back later')
  }

  closed(): void {
    this.#sasl = undefined
  }

  #capabilities(): string {
    const login = mayLogIn(this.#connection, this.#in) ? ' AUTH=PLAIN AUTH=LOGIN' : ' LOGINDISABLED'
    return `${always}${this.#connection.secure ? '' : ' STARTTLS'}${login}`
  }

  #go(): void {
    while (!this.#busy && !this.#connection.closing) {
      if (this.#connection.unreadBytes > this.#in.policy.outputBytesMax) return this.#connection.pause()
      if (!this.#next()) {
        if (this.#inputEnded) this.#connection.close()
        else this.#connection.resume()
        return
      }
    }
    if (this.#busy) this.#connection.pause()
  }

  /** False when more has to come first. */
  #next(): boolean {
    if (this.#sasl !== undefined) {
      const { server, tag } = this.#sasl
      const line = this.#reader.nextLine()
      if (line === undefined) return false
      if (line === 'bad') {
        this.#sasl = undefined
        this.#refuse(tag, 'Response not understood')
        return true
      }
      const step = server.respond(line)
      wipe(line)
      this.#saslStep(step, tag)
      return true
    }
    const finding = this.#reader.next()
    if (finding === undefined) return false
    this.#found(finding)
    return true
  }

  #found(finding: PreloginFinding): void {
    switch (finding.is) {
      case 'continue':
        return this.#connection.write('+ Go on\r\n')
      case 'bad':
        return this.#refuse(finding.tag, finding.text)
      case 'fatal':
        return this.#bye(finding.text)
      case 'command':
        return this.#perform(finding.tag, finding.command)
    }
  }

  #perform(tag: string, command: PreloginCommand): void {
    const ok = `${tag} OK ${command.name} completed\r\n`
    switch (command.name) {
      case 'CAPABILITY':
        return this.#connection.write(`* CAPABILITY ${this.#capabilities()}\r\n${ok}`)
      case 'NOOP':
        return this.#connection.write(ok)
      case 'ID':
        return this.#connection.write(`* ID ("name" "Bulkhead")\r\n${ok}`)
      case 'LOGOUT':
        return this.#connection.close(`* BYE Logging out\r\n${ok}`)
      case 'STARTTLS':
        return this.#startTls(tag)
      case 'LOGIN':
        return this.#login(tag, command.credentials)
      case 'AUTHENTICATE':
        return this.#authenticate(tag, command)
    }
  }

  #startTls(tag: string): void {
    if (this.#connection.secure) return this.#refuse(tag, 'TLS already active')
    if (this.#reader.heldBytes > 0) {
      this.#in.meter.count('gate_refusals_total', 1, { why: 'starttlsInjection' })
      return this.#bye('Nothing may follow STARTTLS before TLS does')
    }
    this.#connection.write(`${tag} OK Begin TLS negotiation now\r\n`)
    this.#connection.startTls(() => this.#in.meter.count('gate_tls_total', 1, { protocol: 'imap' }))
  }

  #login(tag: string, credentials: Credentials | undefined): void {
    if (!mayLogIn(this.#connection, this.#in)) {
      if (credentials !== undefined) wipe(credentials.password)
      return this.#connection.write(`${tag} NO [PRIVACYREQUIRED] Log in under TLS only\r\n`)
    }
    this.#busy = true
    void this.#logIn(tag, credentials)
  }

  #authenticate(tag: string, { mechanism, initialResponse }: Extract<PreloginCommand, { name: 'AUTHENTICATE' }>): void {
    if (!mayLogIn(this.#connection, this.#in)) {
      return this.#connection.write(`${tag} NO [PRIVACYREQUIRED] Log in under TLS only\r\n`)
    }
    const server = saslServer(mechanism)
    if (server === undefined) return this.#connection.write(`${tag} NO [CANNOT] Mechanism not offered\r\n`)
    this.#sasl = { server, tag }
    const step = server.start(initialResponse)
    if (initialResponse !== undefined) wipe(initialResponse)
    this.#saslStep(step, tag)
  }

  #saslStep(step: SaslStep, tag: string): void {
    if (step.is === 'challenge') return this.#connection.write(`+ ${step.base64}\r\n`)
    this.#sasl = undefined
    if (step.is === 'cancelled') return this.#refuse(tag, 'Authentication cancelled')
    if (step.is === 'malformed') return this.#refuse(tag, 'Response not understood')
    this.#busy = true
    void this.#logIn(tag, step.credentials)
  }

  async #logIn(tag: string, credentials: Credentials | undefined): Promise<void> {
    const rest = (): Buffer => this.#reader.rest()
    const outcome =
      credentials === undefined
        ? 'wrong'
        : await logIn(this.#connection, { protocol: 'imap', credentials, tag, helo: '', rest }, this.#in)
    if (outcome === 'in') return
    this.#failures += 1
    await failureDelay(this.#failures, this.#in)
    this.#busy = false
    if (this.#connection.closing) return
    const code = outcome === 'wrong' ? '[AUTHENTICATIONFAILED] Authentication failed' : '[UNAVAILABLE] Temporary failure'
    this.#connection.write(`${tag} NO ${code}\r\n`)
    if (this.#failures >= this.#in.policy.loginFailuresMax) return this.#bye('Too many failed logins')
    this.#go()
  }

  #refuse(tag: string, text: string): void {
    this.#bad += 1
    if (this.#bad > this.#in.policy.imapBadCommandsMax) this.#bye('Too many errors')
    else this.#connection.write(`${tag} BAD ${text}\r\n`)
  }

  #bye(text: string): void {
    this.#connection.close(`* BYE ${text}\r\n`)
  }
}
