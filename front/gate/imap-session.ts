/**
 * IMAP (RFC 3501, RFC 9051) on 143 and 993 until somebody has logged in. The answer to a login that works is the
 * mailroom's; so is everything after it.
 */
import { wipe } from '@bulkhead/base/secret.ts'
import { defaultLanguage, languageOf, languages, type Language, type Text } from '@bulkhead/wire/imap/language.ts'
import { preloginReader, type PreloginCommand, type PreloginFinding } from '@bulkhead/wire/imap/prelogin.ts'
import { badReply, bye, encodeContinue, encodeTagged, encodeUntagged, no, ok, untagged, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { saslServer, type Credentials, type SaslServer, type SaslStep } from '@bulkhead/wire/sasl/server.ts'
import type { Connection, Session } from './connection.ts'
import { failureDelay, logIn, mayLogIn } from './login.ts'
import { preloginInput, type PreloginInput } from './prelogin-input.ts'
import type { Surroundings } from './surroundings.ts'

/** What the mailroom's IMAP will have; the gate only announces it. */
const always = 'IMAP4rev1 IMAP4rev2 SASL-IR LITERAL+ ID ENABLE NAMESPACE IDLE UIDPLUS MOVE SPECIAL-USE CHILDREN UNSELECT LANGUAGE'

export class ImapSession implements Session {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #input: PreloginInput
  readonly #reader = preloginReader()
  #sasl: { readonly server: SaslServer; readonly tag: string } | undefined
  #language: Language = defaultLanguage
  #failures = 0
  #bad = 0

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
    this.#input = preloginInput(connection, surroundings, () => this.#next())
  }

  greet(): void {
    this.#connection.write(`* OK [CAPABILITY ${this.#capabilities()}] ${this.#in.hostName} ready\r\n`)
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
    if (!this.#input.isHeld) this.#bye('Idle for too long')
  }

  leave(): void {
    this.#bye('Closing, come back later')
  }

  closed(): void {
    this.#sasl = undefined
  }

  #answer(tag: string, reply: Tagged): void {
    this.#connection.write(encodeTagged(tag, reply, this.#language))
  }

  #capabilities(): string {
    const login = mayLogIn(this.#connection, this.#in) ? ' AUTH=PLAIN AUTH=LOGIN' : ' LOGINDISABLED'
    return `${always}${this.#connection.secure ? '' : ' STARTTLS'}${login}`
  }

  /** False when more has to come first. */
  #next(): boolean {
    if (this.#sasl !== undefined) {
      const { server, tag } = this.#sasl
      const line = this.#reader.nextLine()
      if (line === undefined) return false
      if (line === 'bad') {
        this.#sasl = undefined
        this.#refuse(tag, badReply('Response not understood'))
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
        return this.#connection.write(encodeContinue('Go on', this.#language))
      case 'bad':
        return this.#refuse(finding.tag, badReply(finding.text, finding.code))
      case 'fatal':
        return this.#bye(finding.text, finding.code)
      case 'command':
        return this.#perform(finding.tag, finding.command)
    }
  }

  #perform(tag: string, command: PreloginCommand): void {
    const done = encodeTagged(tag, ok(`${command.name} completed`), this.#language)
    switch (command.name) {
      case 'CAPABILITY':
        return this.#connection.write(`* CAPABILITY ${this.#capabilities()}\r\n${done}`)
      case 'NOOP':
        return this.#connection.write(done)
      case 'ID':
        return this.#connection.write(`* ID ("name" "Bulkhead")\r\n${done}`)
      case 'LOGOUT':
        return this.#connection.close(`${encodeUntagged(bye('Logging out'), this.#language)}${done}`)
      case 'LANGUAGE':
        return this.#speak(tag, command.ranges)
      case 'STARTTLS':
        return this.#startTls(tag)
      case 'LOGIN':
        return this.#login(tag, command.credentials)
      case 'AUTHENTICATE':
        return this.#authenticate(tag, command)
    }
  }

  /** RFC 5255 section 3.2 */
  #speak(tag: string, ranges: readonly string[]): void {
    if (ranges.length === 0) {
      this.#connection.write(encodeUntagged(untagged(`LANGUAGE (${languages.join(' ')})`)))
      return this.#answer(tag, ok('LANGUAGE completed'))
    }
    const chosen = languageOf(ranges)
    if (chosen === undefined) return this.#answer(tag, no(null, 'This language is not spoken here'))
    this.#language = chosen
    this.#connection.write(encodeUntagged(untagged(`LANGUAGE (${chosen})`)))
    this.#answer(tag, ok('Now speaking this language'))
  }

  #startTls(tag: string): void {
    if (this.#connection.secure) return this.#refuse(tag, badReply('TLS already active'))
    if (this.#reader.heldBytes > 0) {
      this.#in.meter.count('gate_refusals_total', 1, { why: 'starttlsInjection' })
      return this.#bye('Nothing may follow STARTTLS before TLS does')
    }
    this.#answer(tag, ok('Begin TLS negotiation now'))
    // What was said before may have been another's words.
    this.#language = defaultLanguage
    this.#connection.startTls(() => this.#in.meter.count('gate_tls_total', 1, { protocol: 'imap' }))
  }

  #login(tag: string, credentials: Credentials | undefined): void {
    if (!mayLogIn(this.#connection, this.#in)) {
      if (credentials !== undefined) wipe(credentials.password)
      return this.#answer(tag, no('PRIVACYREQUIRED', 'Log in under TLS only'))
    }
    this.#input.hold()
    void this.#logIn(tag, credentials)
  }

  #authenticate(tag: string, { mechanism, initialResponse }: Extract<PreloginCommand, { name: 'AUTHENTICATE' }>): void {
    if (!mayLogIn(this.#connection, this.#in)) {
      return this.#answer(tag, no('PRIVACYREQUIRED', 'Log in under TLS only'))
    }
    const server = saslServer(mechanism)
    if (server === undefined) return this.#answer(tag, no('CANNOT', 'Mechanism not offered'))
    this.#sasl = { server, tag }
    const step = server.start(initialResponse)
    if (initialResponse !== undefined) wipe(initialResponse)
    this.#saslStep(step, tag)
  }

  #saslStep(step: SaslStep, tag: string): void {
    if (step.is === 'challenge') return this.#connection.write(`+ ${step.base64}\r\n`)
    this.#sasl = undefined
    if (step.is === 'cancelled') return this.#refuse(tag, badReply('Authentication cancelled'))
    if (step.is === 'malformed') return this.#refuse(tag, badReply('Response not understood'))
    this.#input.hold()
    void this.#logIn(tag, step.credentials)
  }

  async #logIn(tag: string, credentials: Credentials | undefined): Promise<void> {
    const rest = (): Buffer => this.#reader.rest()
    const outcome =
      credentials === undefined
        ? 'wrong'
        : await logIn(this.#connection, { protocol: 'imap', credentials, tag, helo: '', language: this.#language, rest }, this.#in)
    if (outcome === 'in') return
    this.#failures += 1
    await failureDelay(this.#failures, this.#in)
    this.#input.release()
    if (this.#connection.closing) return
    this.#answer(tag, outcome === 'wrong' ? no('AUTHENTICATIONFAILED', 'Authentication failed') : no('UNAVAILABLE', 'Temporary failure'))
    if (this.#failures >= this.#in.policy.loginFailuresMax) return this.#bye('Too many failed logins')
    this.#input.go()
  }

  #refuse(tag: string, reply: Tagged): void {
    this.#bad += 1
    if (this.#bad > this.#in.policy.imapBadCommandsMax) this.#bye('Too many errors')
    else this.#answer(tag, reply)
  }

  #bye(text: Text, code: string | null = null): void {
    this.#connection.close(encodeUntagged(bye(text, code), this.#language))
  }
}
