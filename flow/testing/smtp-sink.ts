/**
 * An SMTP server on loopback for tests: answers what its script says, keeps what it gets, and can misbehave. `script` sees
 * each command line and gives a reply, `drop` to cut the connection, `silence` to say nothing, or undefined for the usual answer.
 */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { lineReader } from '@bulkhead/wire/smtp/line-reader.ts'
import { testCertificate, testKey } from './certificate.ts'

export interface SunkMessage {
  readonly from: string
  readonly to: readonly string[]
  readonly content: string
  readonly tls: boolean
}

export interface SinkScript {
  readonly extensions?: readonly string[]
  /** `content` is asked with the pseudo command `.`, the greeting with `greeting`. */
  readonly say?: (command: string, connection: number) => string | 'drop' | 'silence' | undefined
  /** Bytes of content after which `say` is asked about `cut`, to end the connection in the middle of a message. */
  readonly cutAfterBytes?: number
  readonly breakTls?: boolean
  /** PEM; the server's own certificate first. */
  readonly tls?: { readonly key: string; readonly certificate: string }
  /** The only version of TLS it speaks. */
  readonly tlsVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'
  /** Other than 127.0.0.1. */
  readonly address?: string
  /** Other than a free one. */
  readonly port?: number
  /** How long the server thinks about a message. */
  readonly thinksMs?: number
}

export interface Sink extends AsyncDisposable {
  readonly port: number
  readonly messages: readonly SunkMessage[]
  readonly commands: readonly string[]
  connections(): number
}

const usual = ['PIPELINING', 'SIZE 10000000', '8BITMIME', 'ENHANCEDSTATUSCODES']
const lineMax = 1_000_000

class Connection {
  readonly #script: SinkScript
  readonly #number: number
  readonly #messages: SunkMessage[]
  readonly #commands: string[]
  #socket: Socket
  /** Between MAIL and its end (RFC 5321 section 4.1.4): another MAIL is refused. */
  #inTransaction = false
  #from = ''
  #to: string[] = []
  #content: string[] | undefined
  #contentBytes = 0

  constructor(socket: Socket, script: SinkScript, number: number, kept: { messages: SunkMessage[]; commands: string[] }) {
    this.#socket = socket
    this.#script = script
    this.#number = number
    this.#messages = kept.messages
    this.#commands = kept.commands
  }

  start(): void {
    this.#listen(this.#socket)
    this.#answer('greeting', '220 sink.example ESMTP')
  }

  #listen(socket: Socket): void {
    this.#socket = socket
    const reader = lineReader(lineMax)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk)
      for (let line = reader.next(); line !== undefined; line = reader.next()) this.#line(String(line))
    })
  }

  #answer(command: string, usually: string): boolean {
    const said = this.#script.say?.(command, this.#number) ?? usually
    if (said === 'silence') return false
    if (said === 'drop') this.#socket.destroy()
    else if (command === '.' && this.#script.thinksMs !== undefined) setTimeout(() => this.#socket.write(`${said}\r\n`), this.#script.thinksMs)
    else this.#socket.write(`${said}\r\n`)
    return said.startsWith('2') || said.startsWith('3')
  }

  #line(line: string): void {
    if (this.#content !== undefined) return this.#contentLine(line)
    this.#commands.push(line)
    const verb = line.split(' ', 1)[0]?.toUpperCase() ?? ''
    if (verb === 'EHLO' || verb === 'HELO') this.#inTransaction = false
    if (verb === 'EHLO') {
      const keywords = this.#script.extensions ?? usual
      const lines = ['sink.example', ...keywords.filter((keyword) => keyword !== 'STARTTLS' || !this.#tls())]
      this.#answer(line, lines.map((text, at) => `250${at === lines.length - 1 ? ' ' : '-'}${text}`).join('\r\n'))
    } else if (verb === 'MAIL') {
      const usually = this.#inTransaction ? '503 5.5.1 nested MAIL command' : '250 2.1.0 ok'
      if (this.#answer(line, usually)) {
        this.#inTransaction = true
        this.#to = []
        this.#from = line.slice('MAIL FROM:'.length)
      }
    } else if (verb === 'RCPT') {
      if (this.#answer(line, '250 2.1.5 ok')) this.#to.push(line.slice('RCPT TO:'.length))
    } else if (verb === 'DATA') {
      const usually = this.#to.length === 0 ? '503 5.5.1 no recipients' : '354 go on'
      if (this.#answer(line, usually)) this.#content = []
    } else if (verb === 'STARTTLS') this.#startTls(line)
    else if (verb === 'QUIT') {
      this.#answer(line, '221 2.0.0 bye')
      this.#socket.end()
    } else {
      if (verb === 'RSET') this.#inTransaction = false
      this.#answer(line, '250 2.0.0 ok')
    }
  }

  #tls(): boolean {
    return this.#socket instanceof TLSSocket
  }

  #startTls(line: string): void {
    if (!this.#answer(line, '220 2.0.0 go')) return
    const plain = this.#socket
    plain.removeAllListeners('data')
    if (this.#script.breakTls === true) {
      plain.once('data', () => plain.write('this is no handshake\r\n'))
      return
    }
    const { tls = { key: testKey, certificate: testCertificate }, tlsVersion } = this.#script
    // OpenSSL signs with SHA-1, as TLS 1.0 does, only where it is told that security does not matter.
    const version = tlsVersion === undefined ? {} : { minVersion: tlsVersion, maxVersion: tlsVersion, ciphers: 'DEFAULT@SECLEVEL=0' }
    this.#listen(new TLSSocket(plain, { isServer: true, secureContext: createSecureContext({ key: tls.key, cert: tls.certificate, ...version }) }))
  }

  #contentLine(line: string): void {
    this.#contentBytes += line.length + 2
    if (this.#contentBytes > (this.#script.cutAfterBytes ?? Number.MAX_SAFE_INTEGER)) {
      const said = this.#script.say?.('cut', this.#number)
      if (said === 'drop') return void this.#socket.destroy()
      if (said !== undefined) return void this.#socket.end(`${said}\r\n`)
    }
    if (line !== '.') return void this.#content?.push(line.startsWith('.') ? line.slice(1) : line)
    const content = `${(this.#content ?? []).join('\r\n')}\r\n`
    this.#content = undefined
    this.#inTransaction = false
    if (this.#answer('.', '250 2.0.0 taken')) this.#messages.push({ from: this.#from, to: this.#to, content, tls: this.#tls() })
  }
}

export const smtpSink = async (script: SinkScript = {}): Promise<Sink> => {
  const messages: SunkMessage[] = []
  const commands: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    new Connection(socket, script, connections, { messages, commands }).start()
  })
  await new Promise<void>((resolve) => server.listen(script.port ?? 0, script.address ?? '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    commands,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
