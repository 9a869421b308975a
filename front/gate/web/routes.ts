/** What the web answers where: pages and their files, sign-in, and all that a mailroom answers. One table of paths, decided by host and path. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { base64 } from '@bulkhead/base/bytes.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import type { WebServing } from '@bulkhead/door/contracts/start.ts'
import { readAuthorization } from '@bulkhead/wire/http/authorization.ts'
import { answerError, answerJson, type WebError } from '../../http/answers.ts'
import { peerKey } from '../peer-key.ts'
import type { Surroundings } from '../surroundings.ts'
import { tokenBuckets } from '../token-buckets.ts'
import { appFile } from './app-manifest.ts'
import { brandAt } from './brand.ts'
import { carry, carryUpgrade, plainAnswer, type Errand } from './carry.ts'
import { placeOf, type Place } from './hosts.ts'
import { mailroomConnections } from './mailroom-connections.ts'
import { plainRequest, type Flaw, type PlainRequest } from './request-rules.ts'
import { contentHeaders, pageHeaders } from './security-headers.ts'
import { renewPassword } from './renew-password.ts'
import { readFields, resume, signIn, type SignInOutcome, type TurnedAway, type Visitor } from './sign-in.ts'
import type { Site } from './site.ts'

export interface RouteTerms {
  readonly surroundings: Surroundings
  readonly site: Site
  web(): WebServing
  now(): number
}

export interface Asked extends PlainRequest, Place {
  readonly request: IncomingMessage
  readonly visitor: Visitor
}

/** Where password managers send people (W3C, A Well-Known URL for Changing Passwords). */
const passwordPlace = '/.well-known/change-password'
const stsPath = '/.well-known/mta-sts.txt'
const stsHost = 'mta-sts.'
const readingOnly = { allow: 'GET, HEAD' }

/** Wrong passwords of one peer, and for how long they count. */
const failuresMax = 30
const failuresWindowMs = 10 * 60_000
const failurePeersMax = 20_000

const flawErrors = { bad: 'badRequest', method: 'wrongMethod', tooLong: 'tooLarge' } as const satisfies Record<Flaw, WebError>

const isJmap = (path: string): boolean => path === '/.well-known/jmap' || path === '/jmap' || path.startsWith('/jmap/')
const resumePath = '/api/session/resume'
const isSignIn = (path: string): boolean => path === '/api/session' || path === resumePath

/** A browser says where a request was made; nothing of ours is asked for from elsewhere. */
const isForeign = ({ headers }: IncomingMessage, origin: string): boolean =>
  (headers['sec-fetch-site'] !== undefined && !['same-origin', 'none'].includes(String(headers['sec-fetch-site']))) ||
  (headers.origin !== undefined && headers.origin !== origin)

/** The mailroom that a token names; empty where there is no token. */
const mailroomOf = ({ headers }: IncomingMessage): string => {
  const authorization = readAuthorization(headers.authorization)
  return authorization?.scheme === 'dpop' ? authorization.token.slice(0, authorization.token.lastIndexOf('.')) : ''
}

