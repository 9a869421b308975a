/** From a connection to an open session: greeting, EHLO, STARTTLS as far as the policy asks for it, EHLO again. */
import type { RouteLogin } from '@bulkhead/door/contracts/start.ts'
import { isIP, type Socket } from 'node:net'
import { extensionsOf } from '@bulkhead/wire/smtp/client.ts'
import { isPositive, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { conversation, ConversationOver, type Conversation, type Handshake } from './conversation.ts'
import type { TlsProblem } from './dane/verify.ts'
import type { Patience } from './limits.ts'
import { logIn } from './log-in.ts'
import { failed, type Outcome } from './outcome.ts'
import { isStrict, judge, tlsNameFor, webPkiProblem, type Protection, type TlsNeed } from './protection.ts'
import { keepsTlsRequired, type Session, type SessionTls } from './session.ts'
import { outcomeOf } from './transaction.ts'
import type { Extensions } from './content.ts'
import type { Trust } from './trust.ts'

export interface Place {
  readonly host: string
  readonly address: string
  /** Whom the mail is for. */
  readonly domain: string
  /** DNSSEC or the operator vouches for this host being the right one. */
  readonly hostIsSure: boolean
  readonly protection: Protection
  readonly need: TlsNeed
  /** What the operator wants of a host of theirs; null for others. */
  readonly demands: RouteDemands | null
}

export interface RouteDemands {
  readonly verified: boolean
  readonly login: RouteLogin | null
}

export interface Greeting {
  readonly hostName: string
  readonly patience: Patience
  readonly trust: Trust
  readonly nowMs: number
  /** The conversation ends then, wherever it is. */
  readonly withinMs: number
}

/** TLS did not prove what the policy asks for, so nothing of the message was said. */
export class Unprotected extends Error {
  override readonly name = 'Unprotected'
  readonly problem: TlsProblem

  constructor(problem: TlsProblem) {
    super(problem.reason)
    this.problem = problem
  }
}

export type Opened =
  /** `problem`: what the policy would have liked better, though it lets the message go. */
  | { readonly is: 'open'; readonly session: Session; readonly problem: TlsProblem | undefined }
  | Outcome

type Hello = { readonly extensions: Extensions } | { readonly refused: Reply }

/** RFC 5321 section 4.1.1.1: HELO for a server that does not know EHLO. */
const sayHello = async (talk: Conversation, { hostName, patience }: Greeting): Promise<Hello> => {
  const ehlo = await talk.ask({ verb: 'EHLO', name: hostName }, patience.commandMs)
  if (isPositive(ehlo)) return { extensions: extensionsOf(ehlo) }
  if (ehlo.code < 500) return { refused: ehlo }
  const helo = await talk.ask({ verb: 'HELO', name: hostName }, patience.commandMs)
  return isPositive(helo) ? { extensions: new Map() } : { refused: helo }
}

/** A server that says no before any address was named says it of itself, not of the recipient: another may be tried. */
export const notNow = (refused: Reply, host: string): Outcome => {
  const outcome = outcomeOf(refused, host, 'none')
  return { is: 'deferred', said: outcome.said }
}

const withoutTls: TlsProblem = { type: 'starttls-not-supported', reason: 'STARTTLS is not offered' }

/** Undefined where the server does not take part. Throws `TlsFailed`. */
const startTls = async (talk: Conversation, greeting: Greeting, place: Place): Promise<Handshake | undefined> => {
  const { patience, trust } = greeting
  const answer = await talk.ask({ verb: 'STARTTLS' }, patience.commandMs)
  if (!isPositive(answer)) return undefined
  const name = tlsNameFor(place.protection, place.host)
  return talk.startTls({ host: isIP(name) === 0 ? name : null, trust, timeoutMs: patience.tlsMs })
}

const proofOf = ({ protection, host, hostIsSure }: Place, handshake: Handshake, problem: TlsProblem | undefined): SessionTls['proof'] => {
  if (problem !== undefined) return null
  if (protection.is === 'dane') return 'dane'
  if (protection.is === 'sts') return 'sts'
  return hostIsSure && webPkiProblem(handshake, host) === undefined ? 'webpki' : null
}

const greeted = async (talk: Conversation, { patience }: Greeting): Promise<void> => {
  const [greeting] = await Promise.all(talk.expect(1, patience.greetingMs))
  if (greeting === undefined || !isPositive(greeting)) throw new ConversationOver(`greeting: ${greeting?.code} ${greeting?.lines.join(' ')}`)
}

const openOn = async (talk: Conversation, greeting: Greeting, place: Place, secure: boolean): Promise<Opened> => {
  const { protection, need } = place
  await greeted(talk, greeting)
  let hello = await sayHello(talk, greeting)
  const offered = 'extensions' in hello && hello.extensions.has('STARTTLS')
  const handshake = secure && offered ? await startTls(talk, greeting, place) : undefined
  const { problem, onlyFor } = handshake === undefined ? { problem: withoutTls, onlyFor: null } : judge(place, handshake, greeting.nowMs)
  if (problem !== undefined && isStrict(protection)) throw new Unprotected(problem)
  if (handshake !== undefined) hello = await sayHello(talk, greeting)
  if ('refused' in hello) return notNow(hello.refused, place.host)
  const host = isIP(place.host) === 0 ? place.host : `[${place.host}]`
  const tls: SessionTls = { protocol: handshake?.protocol ?? null, proof: handshake === undefined ? null : proofOf(place, handshake, problem) }
  const { extensions } = hello
  const { demands } = place
  if (demands?.verified === true && tls.proof === null) {
    throw new Unprotected(handshake === undefined ? withoutTls : (webPkiProblem(handshake, place.host) ?? withoutTls))
  }
  if (demands?.login != null) {
    if (handshake === undefined) throw new Unprotected(withoutTls)
    const refused = await logIn(talk, demands.login, extensions, greeting.patience, host)
    if (refused !== undefined) return refused
  }
  if (need === 'required' && !keepsTlsRequired({ protocol: 'smtp', tls, extensions })) return failed('5.7.30', `${host} can not promise TLS all the way`)
  const { address } = place
  return { is: 'open', problem, session: { conversation: talk, protocol: 'smtp', extensions, host, address, tls, need, onlyFor, patience: greeting.patience } }
}

/** Throws `ConversationOver`, `TlsFailed`, `Unprotected`; the connection is closed then. */
export const openSession = async (socket: Socket, greeting: Greeting, place: Place, secure: boolean): Promise<Opened> => {
  const talk = conversation(socket)
  const timer = setTimeout(() => talk.destroy('peer takes too long'), greeting.withinMs)
  try {
    const opened = await openOn(talk, greeting, place, secure)
    if (opened.is !== 'open') talk.destroy('refused')
    return opened
  } catch (error) {
    talk.destroy('given up')
    throw error
  } finally {
    clearTimeout(timer)
  }
}
