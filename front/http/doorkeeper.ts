/** Who a request of the web is from: a pass opens a session or stands for one request, a token and a proof name one that is open. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { secret, wipe } from '@bulkhead/base/secret.ts'
import type { HttpPreface } from '@bulkhead/door/contracts/mailroom.ts'
import { readAuthorization } from '@bulkhead/wire/http/authorization.ts'
import { passBook, type OpenedWebPass } from '../mailroom/passes.ts'
import { turns } from '../mailroom/turns.ts'
import { answerJson, type WebError } from './answers.ts'
import type { WebPorts } from './ports.ts'
import { OpenSession, type SessionTerms } from './open-session.ts'
import { proofHolds } from './proof-check.ts'
import { replayMemory } from './replay-memory.ts'
import { objectOf, readBody } from './request-body.ts'
import type { SessionTable } from './session-table.ts'
import type { Standings } from './standings.ts'

export type Entered =
  | { readonly is: 'session'; readonly session: OpenSession }
  /** The whole answer was given. */
  | { readonly is: 'answered' }
  | { readonly is: 'refused'; readonly error: WebError }

interface Keeping extends WebPorts {
  readonly table: SessionTable
  readonly standing: Standings
}

const opensAtOnceMax = 4
const idBytes = 12
const signInBytesMax = 4_096

const refused = (error: WebError): Entered => ({ is: 'refused', error })
const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : undefined
}
const languageOf = (text: string): 'ja' | 'en' => (/^\s*en\b/i.test(text) ? 'en' : 'ja')
const targetOf = (request: IncomingMessage, { origin }: HttpPreface): string => `${origin}${request.url ?? ''}`

