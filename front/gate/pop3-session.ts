/**
 * POP3 (RFC 1939, CAPA RFC 2449, STLS RFC 2595, AUTH RFC 5034, UTF8 and LANG RFC 6856) on 110 and 995 until somebody has
 * logged in. APOP is never offered: it forces passwords to be stored readably.
 */
import { latin1 } from '@bulkhead/base/bytes.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import { credentialsOf, saslServer, type Credentials, type SaslServer, type SaslStep } from '@bulkhead/wire/sasl/server.ts'
import { languageRange } from '@bulkhead/wire/pop3/command.ts'
import { listed, listEnd, negative, positive } from '@bulkhead/wire/pop3/reply.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { always, expireBeforeLogin, implementation, loginDelayLine } from '../pop3/capability.ts'
import { languageFor, languageLines, texts, type Language, type Texts } from '../pop3/texts.ts'
import type { Connection, Session } from './connection.ts'
import { failureDelay, logIn, mayLogIn } from './login.ts'
import { preloginInput, type PreloginInput } from './prelogin-input.ts'
import type { Surroundings } from './surroundings.ts'

/** RFC 2449 section 4 says 255; a SASL response needs more. */
const lineBytesMax = 4_096

const ok = '+OK\r\n'

export class Pop3Session implements Session {
  readonly #connection: Connection
  readonly #in: Surroundings
  readonly #input: PreloginInput
  readonly #lines = lineReader(lineBytesMax)
  #login: Buffer | undefined
  #language: Language = 'en'
  /** RFC 6856 section 2: STLS may not follow it. */
  #utf8 = false
  #sasl: SaslServer | undefined
  #failures = 0
  #bad = 0

  constructor(connection: Connection, surroundings: Surroundings) {
    this.#connection = connection
    this.#in = surroundings
    this.#input = preloginInput(connection, surroundings, () => this.#next())
  }

  greet(): void {
    this.#connection.write(`+OK ${this.#in.hostName} ready\r\n`)
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
    if (!this.#input.isHeld) this.#connection.close()
  }

  leave(): void {
    this.#connection.close('-ERR [SYS/TEMP] Closing, come back later\r\n')
  }

  closed(): void {
    this.#sasl = undefined
  }

  /** False when more has to come first. */
  #next(): boolean {
    const line = this.#lines.next()
    if (line === undefined) return false
    if (typeof line === 'string') this.#refuse()
    else this.#line(line)
    return true
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
      case 'LANG':
        return this.#lang(args)
      case 'UTF8':
        return this.#switchToUtf8(args)
      case 'QUIT':
        return this.#connection.close(positive(this.#texts.byeBeforeLogin))
      case 'NOOP':
        return this.#connection.write(ok)
      default:
        return this.#refuse()
    }
  }

  get #texts(): Texts {
    return texts[this.#language]
  }

  #capabilities(): string {
    const lines = [...always, expireBeforeLogin, ...loginDelayLine(this.#in.sessions.pop3LoginDelayMs)]
    if (!this.#connection.secure && !this.#utf8) lines.push('STLS')
    if (mayLogIn(this.#connection, this.#in)) lines.push('USER', 'SASL PLAIN LOGIN')
    return this.#list(this.#texts.capabilities, [...lines, implementation])
  }

  #list(text: string, lines: readonly string[]): string {
    return `${positive(text)}${lines.map(listed).join('')}${listEnd}`
  }

  /** RFC 6856 section 3. What was chosen here holds after login too. */
  #lang(args: Buffer | undefined): void {
    const range = languageRange(args === undefined ? [] : latin1(args).trim().split(/ +/))
    if (range === undefined) return this.#refuse()
    if (range === null) return this.#connection.write(this.#list(this.#texts.languages, languageLines))
    const found = languageFor(range)
    if (found === undefined) return this.#connection.write(negative(this.#texts.noSuchLanguage))
    this.#language = found
    this.#connection.write(positive(`${found} ${this.#texts.speaks}`))
  }

  /** RFC 6856 section 2.1. Messages are given as stored from here on. */
  #switchToUtf8(args: Buffer | undefined): void {
    if (args !== undefined) return this.#refuse()
    this.#utf8 = true
    this.#connection.write(positive(this.#texts.utf8))
  }

  #startTls(): void {
    if (this.#connection.secure || this.#utf8) return this.#refuse()
    if (this.#lines.heldBytes > 0) {
      this.#in.meter.count('gate_refusals_total', 1, { why: 'starttlsInjection' })
      return this.#connection.close('-ERR Nothing may follow STLS before TLS does\r\n')
    }
    this.#login = undefined
    this.#connection.write('+OK Begin TLS negotiation\r\n')
    this.#connection.startTls(() => this.#in.meter.count('gate_tls_total', 1, { protocol: 'pop3' }))
  }

  #user(args: Buffer | undefined): void {
    if (!mayLogIn(this.#connection, this.#in)) return this.#connection.write(negative(this.#texts.tlsFirst, 'AUTH'))
    if (args === undefined || args.length === 0) return this.#refuse()
    this.#login = Buffer.from(args)
    // Whether anybody has that name is not said here.
    this.#connection.write(ok)
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
    this.#input.hold()
    void this.#logIn(credentials)
  }

  #auth(args: Buffer | undefined): void {
    if (!mayLogIn(this.#connection, this.#in)) return this.#connection.write(negative(this.#texts.tlsFirst, 'AUTH'))
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
    this.#input.hold()
    void this.#logIn(step.credentials)
  }

  async #logIn(credentials: Credentials | undefined): Promise<void> {
    const rest = (): Buffer => this.#lines.rest()
    const outcome =
      credentials === undefined
        ? 'wrong'
        : await logIn(this.#connection, { protocol: 'pop3', credentials, tag: '', helo: '', language: this.#language, utf8: this.#utf8, rest }, this.#in)
    if (outcome === 'in') return
    this.#failures += 1
    await failureDelay(this.#failures, this.#in)
    this.#input.release()
    if (this.#connection.closing) return
    const answer = outcome === 'wrong' ? negative(this.#texts.wrong, 'AUTH') : negative(this.#texts.temporary, 'SYS/TEMP')
    if (this.#failures >= this.#in.policy.loginFailuresMax) return this.#connection.close(answer)
    this.#connection.write(answer)
    this.#input.go()
  }

  #refuse(): void {
    this.#bad += 1
    this.#sasl = undefined
    if (this.#bad > this.#in.policy.imapBadCommandsMax) this.#connection.close(negative(this.#texts.tooManyMistakes))
    else this.#connection.write(negative(this.#texts.notUnderstood))
  }
}
