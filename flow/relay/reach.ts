/** From a destination to an open session: exchangers and addresses in order, each under what TLS has to prove there. */
import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { RouteLogin } from '@bulkhead/door/contracts/start.ts'
import type { TlsResults } from '@bulkhead/mail/ports/tls-results.ts'
import type { Queued } from '@bulkhead/mail/queue/queued.ts'
import { extensionsOf } from '@bulkhead/wire/smtp/client.ts'
import { isPositive } from '@bulkhead/wire/smtp/reply.ts'
import { stsPolicyLines } from '@bulkhead/wire/sts/policy.ts'
import { canonicalName } from '../resolving/canonical-name.ts'
import type { Dns } from '../resolving/dns.ts'
import { addressesOf, type FoundAddresses } from './addresses.ts'
import { conversation, ConversationOver, TlsFailed } from './conversation.ts'
import type { TlsProblem } from './dane/verify.ts'
import { dialAny, dialPath, mayLeave, mayReach, sourceFor, type Families, type Source } from './dial.ts'
import { hostsFor } from './exchangers.ts'
import { notNow, openSession, Unprotected, type Greeting, type Opened, type Place, type RouteDemands } from './greet.ts'
import { addressesMax, reachMaxMs, type Patience } from './limits.ts'
import { deferred, failed, type Outcome } from './outcome.ts'
import { forbids, isStrict, protectionOf, reportedPolicy, type Protection, type TlsNeed } from './protection.ts'
import type { Destination } from './route.ts'
import type { Session } from './session.ts'
import type { StsFound, StsLookup } from './sts/lookup.ts'
import type { Trust } from './trust.ts'

export interface Reaching {
  readonly dns: Dns
  readonly hostName: string
  /** Path of intake's LMTP socket. */
  readonly intake: string
  /** Demonstration: nothing but loopback is ever spoken to. */
  readonly localOnly: boolean
  readonly patience: Patience
  readonly random: () => number
  readonly clock: Clock
  /** Where every mail exchanger listens; another one in tests. */
  readonly smtpPort: number
  readonly families: Families
  readonly sts: StsLookup
  readonly results: TlsResults
  readonly trust: Trust
}

/** How a message wants to travel. `source` null: from whichever address the machine takes. */
export interface Travel {
  readonly need: TlsNeed
  readonly source: Source | null
  /** What is said in EHLO, where not the cell's own name: the source address's. */
  readonly hostName?: string
}

export const anyTravel: Travel = { need: 'policy', source: null }

/** What a message asks of TLS; a demand counts for more than a waiver (RFC 8689 section 4.1). */
export const needOf = ({ requireTls, tlsWaived }: Pick<Queued, 'requireTls' | 'tlsWaived'>): TlsNeed => {
  if (requireTls) return 'required'
  return tlsWaived ? 'waived' : 'policy'
}

export type Reached = { readonly is: 'open'; readonly session: Session } | Outcome

const reachIntake = async ({ intake, hostName, patience }: Reaching): Promise<Reached> => {
  try {
    const talk = conversation(await dialPath(intake, patience.connectMs))
    const [greeting] = await Promise.all(talk.expect(1, patience.greetingMs))
    const hello = await talk.ask({ verb: 'LHLO', name: hostName }, patience.commandMs)
    if (greeting !== undefined && isPositive(greeting) && isPositive(hello)) {
      const ours = { host: hostName, address: null, tls: { protocol: null, proof: null }, need: 'policy', onlyFor: null } as const
      return { is: 'open', session: { conversation: talk, protocol: 'lmtp', extensions: extensionsOf(hello), patience, ...ours } }
    }
    talk.destroy('refused')
    return notNow(hello, hostName)
  } catch (error) {
    if (error instanceof ConversationOver) return deferred('4.3.0', 'The mailboxes can not be reached')
    throw error
  }
}

/** Where mail of a destination goes, before anybody is spoken to. Mail of one `key` can share a session, whatever its domain. */
export interface Way {
  readonly key: string
  readonly destination: Destination
  /** In the order to try; none for intake. */
  readonly hosts: readonly string[]
  readonly port: number
  readonly from: 'route' | 'dns'
  /** Whom a policy belongs to: the recipient's domain, or the host that the operator named. */
  readonly domain: string
  /** DNSSEC or the operator vouches for these being the right hosts. */
  readonly hostsAreSure: boolean
  readonly sts: StsFound
  readonly demands: RouteDemands | null
}

const withoutSts: StsFound = { policy: null, problem: null }
/** A host of the operator's own needs no word of DNS. */
const named = { hostsAreSure: true, sts: withoutSts } as const

/** Two domains that enforce different things don't share what was opened for one of them. */
const policyKey = ({ policy }: StsFound): string => (policy === null ? '' : stsPolicyLines(policy).join(' '))

