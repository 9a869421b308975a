/**
 * Requests on their way to a mailroom: read whole by Node's parser, written anew with the fields that are known here, so that nothing a client
 * wrote can be understood differently behind the gate. Bodies stream both ways at the pace of whoever reads them.
 */
import { request as httpRequest, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { HttpPreface } from '@bulkhead/door/contracts/mailroom.ts'
import { answerError, type WebError } from '../../http/answers.ts'
import type { MailroomConnections } from './mailroom-connections.ts'

export interface CarryLimits {
  readonly connectMs: number
  /** From the request's end to the answer's head. */
  readonly answerMs: number
}

export interface Errand {
  /** The mailroom's door. */
  readonly path: string
  readonly preface: Omit<HttpPreface, 'protocol'>
  readonly method: string
  readonly target: string
  readonly authority: string
  /** The body instead of the request's own. */
  readonly body?: Buffer
  /** Fields put on the answer, whatever the mailroom says. */
  readonly always: Readonly<Record<string, string>>
  /** Fields put there where it says nothing. */
  readonly otherwise: Readonly<Record<string, string>>
  readonly limits: CarryLimits
  readonly connections: MailroomConnections
}

/** Fields that go in, when they stand there once. */
const wanted = [
  'accept', 'accept-language', 'cache-control', 'content-type', 'dpop', 'if-modified-since', 'if-none-match', 'last-event-id', 'range',
  'user-agent', 'x-forget-device',
] as const
const wantedByWebSocket = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol', 'sec-websocket-extensions'] as const
/** Fields that don't come out: those of a connection (RFC 9110 section 7.6.1), and what nobody here may say. */
const unwanted = new Set([
  'connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'set-cookie', 'server', 'alt-svc',
])

const isDpop = (field: string | undefined): field is string => field !== undefined && /^dpop /i.test(field)

const inwardFields = (request: IncomingMessage, { authority, body, preface }: Errand): OutgoingHttpHeaders => {
  const fields: OutgoingHttpHeaders = { host: authority }
  for (const name of wanted) {
    const value = request.headers[name]
    if (typeof value === 'string') fields[name] = value
  }
  // A password stays here: who brings one goes in by a pass.
  const { authorization } = request.headers
  if (preface.opens === 'session' && isDpop(authorization)) fields['authorization'] = authorization
  if (body !== undefined) return { ...fields, 'content-type': 'application/json', 'content-length': body.length }
  const length = request.headers['content-length']
  if (request.headers['transfer-encoding'] !== undefined) fields['transfer-encoding'] = 'chunked'
  else if (length !== undefined) fields['content-length'] = length
  return fields
}

const outwardFields = (answer: IncomingMessage, { always, otherwise }: Errand): OutgoingHttpHeaders => {
  const fields: OutgoingHttpHeaders = { ...otherwise }
  for (const [name, value] of Object.entries(answer.headers)) if (!unwanted.has(name) && value !== undefined) fields[name] = value
  return { ...fields, ...always }
}

const openRequest = ({ path, preface, limits, connections, method, target }: Errand, headers: OutgoingHttpHeaders): ClientRequest => {
  const agent = connections.agentFor({ path, preface, connectMs: limits.connectMs })
  return httpRequest({ agent, method, path: target, headers, setHost: false, maxHeaderSize: 16_384 })
}

/** Resolves when the answer has gone, or can't. Never rejects. */
export const carry = (request: IncomingMessage, response: ServerResponse, errand: Errand): Promise<WebError | 'answered' | 'broken'> => {
  // Who has gone meanwhile is told nothing more, and nothing more is heard of it.
  if (response.destroyed || request.socket.destroyed) return Promise.resolve('broken')
  const inward = openRequest(errand, inwardFields(request, errand))
  return new Promise((resolve) => {
    let waiting: NodeJS.Timeout | undefined
    let isAnswered = false
    let isWhole = false
    const settle = (outcome: WebError | 'answered' | 'broken'): void => {
      isAnswered = true
      clearTimeout(waiting)
      // A connection that has an answer or a request half through serves nobody else.
      if (!isWhole || !inward.writableFinished) inward.destroy()
      if (outcome === 'broken') response.destroy()
      else if (outcome !== 'answered' && !response.headersSent && !response.destroyed) answerError(response, outcome, errand.always)
      resolve(outcome)
    }
    const broken = (): void => settle(response.headersSent ? 'broken' : 'away')
    inward.on('error', broken)
    response.once('close', () => settle(response.writableFinished ? 'answered' : 'broken'))
    inward.once('finish', () => {
      if (!isAnswered) waiting = setTimeout(() => settle('noAnswer'), errand.limits.answerMs)
    })
    inward.once('response', (answer) => {
      isAnswered = true
      clearTimeout(waiting)
      response.writeHead(answer.statusCode ?? 502, outwardFields(answer, errand))
      response.flushHeaders()
      answer.once('error', broken)
      answer.once('aborted', broken)
      answer.once('end', () => {
        isWhole = answer.complete
      })
      answer.pipe(response)
    })
    // Who is refused is told before the body comes.
    if (errand.body === undefined && request.method === 'POST') inward.flushHeaders()
    if (errand.body === undefined) request.pipe(inward)
    else inward.end(errand.body)
  })
}

/** An Upgrade to WebSocket (RFC 6455): the mailroom's 101 is written anew, and from then on bytes go both ways. */
export const carryUpgrade = (request: IncomingMessage, client: Duplex, head: Buffer, errand: Errand): void => {
  const fields = inwardFields(request, errand)
  for (const name of wantedByWebSocket) if (typeof request.headers[name] === 'string') fields[name] = request.headers[name]
  if (client.destroyed) return
  const inward = openRequest(errand, { ...fields, connection: 'Upgrade', upgrade: 'websocket' })
  const waiting = setTimeout(() => inward.destroy(), errand.limits.answerMs)
  client.once('close', () => inward.destroy())
  let isMet = false
  inward.once('socket', () => {
    isMet = true
  })
  inward.on('error', () => (isMet ? client.destroy() : client.end(plainAnswer(503, 'Service Unavailable'))))
  inward.once('response', (answer) => {
    clearTimeout(waiting)
    client.end(plainAnswer(answer.statusCode ?? 502, answer.statusMessage ?? ''))
    inward.destroy()
  })
  inward.once('upgrade', (answer, mailroom, early) => {
    clearTimeout(waiting)
    const said = ['sec-websocket-accept', 'sec-websocket-protocol', 'sec-websocket-extensions'].flatMap((name) => {
      const value = answer.headers[name]
      return typeof value === 'string' ? [`${name}: ${value}`] : []
    })
    client.write(['HTTP/1.1 101 Switching Protocols', 'connection: Upgrade', 'upgrade: websocket', ...said, '', ''].join('\r\n'), 'latin1')
    if (early.length > 0) client.write(early)
    if (head.length > 0) mailroom.write(head)
    mailroom.on('error', () => client.destroy())
    client.on('error', () => mailroom.destroy())
    mailroom.pipe(client).pipe(mailroom)
    mailroom.once('close', () => client.destroy())
    client.once('close', () => mailroom.destroy())
  })
  inward.end()
}

export const plainAnswer = (status: number, reason: string): string =>
  `HTTP/1.1 ${status} ${reason.replace(/[^ -~]/g, '')}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
