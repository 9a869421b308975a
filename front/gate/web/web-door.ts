/**
 * The web's listeners: TLS where there is any, Node's HTTP/1.1 parser at its strictest, limits on heads, bodies, silence and requests of a
 * connection, and then the routes. A connection here is nobody's session; each request stands for itself.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket, type SecureContext } from 'node:tls'
import type { Peer } from '../connection.ts'
import { plainAnswer } from './carry.ts'
import { headBytesMax } from './request-rules.ts'
import { routes, type RouteTerms } from './routes.ts'
import type { Visitor } from './sign-in.ts'

/** One more than is allowed, so that it is seen. */
const fieldsKeptMax = 128
const requestsPerConnectionMax = 10_000
/** How often Node looks for heads that are late. */
const lookMs = 1_000

const parserAnswers: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: plainAnswer(431, 'Request Header Fields Too Large'),
  ERR_HTTP_REQUEST_TIMEOUT: plainAnswer(408, 'Request Timeout'),
}

export const webDoor = (terms: RouteTerms) => {
  const { policy, meter, log } = terms.surroundings
  const served = routes(terms)
  const visitors = new WeakMap<Duplex, Visitor>()
  const sockets = new Set<Socket>()
  const server = createServer({
    maxHeaderSize: headBytesMax, headersTimeout: policy.webHeadMs, requestTimeout: policy.webRequestMs, keepAliveTimeout: policy.webIdleMs,
    connectionsCheckingInterval: lookMs, insecureHTTPParser: false, requireHostHeader: false, noDelay: true,
  })
  server.maxHeadersCount = fieldsKeptMax
  server.maxRequestsPerSocket = requestsPerConnectionMax
  server.timeout = policy.webSilenceMs
  // It listens nowhere itself; this starts its look at late heads.
  server.emit('listening')

  const count = (outcome: string): void => meter.count('gate_https_requests_total', 1, { outcome })
  const visitorOf = (socket: Duplex): Visitor => visitors.get(socket) ?? { address: '', secure: false }
  const failed = (error: unknown): void => {
    log.error('webRequestFailed', error)
    count('serverFail')
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    served.serve(request, response, visitorOf(request.socket)).then(count, (error: unknown) => {
      failed(error)
      response.destroy()
    })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    served.upgrade(request, socket, head, visitorOf(socket)).catch((error: unknown) => {
      failed(error)
      socket.destroy()
    })
  })
  server.on('clientError', (error: Error & { code?: string }, socket: Duplex) => {
    if (!socket.writable) return void socket.destroy()
    count('badRequest')
    socket.end(parserAnswers[error.code ?? ''] ?? plainAnswer(400, 'Bad Request'), () => socket.destroy())
  })

  const begin = (socket: Socket, address: string, secure: boolean): void => {
    visitors.set(socket, { address, secure })
    server.emit('connection', socket)
    socket.resume()
  }

  const secured = (plain: Socket, secureContext: SecureContext, then: (socket: TLSSocket) => void): void => {
    const socket = new TLSSocket(plain, { isServer: true, secureContext, requestCert: false, ALPNProtocols: ['http/1.1'] })
    const late = setTimeout(() => socket.destroy(), policy.webHeadMs)
    socket.once('close', () => clearTimeout(late))
    socket.once('secure', () => {
      clearTimeout(late)
      then(socket)
    })
    socket.on('error', () => {
      meter.count('gate_refusals_total', 1, { why: 'tlsFailed' })
      socket.destroy()
    })
  }

  return {
    /** `secureContext` undefined: in plain. `gone` is called once. */
    take(socket: Socket, peer: Peer, secureContext: SecureContext | undefined, gone: () => void): void {
      sockets.add(socket)
      socket.once('close', () => {
        sockets.delete(socket)
        gone()
      })
      if (secureContext === undefined) begin(socket, peer.address, false)
      else secured(socket, secureContext, (tls) => begin(tls, peer.address, true))
    },
    get connections(): number {
      return sockets.size
    },
    /** What is under way may finish; the idle go at once. */
    leave(): void {
      server.close()
      server.closeIdleConnections()
    },
    [Symbol.dispose](): void {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

export type WebDoor = ReturnType<typeof webDoor>