/** Of this process: a key may be seen, what it was made of may not. */
const markKey = randomBytes(32)

/** Who is logged in shares a session with nobody who would log in otherwise. */
const loginMark = ({ name, password }: RouteLogin): string => createHmac('sha256', markKey).update(`${name}\0${password}`).digest('base64url')

export const findWay = async (reaching: Reaching, destination: Destination): Promise<Way | Outcome> => {
  if (destination.to === 'intake') return { key: 'intake', destination, hosts: [], port: 0, from: 'route', domain: '', ...named, demands: null }
  if (destination.to === 'host') {
    const { host, port, verified, login } = destination
    const key = `${host}:${port} ${verified ? 'verified' : ''} ${login === null ? '' : loginMark(login)}`
    return { key, destination, hosts: [host], port, from: 'route', domain: host, ...named, demands: { verified, login } }
  }
  const domain = canonicalName(destination.domain)
  if (domain === undefined) return failed('5.1.2', 'The domain has no name that DNS could know')
  const [answer, sts] = await Promise.all([reaching.dns.query(domain, 'MX'), reaching.sts.policyFor(domain)])
  const found = hostsFor(domain, answer, reaching.hostName, reaching.random)
  if (found.is !== 'hosts') return found
  const { hosts, secure } = found
  const key = `mx ${hosts.toSorted().join(' ')} ${secure ? 'secure' : ''} ${policyKey(sts)}`
  return { key, destination, hosts, port: reaching.smtpPort, from: 'dns', domain, hostsAreSure: secure, sts, demands: null }
}

/** One search for a session: what is left of the addresses and the time, and what was heard last. */
interface Search {
  readonly reaching: Reaching
  readonly way: Way
  readonly travel: Travel
  readonly overAtMs: number
  addressesLeft: number
}

/** What was sent without regard to policies, TLS reports themselves among it, says nothing of them (RFC 8460 section 5.3). */
const isReported = (way: Way, travel: Travel): boolean => way.from === 'dns' && travel.need !== 'waived'

type At = { readonly host: string | null; readonly address: string | null }

const note = ({ reaching, way, travel }: Search, protection: Protection, problem: TlsProblem | undefined, { host, address }: At): void => {
  if (!isReported(way, travel)) return
  const sendingIp = address === null ? null : sourceFor(travel.source, address)
  const failure = problem === undefined ? null : { ...problem, sendingIp, receivingMxHost: host, receivingIp: address }
  reaching.results.note({ atMs: reaching.clock.now(), policy: reportedPolicy(protection, way.domain), failure })
}

/** A policy that could not be had: what is told is the older one, or none (RFC 8460 section 4.3.2.2). */
const noteSts = ({ reaching, way, travel }: Search, { policy }: StsFound, problem: TlsProblem): void => {
  if (!isReported(way, travel)) return
  const told = { type: 'sts', domain: way.domain, strings: policy === null ? [] : stsPolicyLines(policy), mxHosts: policy?.mx ?? [] } as const
  const failure = { ...problem, sendingIp: null, receivingMxHost: null, receivingIp: null }
  reaching.results.note({ atMs: reaching.clock.now(), policy: told, failure })
}

const greetingOf = ({ reaching, travel, overAtMs }: Search): Greeting => {
  const { hostName, patience, trust, clock } = reaching
  const nowMs = clock.now()
  return { hostName: travel.hostName ?? hostName, patience, trust, nowMs, withinMs: Math.max(1, overAtMs - nowMs) }
}

/** RFC 3463 section 3.8: 4.7.4 asks for what is not offered, 4.7.5 is a cryptographic failure. */
const unprotected = (host: string, { type, reason }: TlsProblem): Outcome =>
  deferred(type === 'starttls-not-supported' ? '4.7.4' : '4.7.5', `${host}: not sent, TLS is not as its domain asks: ${reason}`)

const dialAgain = async (search: Search, address: string): Promise<Awaited<ReturnType<typeof dialAny>>> =>
  dialAny({ addresses: [address], port: search.way.port, source: search.travel.source, timeoutMs: search.reaching.patience.connectMs })

/** Encrypted where it works, in plain where TLS fails and no policy minds: a listener is the lesser evil than mail that never comes (RFC 7435). */
const openAt = async (search: Search, place: Place, socket: Parameters<typeof openSession>[0]): Promise<Opened> => {
  try {
    return await openSession(socket, greetingOf(search), place, true)
  } catch (error) {
    if (!(error instanceof TlsFailed)) throw error
    const problem: TlsProblem = { type: 'validation-failure', reason: error.message }
    if (isStrict(place.protection)) throw new Unprotected(problem)
    const again = await dialAgain(search, place.address)
    if (again.is !== 'connected') return deferred('4.4.1', `${place.host}: ${again.reason}`)
    const opened = await openSession(again.socket, greetingOf(search), place, false)
    return opened.is === 'open' ? { ...opened, problem } : opened
  }
}

