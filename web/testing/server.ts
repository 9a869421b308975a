/**
 * The web pages and a JMAP server in memory behind them, on loopback: `web/dist` with the headers of the gate, sessions
 * that anyone gets, an event stream. `faults` breaks it on purpose. Started by tests, or by hand: `node web/testing/main.ts`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FakeAccount, type Args } from './account.ts'
import { MethodError, methods } from './methods.ts'
import { serveContent } from './reading.ts'

const dist = join(fileURLToPath(new URL('..', import.meta.url)), 'dist')

/** As strict as the gate's: a page that needs more fails its tests. */
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'", "font-src 'self'", "frame-src 'self'", "form-action 'self'", "base-uri 'none'",
  "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types bulkhead-worker",
].join('; ')

const types: Record<string, string> = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', json: 'application/json' }

export interface Faults {
  /** Connections of these paths are cut. */
  cut: RegExp | undefined
  /** Answers of the API wait so long, milliseconds. */
  delayMs: number
  /** Nobody's session is known. */
  sessionsOver: boolean
}

export interface FakeServer {
  readonly origin: string
  readonly account: FakeAccount
  readonly faults: Faults
  /** Method calls so far, e.g. to see that nothing is asked for twice, and the largest answer in bytes. */
  readonly seen: { calls: string[]; largestAnswer: number; largestRequest: number }
  close(): Promise<void>
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const pointed = (value: unknown, path: string): unknown => {
  let found: unknown = value
  const parts = path.split('/').slice(1)
  for (const [at, part] of parts.entries()) {
    if (part === '*') return (found as unknown[]).flatMap((item) => pointed(item, `/${parts.slice(at + 1).join('/')}`))
    found = (found as Args)[part]
  }
  return found
}

const resolved = (args: Args, done: readonly [string, Args, string][]): Args =>
  Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (!key.startsWith('#')) return [key, value]
      const { resultOf, path } = value as { resultOf: string; path: string }
      return [key.slice(1), pointed(done.find(([, , id]) => id === resultOf)?.[1], path)]
    }),
  )

const answerCalls = (account: FakeAccount, calls: readonly [string, Args, string][], seen: FakeServer['seen']): Args => {
  const done: [string, Args, string][] = []
  for (const [name, args, id] of calls) {
    seen.calls.push(name)
    try {
      const method = methods[name]
      if (method === undefined) throw new MethodError('unknownMethod')
      if ((args['accountId'] ?? 'A') !== 'A') throw new MethodError('accountNotFound')
      done.push([name, { accountId: 'A', ...method(account, resolved(args, done)) }, id])
    } catch (error) {
      if (!(error instanceof MethodError)) throw error
      done.push(['error', { type: error.message }, id])
    }
  }
  return { methodResponses: done, sessionState: '1' }
}

const capabilities = {
  'urn:ietf:params:jmap:core': { maxSizeUpload: 50_000_000, maxSizeRequest: 10_000_000, maxCallsInRequest: 32, maxObjectsInGet: 500, maxObjectsInSet: 500, maxConcurrentUpload: 4, maxConcurrentRequests: 8 },
  'urn:ietf:params:jmap:webpush-vapid': { applicationServerKey: 'BA' }, 'urn:ietf:params:jmap:mail': {}, 'urn:ietf:params:jmap:quota': {}, 'urn:ietf:params:jmap:submission': { maxDelayedSend: 2_592_000 }, 'urn:bulkhead:jmap:webmail': {},
}

const resourceOf = (origin: string): Args => ({
  capabilities,
  accounts: { A: { name: 'ichiro@example.jp', isPersonal: true, isReadOnly: false, accountCapabilities: capabilities } },
  primaryAccounts: Object.fromEntries(Object.keys(capabilities).map((name) => [name, 'A'])),
  username: 'ichiro@example.jp',
  apiUrl: `${origin}/jmap/api`, downloadUrl: `${origin}/jmap/download/{accountId}/{blobId}/{name}?type={type}`, uploadUrl: `${origin}/jmap/upload/{accountId}`,
  eventSourceUrl: `${origin}/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}`,
  state: '1',
})

const sendJson = (response: ServerResponse, value: unknown, status = 200): number => {
  const body = JSON.stringify(value)
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
  return body.length
}

const streamEvents = (account: FakeAccount, response: ServerResponse): void => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  response.write(': welcome\n\n')
  const tell = (): void => {
    const state = String(account.seq)
    response.write(`event: state\ndata: ${JSON.stringify({ '@type': 'StateChange', changed: { A: { Email: state, Mailbox: state, EmailDelivery: state } } })}\n\n`)
  }
  account.changed.add(tell)
  response.on('close', () => account.changed.delete(tell))
}

const sendFile = async (path: string, response: ServerResponse): Promise<void> => {
  const name = path.startsWith('/assets/') || path === '/push-worker.js' ? normalize(path).slice(1) : path === '/sign-in' ? 'sign-in.html' : 'mail.html'
  const bytes = await readFile(join(dist, name)).catch(() => undefined)
  if (bytes === undefined) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('nothing is here')
    return
  }
  const headers = { 'Content-Type': types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' }
  response.writeHead(200, headers).end(bytes)
}

const isSigned = (request: IncomingMessage): boolean => /^DPoP ./.test(request.headers.authorization ?? '') && typeof request.headers['dpop'] === 'string'

export const startFakeServer = async (count = 300, now = new Date(), port = 0): Promise<FakeServer> => {
  const account = new FakeAccount(count, now)
  const faults: Faults = { cut: undefined, delayMs: 0, sessionsOver: false }
  const seen: FakeServer['seen'] = { calls: [], largestAnswer: 0, largestRequest: 0 }
  let origin = ''
  const api = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isSigned(request) || faults.sessionsOver) sendJson(response, { type: 'unauthorized' }, 401)
    else if (path === '/.well-known/jmap') sendJson(response, resourceOf(origin))
    else if (path === '/jmap/eventsource') streamEvents(account, response)
    else {
      const body = await bodyOf(request)
      const { methodCalls }: { methodCalls: [string, Args, string][] } = JSON.parse(body)
      const size = sendJson(response, answerCalls(account, methodCalls, seen))
      seen.largestAnswer = Math.max(seen.largestAnswer, size)
      seen.largestRequest = Math.max(seen.largestRequest, body.length)
    }
  }
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (faults.cut?.test(path) === true) return void request.socket.destroy()
    if (faults.delayMs > 0 && path === '/jmap/api') await new Promise((resolve) => setTimeout(resolve, faults.delayMs))
    if (path.startsWith('/content/')) return serveContent(new URL(request.url ?? '/', 'http://localhost'), response)
    if (path === '/api/brand') return void sendJson(response, brand)
    if (path === '/app.webmanifest') return void sendJson(response, { name: brand.name.ja, start_url: '/' })
    if (path === '/api/session/resume') return void sendJson(response, { type: 'refused' }, 401)
    if (path === '/api/session') return void sendJson(response, { token: 'room.test' })
    return path.startsWith('/jmap/') || path === '/.well-known/jmap' ? api(path, request, response) : sendFile(path, response)
  }
  const server: Server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  origin = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`
  return {
    origin,
    account,
    faults,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const brand = {
  brand: 'minato', name: { ja: 'みなとメール', en: 'Minato Mail' }, accent: '#0b5cad', accentDark: '#7cb7f2', logo: null,
  help: { title: { ja: '使い方', en: 'How to' }, url: 'https://help.example.jp/' }, legal: [], notice: null, official: [], abuse: 'phishing@minato.example', hosts: [],
}
