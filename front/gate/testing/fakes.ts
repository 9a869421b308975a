/** What the gate's tests talk to instead of intake, warden and mailroom, and how they talk to the gate. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { Preface } from '@bulkhead/door/contracts/mailroom.ts'
import type { Listener, MailLimits, ReceptionPolicy, TlsMaterial, WebServing } from '@bulkhead/door/contracts/start.ts'
import type { WardenVerbs } from '@bulkhead/door/contracts/warden.ts'
import { frameReader } from '@bulkhead/door/frame.ts'
import { listenUnix, serveDoor } from '@bulkhead/door/server.ts'
import { answered, refused } from '@bulkhead/door/verbs.ts'
import { parseCommand, type SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { encodeAddress, encodePath } from '@bulkhead/wire/smtp/path.ts'
import { defaultReception } from '@bulkhead/run/config/reception.ts'
import { Gate } from '../gate.ts'
import { gatePolicy, type GatePolicy } from '../policy.ts'
import { site, type SiteFile } from '../web/site.ts'

/** Made for these tests and of no other use. */
export const firstTls: TlsMaterial = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBiDCCAS2gAwIBAgIUQPG2HmT2zbk3btsMwwNmYg7WqDcwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNZmlyc3QuZXhhbXBsZTAgFw0yNjExMjEwNDAyNDhaGA8yMTI2
MTAyODA0MDI0OFowGDEWMBQGA1UEAwwNZmlyc3QuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABOP0izmVGSFuXQ62AOq5I8Cn54TTw3lSbjxOtCTQ3A9V
5INNmruFRrs38PSU4SdbmdQCUssEW9PRWlgsCFhIVYOjUzBRMB0GA1UdDgQWBBQs
zy/u9oZ/10efYKRB0wtcTZUl+jAfBgNVHSMEGDAWgBQszy/u9oZ/10efYKRB0wtc
TZUl+jAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDU8iRMM6Lw
JVRiGE+P8uj3RxV3l2gxvAnGYDxfvVvnVwIhAIkx2gf5KU/iezANIzCOC+vEHF6q
OYlwfj1adlU0jLnT
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6nx84K4RrZvxCYG3
9h3h0/siq08Mn8e2NG+NlA1v5eOhRANCAATj9Is5lRkhbl0OtgDquSPAp+eE08N5
Um48TrQk0NwPVeSDTZq7hUa7N/D0lOEnW5nUAlLLBFvT0VpYLAhYSFWD
-----END PRIVATE KEY-----
`,
}
export const secondTls: TlsMaterial = {
  certificate: `-----BEGIN CERTIFICATE-----