export const routes = ({ surroundings, site, web, now }: RouteTerms) => {
  const { warden, mailrooms, log, meter, policy, plainLoginOnLoopback } = surroundings
  const failures = tokenBuckets(now, failurePeersMax)
  const connections = mailroomConnections()
  let signingIn = 0

  const isStrict = (visitor: Visitor): boolean => visitor.secure && !plainLoginOnLoopback
  const headersFor = (asked: Asked): Readonly<Record<string, string>> => pageHeaders(asked, isStrict(asked.visitor))
  const refuse = (response: ServerResponse, error: WebError, headers: Readonly<Record<string, string>>): string => {
    answerError(response, error, headers)
    return error
  }

  const errandTo = (asked: Asked, mailroom: string, opened: Pick<Errand['preface'], 'opens' | 'pass'>, body?: Buffer): Errand | undefined => {
    const path = mailrooms().find(({ name }) => name === mailroom)?.path ?? ''
    if (path === '') return undefined
    const { origin, contentOrigin, method, target, authority, visitor } = asked
    const isContent = asked.path.startsWith('/content/')
    return {
      path, method, target, authority, ...(body === undefined ? {} : { body }),
      preface: { ...opened, mailroom, origin, contentOrigin, peer: visitor.address, tls: visitor.secure },
      always: isContent ? {} : headersFor(asked),
      otherwise: isContent ? contentHeaders(isStrict(visitor)) : { 'cache-control': 'no-store' },
      limits: { connectMs: policy.mailroomConnectMs, answerMs: policy.webAnswerMs }, connections,
    }
  }

  /** Who comes with name and password each time; the answer's pass lets one request in. */
  const basicPass = async (asked: Asked): Promise<SignInOutcome> => {
    const authorization = readAuthorization(asked.request.headers.authorization)
    if (authorization?.scheme !== 'basic') return { is: 'refused', error: 'sessionOver' }
    const { login, password } = authorization
    try {
      const reply = await warden.ask('authenticate', {
        protocol: 'http', login, password: base64(password), peer: asked.visitor.address, tls: asked.visitor.secure,
      })
      if (reply.is === 'refused') return { is: 'refused', error: reply.refusal === 'wrong' ? 'wrongCredentials' : 'away' }
      return { is: 'in', ...reply.answer, body: Buffer.alloc(0) }
    } finally {
      wipe(password)
    }
  }

  /**
   * With the limits that guessing has. A device that was signed out comes once more with its secret, which nobody guesses: that counts for nothing,
   * or a password changed for thirty devices of one office would shut that office out.
   */
  const letIn = async <In extends { readonly is: 'in' }>(
    { visitor, path }: Asked, ask: () => Promise<In | TurnedAway>,
  ): Promise<In | TurnedAway> => {
    const peer = peerKey(visitor.address)
    if (Math.ceil(failures.taken(peer, failuresMax, failuresWindowMs)) >= failuresMax) return { is: 'refused', error: 'tooManyAttempts' }
    if (signingIn >= policy.loginsAtOnceMax) return { is: 'refused', error: 'away' }
    signingIn += 1
    try {
      const outcome = await ask()
      if (outcome.is === 'refused' && outcome.error === 'wrongCredentials' && path !== resumePath) failures.take(peer, failuresMax, failuresWindowMs)
      return outcome
    } catch (error) {
      log.error('wardenAway', error, { protocol: 'http' })
      return { is: 'refused', error: 'away' }
    } finally {
      signingIn -= 1
    }
  }

  const mayComeWithPassword = ({ visitor }: Asked): boolean => visitor.secure || (plainLoginOnLoopback && /^(?:127\.|::1$)/.test(visitor.address))

  const beginSession = async (asked: Asked, response: ServerResponse): Promise<string> => {
    const headers = headersFor(asked)
    if (!mayComeWithPassword(asked)) return refuse(response, 'forbidden', headers)
    const fields = await readFields(asked.request, response)
    if (response.destroyed) return 'broken'
    if (typeof fields === 'string') return refuse(response, fields, headers)
    const ask = asked.path === '/api/session' ? signIn : resume
    const caller = { ...asked.visitor, userAgent: asked.request.headers['user-agent'] ?? '' }
    const outcome = await letIn(asked, () => ask(fields, caller, warden))
    meter.count('gate_logins_total', 1, { protocol: 'http', outcome: outcome.is === 'in' ? 'in' : outcome.error })
    if (response.destroyed) return 'broken'
    if (outcome.is === 'refused') return refuse(response, outcome.error, outcome.error === 'tooManyAttempts' ? { ...headers, 'retry-after': '600' } : headers)
    const errand = errandTo(asked, outcome.mailroom, { opens: 'pass', pass: outcome.pass }, outcome.body)
    return errand === undefined ? refuse(response, 'away', headers) : carry(asked.request, response, errand)
  }

  /** A new password: who guesses the one of now is held to what guessing at sign-in is. */
  const changePassword = async (asked: Asked, response: ServerResponse): Promise<string> => {
    const headers = headersFor(asked)
    const mailroom = mailroomOf(asked.request)
    if (!mailrooms().some(({ name }) => name === mailroom)) return refuse(response, 'sessionOver', headers)
    if (asked.request.headers['dpop'] === undefined) return refuse(response, 'badProof', headers)
    if (!mayComeWithPassword(asked)) return refuse(response, 'forbidden', headers)
    const fields = await readFields(asked.request, response)
    if (response.destroyed) return 'broken'
    if (typeof fields === 'string') return refuse(response, fields, headers)
    const outcome = await letIn(asked, () => renewPassword(fields, asked.visitor, mailroom, warden))
    if (response.destroyed) return 'broken'
    if (outcome.is === 'refused') return refuse(response, outcome.error === 'wrongCredentials' ? 'wrongPassword' : outcome.error, headers)
    const errand = errandTo(asked, mailroom, { opens: 'session', pass: outcome.renewal }, Buffer.alloc(0))
    return errand === undefined ? refuse(response, 'away', headers) : carry(asked.request, response, errand)
  }

  /** Where a request of a session, another client, or a frame of content goes; or why nowhere. */
  const errandOf = async (asked: Asked): Promise<Errand | WebError> => {
    if (asked.path.startsWith('/content/')) {
      return errandTo(asked, asked.path.split('/')[2] ?? '', { opens: 'session', pass: '' }) ?? 'notFound'
    }
    const authorization = readAuthorization(asked.request.headers.authorization)
    // Of a mailroom that is gone: so are its sessions.
    if (authorization?.scheme === 'dpop') return errandTo(asked, mailroomOf(asked.request), { opens: 'session', pass: '' }) ?? 'sessionOver'
    if (authorization?.scheme !== 'basic') return 'sessionOver'
    // A browser that remembers a password sends it along whoever asks.
    if (!isJmap(asked.path) || asked.request.headers['sec-fetch-site'] !== undefined || !mayComeWithPassword(asked)) return 'forbidden'
    const outcome = await letIn(asked, () => basicPass(asked))
    if (outcome.is === 'refused') return outcome.error
    return errandTo(asked, outcome.mailroom, { opens: 'pass', pass: outcome.pass }) ?? 'away'
  }

  const toMailroom = async (asked: Asked, response: ServerResponse): Promise<string> => {
    const errand = await errandOf(asked)
    if (response.destroyed) return 'broken'
    return typeof errand === 'string' ? refuse(response, errand, headersFor(asked)) : carry(asked.request, response, errand)
  }

  const serveFile = (asked: Asked, response: ServerResponse): string => {
    const headers = headersFor(asked)
    if (asked.method !== 'GET' && asked.method !== 'HEAD') return refuse(response, 'wrongMethod', { ...headers, ...readingOnly })
    const answer = site.answer(asked.path, asked.request.headers)
    if (answer === undefined) return refuse(response, site.size === 0 ? 'away' : 'notFound', headers)
    response.writeHead(answer.status, { ...headers, ...answer.headers })
    response.end(asked.method === 'HEAD' ? undefined : answer.body)
    return 'served'
  }

  /** Undefined: something else is asked for. */
  const serveApp = (asked: Asked, response: ServerResponse): string | undefined => {
    const { method } = asked
    const file = method === 'GET' || method === 'HEAD' ? appFile(asked.path, brandAt(asked.host, web())) : undefined
    if (file === undefined) return undefined
    const headers = { ...headersFor(asked), 'content-type': file.type, 'cache-control': 'no-cache' }
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(file.text) })
    response.end(method === 'HEAD' ? undefined : file.text)
    return 'served'
  }

  const servePages = (asked: Asked, response: ServerResponse): Promise<string> | string => {
    const { path, method, request, origin } = asked
    const headers = headersFor(asked)
    const isApi = path.startsWith('/api/') || isJmap(path)
    if (isApi && isForeign(request, origin)) return refuse(response, 'forbidden', headers)
    if (path === '/api/brand') {
      if (method !== 'GET') return refuse(response, 'wrongMethod', { ...headers, ...readingOnly })
      answerJson(response, 200, brandAt(asked.host, web()), { ...headers, 'cache-control': 'no-cache' })
      return 'served'
    }
    if (isSignIn(path) && method === 'POST') return beginSession(asked, response)
    if (path === passwordPlace) {
      response.writeHead(302, { ...headers, location: '/settings/security', 'cache-control': 'no-store', 'content-length': 0 }).end()
      return 'served'
    }
    if (path === '/api/password') return method === 'POST' ? changePassword(asked, response) : refuse(response, 'wrongMethod', { ...headers, allow: 'POST' })
    if (isSignIn(path) || isJmap(path)) return toMailroom(asked, response)
    return isApi ? refuse(response, 'notFound', headers) : (serveApp(asked, response) ?? serveFile(asked, response))
  }

  const serveSts = ({ method, path, host }: PlainRequest, response: ServerResponse): string => {
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 'wrongMethod', readingOnly)
    const { policy: text, domains } = surroundings.sts()
    if (path !== stsPath || !domains.has(host.slice(stsHost.length))) return refuse(response, 'notFound', {})
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(text), 'x-content-type-options': 'nosniff' })
    response.end(method === 'HEAD' ? undefined : text)
    return 'served'
  }

  return {
    /** The outcome, for the count of them. Never rejects. */
    async serve(request: IncomingMessage, response: ServerResponse, visitor: Visitor): Promise<string> {
      const plain = plainRequest(request)
      if (typeof plain === 'string') return refuse(response, flawErrors[plain], { ...readingOnly, connection: 'close' })
      if (plain.host.startsWith(stsHost)) return serveSts(plain, response)
      const place = placeOf(plain, visitor.secure, web())
      if (place === undefined) return refuse(response, 'wrongHost', {})
      const asked: Asked = { ...plain, ...place, request, visitor }
      const isContent = plain.path.startsWith('/content/')
      const isElsewhere = isContent ? place.is === 'pages' && place.contentOrigin !== place.origin : place.is === 'content'
      if (isElsewhere) return refuse(response, 'notFound', headersFor(asked))
      return isContent ? toMailroom(asked, response) : servePages(asked, response)
    },
    /** Only JMAP over WebSocket (RFC 8887). */
    async upgrade(request: IncomingMessage, client: Duplex, head: Buffer, visitor: Visitor): Promise<void> {
      const plain = plainRequest(request)
      const place = typeof plain === 'string' ? undefined : placeOf(plain, visitor.secure, web())
      const isRight = typeof plain !== 'string' && plain.method === 'GET' && plain.path === '/jmap/ws' && request.headers.upgrade?.toLowerCase() === 'websocket'
      if (!isRight || place === undefined || isForeign(request, place.origin)) return void client.end(plainAnswer(400, 'Bad Request'))
      const errand = await errandOf({ ...plain, ...place, request, visitor })
      if (typeof errand === 'string') return void client.end(plainAnswer(401, 'Unauthorized'))
      carryUpgrade(request, client, head, errand)
    },
  }
}
