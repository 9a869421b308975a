/**
 * The web in the mailroom: takes the gate's connections, one request each or many, finds or opens the session a request belongs to, and gives
 * it to the handler of its path. Who asks is decided here and nowhere else; the gate only carries.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Fault } from '@bulkhead/base/fault.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { HttpPreface } from '@bulkhead/door/contracts/mailroom.ts'
import type { Opening } from '../mailroom/preface.ts'
import { answerError, type WebError } from './answers.ts'
import { deviceList, type DeviceList } from './device-list.ts'
import { doorkeeper, type Entered } from './doorkeeper.ts'
import type { OpenSession } from './open-session.ts'
import { renewPassword } from './renew-password.ts'
import { sessionTable } from './session-table.ts'
import type { HttpSession } from './session.ts'
import { standings } from './standings.ts'
import type { WebPorts } from './ports.ts'

const sweepMs = 15_000
const headBytesMax = 16_384
/** Longer than a gate keeps a connection that it doesn't use. */
const idleMs = 60_000
/** Requests of one session under way at once. */
const requestsAtOnceMax = 48

export interface WebHost extends AsyncDisposable {
  /** Resolves when the connection is over. */
  take(socket: Socket, opening: Opening<HttpPreface>): Promise<void>
  /** Devices of the account whose session it is. */
  devicesOf(session: HttpSession): DeviceList | undefined
  /** Something changed that sessions of this account stand on. */
  recheck(account: AccountHandle): Promise<void>
  /** Sessions that stood on the old one end, and passes granted by it open none. */
  passwordChanged(account: AccountHandle, credential: string): Promise<void>
}

interface Proven {
  readonly session: OpenSession
  readonly preface: HttpPreface
}

const pathOf = (url: string): string => url.replace(/[?#].*$/, '')
const isJmap = (path: string): boolean => path === '/.well-known/jmap' || path.startsWith('/jmap/') || path === '/jmap'

export const webHost = (ports: WebPorts): WebHost => {
  const { clock, log, meter, handlers } = ports
  const table = sessionTable(ports.policy, clock)
  const standing = standings(ports.directory, table, clock, log)
  const keeper = doorkeeper({ ...ports, table, standing })
  const openings = new WeakMap<Duplex, HttpPreface>()
  const sockets = new Set<Socket>()
  const server = createServer({ maxHeaderSize: headBytesMax, requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: idleMs, noDelay: true })

  const refuse = (response: ServerResponse, error: WebError): void => {
    meter.count('mailroom_web_refused_total', 1, { error })
    if (!response.headersSent && !response.destroyed) answerError(response, error)
  }

  const failed = (response: ServerResponse, path: string, error: unknown): void => {
    log.error('webRequestFailed', error, { part: path.split('/', 2)[1] ?? '' })
    if (response.headersSent) response.destroy()
    else refuse(response, error instanceof Fault ? 'away' : 'serverFail')
  }

  const perform = (request: IncomingMessage, response: ServerResponse, path: string, { session, preface }: Proven): Promise<void> => {
    if (session.underWay >= requestsAtOnceMax) return Promise.resolve(refuse(response, 'tooManyRequests'))
    return session.run(async () => {
      if (isJmap(path)) return handlers.jmap(request, response, session.http)
      if (path === '/api/password') {
        const error = await renewPassword(ports, request, response, { session, preface })
        return error === undefined ? undefined : refuse(response, error)
      }
      if (path !== '/api/session') return refuse(response, 'notFound')
      if (request.method !== 'DELETE' || session.terms.kind !== 'web') return refuse(response, 'wrongMethod')
      await keeper.signOut(session, request.headers['x-forget-device'] === 'yes')
      response.writeHead(204, { 'cache-control': 'no-store' }).end()
    })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const preface = openings.get(request.socket)
    const path = pathOf(request.url ?? '')
    try {
      if (preface === undefined) return refuse(response, 'badRequest')
      if (path.startsWith('/content/')) return await handlers.content(request, response, (id) => table.byId(id)?.http ?? null)
      const entered: Entered = await keeper.enter(request, path, preface, response)
      if (entered.is === 'refused') return refuse(response, entered.error)
      if (entered.is === 'session') await perform(request, response, path, { session: entered.session, preface })
    } catch (error) {
      failed(response, path, error)
    }
  }

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const preface = openings.get(request.socket)
    const path = pathOf(request.url ?? '')
    try {
      const entered = preface === undefined || path !== '/jmap/ws' ? undefined : await keeper.enter(request, path, preface, undefined)
      if (entered?.is === 'session') return await entered.session.run(() => handlers.webSocket(request, socket, head, entered.session.http))
      const status = entered?.is === 'refused' && entered.error !== 'away' ? '401 Unauthorized' : '503 Service Unavailable'
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    } catch (error) {
      log.error('webSocketFailed', error)
      socket.destroy()
    }
  }

  server.on('request', (request, response) => void answer(request, response))
  server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head))
  server.on('clientError', (_error, socket) => socket.destroy())
  const sweeping = setInterval(() => {
    table.sweep()
    meter.gauge('mailroom_web_sessions', table.size)
    void standing.checkAll()
  }, sweepMs)
  sweeping.unref()

  const recheck = async (account: AccountHandle): Promise<void> => {
    for (const session of table.of(account)) session.checkedAtMs = 0
    const [first] = table.of(account)
    if (first !== undefined) await standing.check(first)
  }

  return {
    take(socket, { preface, firstBytes }) {
      openings.set(socket, preface)
      sockets.add(socket)
      const over = new Promise<void>((resolve) => {
        socket.once('close', () => {
          sockets.delete(socket)
          resolve()
        })
      })
      if (firstBytes.length > 0) socket.unshift(firstBytes)
      server.emit('connection', socket)
      socket.resume()
      return over
    },
    devicesOf(session) {
      const open = table.byId(session.id)
      return open === undefined ? undefined : deviceList({ ...ports, session: open, recheck })
    },
    recheck,
    passwordChanged(account, credential) {
      keeper.refuse(credential)
      return recheck(account)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sweeping)
      const all = table.all()
      for (const session of all) session.end('stopping')
      for (const socket of sockets) socket.destroy()
      server.close()
      await Promise.allSettled(all.map((session) => session.given()))
    },
  }
}