const tryPlace = async (search: Search, place: Place, socket: Parameters<typeof openSession>[0]): Promise<Reached> => {
  const { protection, host } = place
  try {
    const opened = await openAt(search, place, socket)
    if (opened.is === 'open') note(search, protection, opened.problem, place)
    return opened
  } catch (error) {
    if (error instanceof Unprotected) {
      note(search, protection, error.problem, place)
      return unprotected(host, error.problem)
    }
    if (error instanceof ConversationOver || error instanceof TlsFailed) return deferred('4.4.1', `${host}: ${error.message}`)
    throw error
  }
}

/** All of one host's addresses, until one gives a session. */
const tryAddresses = async (search: Search, allowed: readonly string[], makePlace: (address: string) => Place): Promise<Reached> => {
  const { reaching, way, travel } = search
  const { host } = makePlace('')
  let rest: readonly string[] = reaching.families.ordered(host, allowed).slice(0, search.addressesLeft)
  let last: Outcome = deferred('4.4.1', `${host}: not reachable from here`)
  while (rest.length > 0 && reaching.clock.now() < search.overAtMs) {
    const dialled = await dialAny({ addresses: rest, port: way.port, source: travel.source, timeoutMs: reaching.patience.connectMs })
    if (dialled.is === 'unreachable') {
      search.addressesLeft -= rest.length
      return deferred('4.4.1', `${host}: ${dialled.reason}`)
    }
    const { socket, address, lost } = dialled
    const reached = await tryPlace(search, makePlace(address), socket)
    if (reached.is === 'open') {
      reaching.families.answered(host, address)
      return reached
    }
    last = reached
    search.addressesLeft -= lost.length + 1
    rest = rest.filter((one) => one !== address && !lost.includes(one))
  }
  return last
}

const placeMaker = (search: Search, host: string, protection: Protection) => (address: string): Place =>
  ({ host, address, domain: search.way.domain, hostIsSure: search.way.hostsAreSure, protection, need: search.travel.need, demands: search.way.demands })

const tryHost = async (search: Search, host: string, addresses: FoundAddresses): Promise<Reached> => {
  const { reaching, way, travel } = search
  const asked = { host, port: way.port, addresses, domain: way.domain, hostIsSure: way.hostsAreSure, sts: way.sts.policy, need: travel.need }
  const protection = await protectionOf(reaching.dns, asked)
  if (protection === 'away') {
    const nowhere: Protection = { is: 'encrypted', base: host }
    note(search, nowhere, { type: 'dnssec-invalid', reason: 'TLSA lookup failed' }, { host, address: null })
    return deferred('4.7.5', `${host}: not sent, DNS does not say how it is protected`)
  }
  const forbidden = forbids(protection)
  if (forbidden !== undefined && isStrict(protection)) {
    note(search, protection, forbidden, { host, address: null })
    return unprotected(host, forbidden)
  }
  const allowed = addresses.addresses.filter((address) => mayReach(address, way.from, reaching.localOnly) && mayLeave(travel.source, address))
  return tryAddresses(search, allowed, placeMaker(search, host, protection))
}

/** What may yet change is told before what will not. */
const moreTelling = (before: Outcome, now: Outcome): Outcome => (before.is === 'deferred' && now.is === 'failed' ? before : now)

/** A way that domains share, for one of them: a certificate may have to name it, and what happens is reported to it. */
export const wayFor = (way: Way, domain: string): Way => (way.from === 'dns' ? { ...way, domain: canonicalName(domain) ?? domain } : way)

/** The first host of the way that takes a session. */
export const openWay = async (reaching: Reaching, way: Way, travel: Travel = anyTravel): Promise<Reached> => {
  if (way.destination.to === 'intake') return reachIntake(reaching)
  const search: Search = { reaching, way, travel, overAtMs: reaching.clock.now() + reachMaxMs, addressesLeft: addressesMax }
  if (way.sts.problem !== null) noteSts(search, way.sts, way.sts.problem)
  let last: Outcome = failed('5.4.4', 'No host of the domain has an address')
  let heard = false
  for (const host of way.hosts) {
    if (search.addressesLeft <= 0 || reaching.clock.now() >= search.overAtMs) break
    const answer = await addressesOf(reaching.dns, host, way.from)
    if (answer.is === 'none') continue
    const reached = answer.is === 'found' ? await tryHost(search, host, answer) : deferred('4.4.3', `DNS does not answer for ${host}`)
    if (reached.is === 'open') return reached
    last = heard ? moreTelling(last, reached) : reached
    heard = true
  }
  return last
}

export const goodbye = async ({ conversation: talk, patience }: Session): Promise<void> => {
  if (talk.over) return
  await talk.ask({ verb: 'QUIT' }, patience.goodbyeMs).catch(() => undefined)
  talk.destroy('done')
}
