/**
 * One connection to a server we send to: owns the socket, matches replies to what was asked, and turns every way in which a
 * peer can fail (silence, drips, garbage, a reply nobody asked for, going away) into one `ConversationOver`.
 */
import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { smtpClient } from '@bulkhead/wire/smtp/client.ts'
import type { SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import type { OddDots } from '@bulkhead/wire/smtp/path.ts'
import { encodeReply, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { chainMax } from './dane/verify.ts'
import type { Trust } from './trust.ts'

/** The connection is of no more use. `reason` is ours or the peer's own last words. */
export class ConversationOver extends Error {
  override readonly name = 'ConversationOver'
}

export class TlsFailed extends Error {
  override readonly name = 'TlsFailed'
}

interface Waiter {
  readonly resolve: (reply: Reply) => void
  readonly reject: (over: ConversationOver) => void
}

export interface TlsWanted {
  /** Server Name Indication; null for a bare address. */
  readonly host: string | null
  readonly trust: Trust
  readonly timeoutMs: number
}

/** What a handshake showed. Nobody has been refused for it. */
export interface Handshake {
  /** `TLSv1.3`. */
  readonly protocol: string
  /** The server's own certificate first. */
  readonly chain: readonly X509Certificate[]
  /** OpenSSL's code for why WebPKI does not vouch for the chain; names are not looked at. Null where it does. */
  readonly untrusted: string | null
}

export interface Conversation {
  /** Writes and waits. */
  ask(command: SmtpCommand, timeoutMs: number, oddDots?: OddDots): Promise<Reply>
  /** Writes all at once (RFC 2920); replies in order. Each whole reply has `timeoutMs`, whatever drips in meanwhile. */
  askAll(commands: readonly SmtpCommand[], timeoutMs: number, oddDots?: OddDots): readonly Promise<Reply>[]
  /** Replies that come without a command: the greeting, those after content. */
  expect(replies: number, timeoutMs: number): readonly Promise<Reply>[]
  /** Resolves when the peer has taken it. */
  send(bytes: Uint8Array | string, timeoutMs: number): Promise<void>
  /** TLS from here on (RFC 3207); whether the peer is who it says is for the caller to judge. Throws `TlsFailed`. */
  startTls(wanted: TlsWanted): Promise<Handshake>
  readonly over: boolean
  /** At once, without a word. */
  destroy(reason: string): void
}

const ignore = (): void => {}

/** The certificates a server sent, as far as each was signed by the next. */
const chainOf = (tls: TLSSocket): readonly X509Certificate[] => {
  const chain: X509Certificate[] = []
  for (let at = tls.getPeerX509Certificate(); at !== undefined && chain.length < chainMax; at = at.issuerCertificate) chain.push(at)
  return chain
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.message)

interface Secured {
  readonly socket: TLSSocket
  readonly handshake: Handshake
}

const secured = (plain: Socket, { host, trust, timeoutMs }: TlsWanted): Promise<Secured> =>
  new Promise((resolve, reject) => {
    const name = host === null ? {} : { servername: host }
    const tls = connectTls({ socket: plain, rejectUnauthorized: false, checkServerIdentity: () => undefined, secureContext: trust, ...name })
    const fail = (error?: Error): void => {
      clearTimeout(timer)
      tls.removeAllListeners()
      tls.on('error', ignore)
      tls.destroy()
      reject(new TlsFailed(error === undefined ? 'TLS handshake failed' : codeOf(error)))
    }
    const timer = setTimeout(() => fail(new Error('no TLS handshake in time')), timeoutMs)
    tls.once('error', fail)
    tls.once('close', () => fail())
    tls.once('secureConnect', () => {
      clearTimeout(timer)
      tls.removeAllListeners('close')
      tls.off('error', fail)
      // A code, whatever its type says.
      const untrusted = tls.authorized ? null : String(tls.authorizationError)
      resolve({ socket: tls, handshake: { protocol: tls.getProtocol() ?? 'TLS', chain: chainOf(tls), untrusted } })
    })
  })

export const conversation = (connected: Socket): Conversation => {
  const engine = smtpClient<Waiter>()
  let socket = connected
  let over: ConversationOver | undefined
  let deadline: NodeJS.Timeout | undefined
  let replyMs = 0

  const end = (reason: string): void => {
    if (over !== undefined) return
    clearTimeout(deadline)
    const why = new ConversationOver(reason)
    over = why
    socket.destroy()
    for (const waiter of engine.owed()) waiter.reject(why)
  }

  /** For the next thing as a whole: a peer that drips bytes is no better than a silent one. */
  const within = (ms: number): void => {
    clearTimeout(deadline)
    if (over === undefined) deadline = setTimeout(() => end('peer kept silent'), ms)
  }
  const awaitNext = (): void => {
    if (engine.owedCount > 0) within(replyMs)
    else clearTimeout(deadline)
  }

  const onData = (chunk: Buffer): void => {
    engine.push(chunk)
    for (let found = engine.next(); found !== undefined && over === undefined; found = engine.next()) {
      if (found.is === 'garbled') return end('peer does not speak SMTP')
      if (found.is === 'unasked') return end(`peer said ${encodeReply(found.reply).trim()}`)
      awaitNext()
      found.tag.resolve(found.reply)
    }
  }

  const attach = (to: Socket): void => {
    socket = to
    to.on('data', onData)
    to.on('error', (error) => end(`connection failed: ${'code' in error ? String(error.code) : error.name}`))
    to.on('close', () => end('peer closed the connection'))
  }

  const awaited = (ask: (waiter: Waiter) => void): Promise<Reply> => {
    const promise = new Promise<Reply>((resolve, reject) => {
      if (over === undefined) ask({ resolve, reject })
      else reject(over)
    })
    // Several are awaited one after the other: a later one that fails first must not count as unhandled.
    promise.catch(ignore)
    return promise
  }

  const askAll = (commands: readonly SmtpCommand[], timeoutMs: number, oddDots?: OddDots): Promise<Reply>[] => {
    let text = ''
    const replies = commands.map((command) => awaited((waiter) => (text += engine.ask(command, waiter, oddDots))))
    replyMs = timeoutMs
    within(timeoutMs)
    if (over === undefined) socket.write(text)
    return replies
  }

  attach(connected)
  return {
    askAll,
    async ask(command, timeoutMs, oddDots) {
      const [reply] = askAll([command], timeoutMs, oddDots)
      if (reply === undefined) throw new ConversationOver('nothing was asked')
      return reply
    },
    expect(replies, timeoutMs) {
      const awaiting = Array.from({ length: replies }, () => awaited((waiter) => engine.expect(waiter)))
      replyMs = timeoutMs
      awaitNext()
      return awaiting
    },
    send(bytes, timeoutMs) {
      replyMs = timeoutMs
      within(timeoutMs)
      return new Promise((resolve, reject) => {
        if (over !== undefined) return reject(over)
        socket.write(bytes, (error) => {
          if (error) return reject(over ?? new ConversationOver('write failed'))
          awaitNext()
          resolve()
        })
      })
    },
    async startTls(wanted) {
      // Words before the handshake may be an attacker's (RFC 3207 section 6).
      if (engine.rest().length > 0) throw new TlsFailed('peer spoke before TLS')
      const plain = socket
      plain.removeAllListeners()
      plain.on('error', ignore)
      const { socket: tls, handshake } = await secured(plain, wanted).catch((error: unknown) => {
        throw over ?? error
      })
      if (over !== undefined) {
        tls.destroy()
        throw over
      }
      attach(tls)
      return handshake
    },
    get over() {
      return over !== undefined
    },
    destroy: end,
  }
}
