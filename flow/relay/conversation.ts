/**
 * One connection to a server we send to: owns the socket, matches replies to what was asked, and turns every way in which a
 * peer can fail (silence, garbage, a reply nobody asked for, going away) into one `ConversationOver`.
 */
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { smtpClient } from '@bulkhead/wire/smtp/client.ts'
import type { SmtpCommand } from '@bulkhead/wire/smtp/command.ts'
import type { OddDots } from '@bulkhead/wire/smtp/path.ts'
import { encodeReply, type Reply } from '@bulkhead/wire/smtp/reply.ts'

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

export interface Conversation {
  /** Writes and waits. */
  ask(command: SmtpCommand, timeoutMs: number, oddDots?: OddDots): Promise<Reply>
  /** Writes all at once (RFC 2920); replies in order. */
  askAll(commands: readonly SmtpCommand[], timeoutMs: number, oddDots?: OddDots): readonly Promise<Reply>[]
  /** Replies that come without a command: the greeting, those after content. */
  expect(replies: number, timeoutMs: number): readonly Promise<Reply>[]
  /** Resolves when the peer has taken it. */
  send(bytes: Uint8Array | string, timeoutMs: number): Promise<void>
  /** TLS from here on (RFC 3207); whoever the peer says it is. */
  startTls(host: string | null, timeoutMs: number): Promise<void>
  readonly over: boolean
  /** At once, without a word. */
  destroy(reason: string): void
}

const ignore = (): void => {}

/** Opportunistic: protects from listeners only, so any certificate will do; older than TLS 1.2 will not. */
const secured = (socket: Socket, host: string | null, timeoutMs: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const name = host === null ? {} : { servername: host }
    const tls = connectTls({ socket, rejectUnauthorized: false, minVersion: 'TLSv1.2', ...name })
    const fail = (error?: Error): void => {
      tls.destroy()
      reject(new TlsFailed(error?.message ?? 'TLS handshake failed'))
    }
    tls.setTimeout(timeoutMs, () => fail())
    tls.once('error', fail)
    tls.once('close', () => fail())
    tls.once('secureConnect', () => {
      tls.removeAllListeners('close')
      tls.removeAllListeners('timeout')
      tls.off('error', fail)
      resolve(tls)
    })
  })

export const conversation = (connected: Socket): Conversation => {
  const engine = smtpClient<Waiter>()
  let socket = connected
  let over: ConversationOver | undefined

  const end = (reason: string): void => {
    if (over !== undefined) return
    const why = new ConversationOver(reason)
    over = why
    socket.destroy()
    for (const waiter of engine.owed()) waiter.reject(why)
  }

  const onData = (chunk: Buffer): void => {
    engine.push(chunk)
    for (let found = engine.next(); found !== undefined && over === undefined; found = engine.next()) {
      if (found.is === 'garbled') return end('peer does not speak SMTP')
      if (found.is === 'unasked') return end(`peer said ${encodeReply(found.reply).trim()}`)
      found.tag.resolve(found.reply)
    }
  }

  const attach = (to: Socket): void => {
    socket = to
    to.on('data', onData)
    to.on('error', (error) => end(`connection failed: ${'code' in error ? String(error.code) : error.name}`))
    to.on('close', () => end('peer closed the connection'))
    to.on('timeout', () => end('peer kept silent'))
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
    socket.setTimeout(timeoutMs)
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
      socket.setTimeout(timeoutMs)
      return Array.from({ length: replies }, () => awaited((waiter) => engine.expect(waiter)))
    },
    send(bytes, timeoutMs) {
      socket.setTimeout(timeoutMs)
      return new Promise((resolve, reject) => {
        if (over !== undefined) return reject(over)
        socket.write(bytes, (error) => (error ? reject(over ?? new ConversationOver('write failed')) : resolve()))
      })
    },
    async startTls(host, timeoutMs) {
      // Words before the handshake may be an attacker's (RFC 3207 section 6).
      if (engine.rest().length > 0) throw new TlsFailed('peer spoke before TLS')
      const plain = socket
      plain.removeAllListeners()
      plain.setTimeout(0)
      plain.on('error', ignore)
      attach(await secured(plain, host, timeoutMs))
    },
    get over() {
      return over !== undefined
    },
    destroy: end,
  }
}