export const doorkeeper = (keeping: Keeping) => {
  const { sealing, table, standing, clock, log, meter, tell, directory } = keeping
  const passes = passBook(keeping)
  const opens = turns(opensAtOnceMax)
  /** Proofs that come with resuming, before there is a session. */
  const resumed = replayMemory()

  /** The account, opened by a pass. Takes the pass's key over. */
  const openBy = async (pass: OpenedWebPass, preface: HttpPreface, of: Pick<SessionTerms, 'kind' | 'language'>): Promise<OpenSession | WebError> => {
    if (table.size >= keeping.sessionsMax) return 'away'
    const publicKey = sealing.publicKeyOf(pass.privateKey)
    const key = secret(Buffer.from(pass.privateKey.declassify()))
    const entering = standing.enters(pass.account, publicKey)
    const held = await opens(() => keeping.openAccount(pass.account, pass.privateKey, pass.login)).catch((error: unknown) => {
      log.error('accountNotOpened', error, { account: pass.account })
      return undefined
    })
    const found = await entering.catch((error: unknown) => {
      log.error('standingUnknown', error, { account: pass.account })
      return 'away' as const
    })
    if (held === undefined || found === undefined || found === 'away' || (pass.device !== '' && !found.devices.has(pass.device))) {
      wipe(key.declassify())
      await held?.[Symbol.asyncDispose]()
      return held === undefined || found === 'away' ? 'away' : 'wrongCredentials'
    }
    meter.count('mailroom_logins_total', 1, { protocol: of.kind === 'web' ? 'web' : 'jmap' })
    return new OpenSession({
      ...of, key, held, clock, id: randomBytes(idBytes).toString('base64url'), device: pass.device, thumbprint: pass.key, signOuts: found.signOuts,
      who: { account: pass.account, login: pass.login, loginIndex: pass.loginIndex },
      peer: preface.peer, origin: preface.origin, contentOrigin: preface.contentOrigin, mailroom: preface.mailroom,
      onEnd(session, why) {
        table.remove(session)
        meter.count('mailroom_web_ended_total', 1, { why })
        if (session.terms.kind === 'web') tell({ kind: 'mailroom.webSessionEnd', subject: session.terms.who.account, outcome: why })
      },
    })
  }

  /** `POST /api/session` and `/api/session/resume`; the password stayed with the gate. A remembered device proves that it has the key. */
  const begin = async (request: IncomingMessage, path: string, pass: OpenedWebPass, preface: HttpPreface, response: ServerResponse): Promise<Entered> => {
    const body = await readBody(request, signInBytesMax)
    const fields = typeof body === 'string' ? undefined : objectOf(body)
    const method = request.method ?? ''
    const proven = { proof: headerOf(request, 'dpop'), method, target: targetOf(request, preface), token: undefined, thumbprint: pass.key }
    const mustProve = path === '/api/session/resume'
    if (fields === undefined || pass.key === '' || (mustProve && !proofHolds(proven, resumed, clock))) {
      wipe(pass.privateKey.declassify())
      return refused(fields === undefined || pass.key === '' ? 'badRequest' : 'badProof')
    }
    const { language, remember = null } = fields
    const wanted = typeof language === 'string' && language !== '' ? language : headerOf(request, 'accept-language') ?? ''
    const opened = await openBy(pass, preface, { kind: 'web', language: languageOf(wanted) })
    if (typeof opened === 'string') return refused(opened)
    const token = table.addWeb(opened)
    const { idleMs, lifetimeMs } = keeping.policy
    tell({ kind: 'mailroom.webSession', subject: pass.account, outcome: mustProve ? 'resumed' : 'opened' })
    answerJson(response, 201, { token, login: pass.login, device: pass.device === '' ? null : pass.device, remember, idleMs, lifetimeMs, nowMs: clock.now() })
    return { is: 'answered' }
  }

  /** Another client: each request brings the password, and so a pass. */
  const basic = async (pass: OpenedWebPass, preface: HttpPreface): Promise<Entered> => {
    const open = table.basicOf(pass.account, pass.login, preface.origin)
    if (open !== undefined) {
      wipe(pass.privateKey.declassify())
      await standing.check(open)
      if (!open.over) return { is: 'session', session: open }
      return refused('away')
    }
    const session = await openBy(pass, preface, { kind: 'basic', language: 'en' })
    if (typeof session === 'string') return refused(session)
    const meanwhile = table.basicOf(pass.account, pass.login, preface.origin)
    if (meanwhile !== undefined) {
      session.end('replaced')
      return { is: 'session', session: meanwhile }
    }
    table.addBasic(session)
    return { is: 'session', session }
  }

  const byToken = async (request: IncomingMessage, preface: HttpPreface): Promise<Entered> => {
    const authorization = readAuthorization(headerOf(request, 'authorization'))
    const session = authorization?.scheme === 'dpop' ? table.byToken(authorization.token) : undefined
    if (authorization?.scheme !== 'dpop' || session === undefined || session.terms.origin !== preface.origin) return refused('sessionOver')
    const { token } = authorization
    const { thumbprint } = session.terms
    const proven = { proof: headerOf(request, 'dpop'), method: request.method ?? '', target: targetOf(request, preface), token, thumbprint }
    if (!proofHolds(proven, session.proofs, clock)) {
      tell({ kind: 'mailroom.webProof', subject: session.terms.who.account, outcome: 'refused' })
      return refused('badProof')
    }
    await standing.check(session)
    return session.over ? refused('sessionOver') : { is: 'session', session }
  }

  return {
    /** `response` undefined: the request wants to be upgraded. Rejects with a `Fault` where nobody can say who it is. */
    async enter(request: IncomingMessage, path: string, preface: HttpPreface, response: ServerResponse | undefined): Promise<Entered> {
      if (preface.opens === 'session') return byToken(request, preface)
      const pass = passes.open(preface)
      if (pass === undefined) return refused('sessionOver')
      const begins = path === '/api/session' || path === '/api/session/resume'
      if (!begins) return pass.key === '' ? basic(pass, preface) : refused('badRequest')
      return request.method === 'POST' && response !== undefined ? begin(request, path, pass, preface, response) : refused('wrongMethod')
    },
    /** Passes granted by this credential open nothing any more. */
    refuse: passes.refuse,
    /** `forgets`: the device credential it stands on dies with it. */
    async signOut(session: OpenSession, forgets: boolean): Promise<void> {
      const { device, who } = session.terms
      if (forgets && device !== '') {
        await directory.removeDevice(who.account, device)
        keeping.signOutElsewhere(who.account)
      }
      session.end('signedOut')
    },
  }
}