MIIBijCCAS+gAwIBAgIUWul/Eevf+tsXbTWJOdp0odG1IzowCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOc2Vjb25kLmV4YW1wbGUwIBcNMjYxMTIxMDQwMjQ4WhgPMjEy
NjEwMjgwNDAyNDhaMBkxFzAVBgNVBAMMDnNlY29uZC5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEkXpU3fUO7wabYc/GI3EV5EFLmRgLD0EW7z8TqUaL
DIX/BWlhM0U4NDwFllUsmDXG89zA+JutVqVBaxddJ5+fsaNTMFEwHQYDVR0OBBYE
FFTa8iIjBkL6eeUg8/kB4Cu43Ha+MB8GA1UdIwQYMBaAFFTa8iIjBkL6eeUg8/kB
4Cu43Ha+MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhANsgsJHR
I365r3nqqhej9MKGeeIOZWq2CXgRK19IzmHqAiEAtyRLA40wY03NxlHdlrPObj8z
V+ovN6mGFf2TinfLtvA=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg10dMm/JJo4SRZWaD
Sd+UnSzUPXaV32qUwhiLlxXLKxuhRANCAASRelTd9Q7vBpthz8YjcRXkQUuZGAsP
QRbvPxOpRosMhf8FaWEzRTg0PAWWVSyYNcbz3MD4m61WpUFrF10nn5+x
-----END PRIVATE KEY-----
`,
}

export interface TakenMessage {
  readonly from: string
  readonly to: readonly string[]
  readonly content: Buffer
  acknowledged: boolean
}

export interface FakeIntake {
  readonly messages: TakenMessage[]
  /** Every command of every connection in order, content as `(n bytes)`. */
  readonly commands: string[]
  readonly links: Set<Socket>
  /** Waits before each answer to a chunk. */
  chunkDelayMs: number
  close(): void
}

/** Recipients say by their name what becomes of them: `unknown…`, `full…` at RCPT; `late…` and `never…` after content. */
const rcptAnswer = (local: string): string => {
  if (local.startsWith('unknown')) return '550 5.1.1 No such recipient'
  if (local.startsWith('full')) return '452 4.2.2 Mailbox full'
  return '250 2.1.5 OK'
}
const finalAnswer = (address: string): string => {
  if (address.startsWith('late')) return '451 4.3.0 Not now'
  if (address.startsWith('never')) return '554 5.7.1 Not wanted'
  return '250 2.0.0 Stored'
}

export const fakeIntake = async (path: string): Promise<FakeIntake> => {
  const intake: FakeIntake = { messages: [], commands: [], links: new Set(), chunkDelayMs: 0, close: () => server.close() }
  const server = createServer((socket) => {
    intake.links.add(socket)
    socket.on('close', () => intake.links.delete(socket)).on('error', () => undefined)
    serveLmtp(socket, intake)
  })
  await listenUnix(server, path)
  return intake
}

const serveLmtp = (socket: Socket, intake: FakeIntake): void => {
  const lines = lineReader(4_096)
  const unacknowledged: TakenMessage[] = []
  let from: string | undefined
  let to: string[] = []
  let content: Buffer[] = []
  let chunk: { left: number; last: boolean } | undefined
  let waiting = false
  const say = (text: string): void => void socket.write(`${text}\r\n`)
  const reset = (): void => {
    from = undefined
    to = []
    content = []
  }
  const chunkDone = (last: boolean): void => {
    if (!last) return say('250 2.0.0 Go on')
    const message = { from: from ?? '', to, content: Buffer.concat(content), acknowledged: false }
    intake.messages.push(message)
    unacknowledged.push(message)
    for (const address of to) say(finalAnswer(address))
    reset()
  }
  const perform = (command: SmtpCommand): void => {
    switch (command.verb) {
      case 'MAIL':
        from = encodePath(command.reversePath)
        return say(from.startsWith('<banned') ? '550 5.7.1 Go away' : '250 2.1.0 OK')
      case 'RCPT': {
        if (from === undefined || from.startsWith('<banned')) return say('503 5.5.1 MAIL first')
        const answer = rcptAnswer(command.forwardPath.localPart)
        if (answer.startsWith('250')) to.push(encodeAddress(command.forwardPath))
        return say(answer)
      }
      case 'BDAT':
        chunk = { left: command.sizeBytes, last: command.last }
        return
      case 'RSET':
        reset()
        return say('250 2.0.0 OK')
      case 'XACK': {
        const oldest = unacknowledged.shift()
        if (oldest !== undefined) oldest.acknowledged = true
        return say('250 2.0.0 OK')
      }
      case 'QUIT':
        say('221 2.0.0 Bye')
        return void socket.end()
      default:
        return say('250 2.0.0 OK')
    }
  }
  const go = (): void => {
    while (!waiting) {
      if (chunk !== undefined) {
        const bytes = lines.take(chunk.left)
        content.push(bytes)
        chunk.left -= bytes.length
        if (chunk.left > 0) return
        const { last } = chunk
        chunk = undefined
        if (intake.chunkDelayMs === 0) chunkDone(last)
        else {
          waiting = true
          socket.pause()
          setTimeout(() => {
            if (socket.destroyed) return
            waiting = false
            socket.resume()
            chunkDone(last)
            go()
          }, intake.chunkDelayMs)
        }
        continue
      }
      const line = lines.next()
      if (line === undefined) return
      intake.commands.push(String(line))
      const parsed = typeof line === 'string' ? undefined : parseCommand(line)
      if (parsed?.is !== 'command') say('500 5.5.2 What?')
      else perform(parsed.command)
    }
  }
  socket.on('data', (bytes: Buffer) => {
    lines.push(bytes)
    go()
  })
  say('220 intake LMTP')
}

export interface FakeMailroom {
  readonly prefaces: Preface[]
  readonly clients: Set<Socket>
  close(): void
}

/** Answers the login by the protocol's yes, then echoes until the client ends. */
export const fakeMailroom = async (path: string): Promise<FakeMailroom> => {
  const mailroom: FakeMailroom = { prefaces: [], clients: new Set(), close: () => server.close() }
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    const reader = frameReader()
    let open = false
    mailroom.clients.add(socket)
    socket.on('close', () => mailroom.clients.delete(socket)).on('error', () => undefined)
    socket.on('end', () => socket.end())
    socket.on('data', (chunk: Buffer) => {
      if (open) {
        if (!socket.write(chunk)) {
          socket.pause()
          socket.once('drain', () => socket.resume())
        }
        return
      }
      reader.push(chunk)
      const frame = reader.next()
      if (frame === undefined) return
      const preface = frame as unknown as Preface
      open = true
      if (frame['protocol'] === 'line') return
      mailroom.prefaces.push(preface)
      const yes = { imap: `${preface.tag} OK in\r\n`, pop3: '+OK in\r\n', managesieve: 'OK "in"\r\n', submission: '235 2.7.0 In\r\n' }
      socket.write(yes[preface.protocol])
      socket.write(reader.rest())
    })
  })
  await listenUnix(server, path)
  return mailroom
}

const limits: MailLimits = { messageBytesMax: 5_000_000, recipientsMax: 100, connectionsMax: 50, connectionsPerPeerMax: 40 }

/** What the gate serves as its MTA-STS policy. */
export const stsPolicyText = 'version: STSv1\r\nmode: testing\r\nmx: mx.test.example\r\nmax_age: 604800\r\n'

export interface House {
  readonly gate: Gate
  readonly intake: FakeIntake
  readonly mailroom: FakeMailroom
  readonly intakePath: string
  readonly ports: { readonly smtp: number; readonly submission: number; readonly submissions: number; readonly imap: number; readonly imaps: number; readonly pop3: number; readonly pop3s: number; readonly https: number; readonly http: number; readonly sieve: number }
  readonly told: { kind: string; outcome?: string }[]
  readonly asked: string[]
  readonly directory: string
  count(series: string): number
  closeWarden(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface HouseOptions {
  readonly reception?: Partial<ReceptionPolicy>
  readonly policy?: Partial<GatePolicy>
  readonly limits?: Partial<MailLimits>
  readonly plainLoginOnLoopback?: boolean
  readonly proxyFrom?: readonly string[]
  /** Of HTTPS; without it that of everything else. */
  readonly httpsTls?: TlsMaterial
  /** Another intake than the one that makes its answers up. */
  readonly intakeAt?: string
  /** Another mailroom than the one that echoes, and the passes that open it. */
  readonly mailroom?: { readonly path: string; pass(): string }
  /** Of the webmail. */
  readonly files?: readonly SiteFile[]
  readonly web?: Partial<WebServing>
}

/** A gate with everything around it; the password of everybody is `right`, and `away` has no warden. */
export const house = async (options: HouseOptions = {}): Promise<House> => {
  const directory = mkdtempSync(join(tmpdir(), 'gate-test-'))
  const path = (name: string): string => join(directory, name)
  const intake = await fakeIntake(path('intake'))
  const mailroom = await fakeMailroom(path('mailroom'))
  const asked: string[] = []
  const told: { kind: string; outcome?: string }[] = []
  const no = (): never => {
    throw new Error('not asked here')
  }
  const wardenDoor = await serveDoor<WardenVerbs, 'gate'>([{ caller: 'gate', path: path('warden') }], {
    authenticate: ({ protocol, login, password, tls }) => {
      const text = Buffer.from(String(password), 'base64').toString()
      asked.push(`${String(protocol)} ${String(login)} ${text} ${tls === true ? 'tls' : 'plain'}`)
      if (text === 'busy') return refused('overBudget')
      if (text === 'nowhere') return answered({ pass: 'cGFzcw==', mailroom: 'gone' })
      return text === 'right' ? answered({ pass: options.mailroom?.pass() ?? 'cGFzcw==', mailroom: 'm1' }) : refused('wrong')
    },
    signIn: ({ login, password, remember }) => {
      const text = Buffer.from(String(password), 'base64').toString()
      asked.push(`signIn ${String(login)} ${text}`)
      if (text === 'busy') return refused('overBudget')
      const device = remember === null ? null : { device: '00000000-0000-4000-8000-000000000001', secret: Buffer.alloc(32).toString('base64') }
      return text === 'right' ? answered({ pass: options.mailroom?.pass() ?? 'cGFzcw==', mailroom: 'm1', device }) : refused('wrong')
    },
    resume: () => refused('wrong'),
    newAccount: no,
    renewPassword: no,
    changePassword: no,
    resetPassword: no,
  }, silentLog)
  const warden = knock<WardenVerbs>(path('warden'))
  const counters = meter()
  const protocols = ['smtp', 'submission', 'submission', 'imap', 'imap', 'pop3', 'pop3', 'https', 'http', 'managesieve'] as const
  const listeners: Listener[] = protocols.map((protocol, at) => ({
    protocol,
    address: '127.0.0.1',
    port: 0,
    implicitTls: at === 2 || at === 4 || at === 6 || at === 7,
  }))
  const gate = new Gate({
    surroundings: {
      hostName: 'mx.test.example',
      limits: { ...limits, ...options.limits },
      policy: { ...gatePolicy, loginFailureDelayMs: 5, unknownRecipientDelayMs: 1, lingerMs: 500, ...options.policy },
      sessions: { perAccountMax: 50, parkAfterMs: 60_000, pop3LoginDelayMs: 0 },
      plainLoginOnLoopback: options.plainLoginOnLoopback ?? false,
      reception: () => ({ ...defaultReception, ...options.reception }),
      sts: () => ({ policy: stsPolicyText, domains: new Set(['hikari.example']) }),
      intakePath: () => options.intakeAt ?? path('intake'),
      warden,
      mailrooms: () => [{ name: 'm1', publicKey: '', path: options.mailroom?.path ?? path('mailroom') }],
      log: silentLog,
      meter: counters,
      tell: (event) => void told.push(event),
    },
    listeners,
    tls: firstTls,
    httpsTls: options.httpsTls ?? null,
    proxyFrom: options.proxyFrom ?? [],
    site: site(options.files ?? []),
    web: () => ({ hosts: ['mail.test.example'], contentHost: null, onLoopback: true, organization: 'Test', looks: [], ...options.web }),
    now: () => systemClock.now(),
  })
  await gate.listen()
  const [smtp = 0, submission = 0, submissions = 0, imap = 0, imaps = 0, pop3 = 0, pop3s = 0, https = 0, http = 0, sieve = 0] = gate.ports
  return {
    gate, intake, mailroom, told, asked, directory,
    intakePath: path('intake'),
    ports: { smtp, submission, submissions, imap, imaps, pop3, pop3s, https, http, sieve },
    count: (series) => counters.read().get(series)?.value ?? 0,
    closeWarden: async () => wardenDoor[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]()
      warden[Symbol.dispose]()
      intake.close()
      mailroom.close()
      for (const socket of [...intake.links, ...mailroom.clients]) socket.destroy()
      await wardenDoor[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true })
    },
  }
}

/** How long a slow machine may take; what is right comes at once. */
const patienceMs = 60_000

/** A client that says things and waits for what it was told. */
export class Client {
  socket: Socket
  heard = ''
  ended = false
  #wake: () => void = () => undefined

  constructor(socket: Socket) {
    this.socket = socket
    this.#listen()
  }

  #listen(): void {
    this.socket.on('data', (chunk: Buffer) => {
      this.heard += chunk.toString('latin1')
      this.#wake()
    })
    this.socket.on('close', () => {
      this.ended = true
      this.#wake()
    })
    this.socket.on('end', () => {
      this.ended = true
      this.#wake()
    })
    this.socket.on('error', () => undefined)
  }

  say(text: string | Buffer): void {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'utf8') : text)
  }

  async #until(done: () => boolean, what: string): Promise<void> {
    const until = Date.now() + patienceMs
    while (!done()) {
      const left = until - Date.now()
      if (left <= 0) throw new Error(`waited for ${what}, heard ${JSON.stringify(this.heard.slice(-400))}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Everything up to and including the first match; what follows is kept. */
  async hear(pattern: RegExp): Promise<string> {
    await this.#until(() => pattern.test(this.heard) || this.ended, String(pattern))
    const found = pattern.exec(this.heard)
    if (found === null) throw new Error(`${String(pattern)} never came, heard ${JSON.stringify(this.heard.slice(-400))}`)
    const end = found.index + found[0].length
    const text = this.heard.slice(0, end)
    this.heard = this.heard.slice(end)
    return text
  }

  /** Says a command and gives the whole SMTP reply. */
  async smtp(command: string): Promise<string> {
    this.say(`${command}\r\n`)
    return this.reply()
  }

  reply(): Promise<string> {
    return this.hear(/(?:^|\n)[0-9]{3}(?: [^\n]*)?\r\n/)
  }

  async closed(): Promise<string> {
    await this.#until(() => this.ended, 'the end')
    return this.heard
  }

  /** Goes on under TLS; gives the certificate's name. */
  secure(): Promise<string> {
    const plain = this.socket
    plain.removeAllListeners('data')
    return new Promise((resolve, reject) => {
      const socket = connectTls({ socket: plain, rejectUnauthorized: false }, () => {
        this.socket = socket
        this.#listen()
        resolve(String(socket.getPeerCertificate().subject.CN))
      })
      socket.once('error', reject)
    })
  }
}

export const client = async (port: number): Promise<Client> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  return new Client(socket)
}

export const tlsClient = (port: number): Promise<Client> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => resolve(new Client(socket)))
    socket.once('error', reject)
  })

/** A client past the greeting and EHLO. */
export const greeted = async (port: number): Promise<Client> => {
  const made = await client(port)
  await made.reply()
  await made.smtp('EHLO client.example')
  return made
}
