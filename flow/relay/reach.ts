/** From a destination to an open session: exchangers and addresses in order, greeting, EHLO, opportunistic STARTTLS. */
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { extensionsOf } from '@bulkhead/wire/smtp/client.ts'
import { isPositive, type Reply } from '@bulkhead/wire/smtp/reply.ts'
import { conversation, ConversationOver, TlsFailed, type Conversation } from './conversation.ts'
import { hostsFor, type Resolver } from './exchangers.ts'
import { addressesMax, type Patience } from './limits.ts'
import { deferred, failed, type Outcome } from './outcome.ts'
import type { Destination } from './route.ts'
import type { Session } from './session.ts'
import { outcomeOf, type Extensions } from './transaction.ts'

export interface Reaching {
  readonly resolver: Resolver
  readonly hostName: string
  /** Path of intake's LMTP socket. */
  readonly intake: string
  /** Demonstration: nothing but loopback is ever spoken to. */
  readonly localOnly: boolean
  readonly patience: Patience
  readonly random: () => number
  /** Where every mail exchanger listens; another one in tests. */
  readonly smtpPort: number
}

export type Reached = { readonly is: 'open'; readonly session: Session } | Outcome

interface Place {
  readonly host: string
  readonly address: string
  readonly port: number
}

const isLoopback = (address: string): boolean =>
  address.startsWith('127.') || address === '::1' || /^::ffff:127\./i.test(address)
const isNowhere = (address: string): boolean =>
  address.startsWith('0.') || address === '::' || address.startsWith('169.254.') || /^fe[89ab]/i.test(address)

/** What DNS says may not lead to services of this very machine; what the operator says may. */
export const mayReach = (address: string, from: 'route' | 'dns', localOnly: boolean): boolean => {
  if (localOnly) return isLoopback(address)
  return from === 'route' || !(isLoopback(address) || isNowhere(address))
}

const dial = (target: { readonly path: string } | { readonly host: string; readonly port: number }, timeoutMs: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectTcp(target)
    const fail = (reason: string): void => {
      socket.destroy()
      reject(new ConversationOver(reason))
    }
    socket.setTimeout(timeoutMs, () => fail('no answer to the connection'))
    socket.once('error', (error) => fail(`no connection: ${'code' in error ? String(error.code) : error.name}`))
    socket.once('connect', () => {
      socket.removeAllListeners()
      socket.setNoDelay(true)
      resolve(socket)
    })
  })

type Hello = { readonly extensions: Extensions } | { readonly refused: Reply }

/** RFC 5321 section 4.1.1.1: HELO for a server that does not know EHLO. */
const sayHello = async (talk: Conversation, hostName: string, patience: Patience): Promise<Hello> => {
  const ehlo = await talk.ask({ verb: 'EHLO', name: hostName }, patience.commandMs)
  if (isPositive(ehlo)) return { extensions: extensionsOf(ehlo) }
  if (ehlo.code < 500) return { refused: ehlo }
  const helo = await talk.ask({ verb: 'HELO', name: hostName }, patience.commandMs)
  return isPositive(helo) ? { extensions: new Map() } : { refused: helo }
}

/** A server that says no before any address was named says it of itself, not of the recipient: another may be tried. */
const notNow = (refused: Reply, host: string): Outcome => {
  const outcome = outcomeOf(refused, host, 'none')
  return { is: 'deferred', said: outcome.said }
}

const openAt = async (reaching: Reaching, place: Place, secure: boolean): Promise<Reached> => {
  const { hostName, patience } = reaching
  const talk = conversation(await dial({ host: place.address, port: place.port }, patience.connectMs))
  try {
    const [greeting] = await Promise.all(talk.expect(1, patience.greetingMs))
    if (greeting === undefined || !isPositive(greeting)) throw new ConversationOver(`greeting: ${greeting?.code} ${greeting?.lines.join(' ')}`)
    let hello = await sayHello(talk, hostName, patience)
    if (secure && 'extensions' in hello && hello.extensions.has('STARTTLS')) {
      const answer = await talk.ask({ verb: 'STARTTLS' }, patience.commandMs)
      if (isPositive(answer)) {
        await talk.startTls(isIP(place.host) === 0 ? place.host : null, patience.tlsMs)
        hello = await sayHello(talk, hostName, patience)
      }
    }
    if ('extensions' in hello) {
      const { extensions } = hello
      const host = isIP(place.host) === 0 ? place.host : `[${place.host}]`
      return { is: 'open', session: { conversation: talk, protocol: 'smtp', extensions, host, patience } }
    }
    talk.destroy('refused')
    return notNow(hello.refused, place.host)
  } catch (error) {
    talk.destroy('given up')
    throw error
  }
}

/** Encrypted where it works, in plain where TLS fails: a listener is the lesser evil than mail that never comes (RFC 7435). */
const tryPlace = async (reaching: Reaching, place: Place): Promise<Reached> => {
  try {
    try {
      return await openAt(reaching, place, true)
    } catch (error) {
      if (!(error instanceof TlsFailed)) throw error
      return await openAt(reaching, place, false)
    }
  } catch (error) {
    if (error instanceof ConversationOver || error instanceof TlsFailed) return deferred('4.4.1', `${place.host}: ${error.message}`)
    throw error
  }
}

const reachIntake = async ({ intake, hostName, patience }: Reaching): Promise<Reached> => {
  try {
    const talk = conversation(await dial({ path: intake }, patience.connectMs))
    const [greeting] = await Promise.all(talk.expect(1, patience.greetingMs))
    const hello = await talk.ask({ verb: 'LHLO', name: hostName }, patience.commandMs)
    if (greeting !== undefined && isPositive(greeting) && isPositive(hello)) {
      const extensions = extensionsOf(hello)
      return { is: 'open', session: { conversation: talk, protocol: 'lmtp', extensions, host: hostName, patience } }
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
}

export const findWay = async (reaching: Reaching, destination: Destination): Promise<Way | Outcome> => {
  if (destination.to === 'intake') return { key: 'intake', destination, hosts: [], port: 0, from: 'route' }
  if (destination.to === 'host') {
    const { host, port } = destination
    return { key: `${host}:${port}`, destination, hosts: [host], port, from: 'route' }
  }
  const { domain } = destination
  const found = hostsFor(domain, await reaching.resolver.mx(domain), reaching.hostName, reaching.random)
  if (found.is !== 'hosts') return found
  const { hosts } = found
  const port = reaching.smtpPort
  return { key: `mx ${hosts.toSorted().join(' ')}`, destination, hosts, port, from: 'dns' }
}

/** The first host of the way that takes a session. */
export const openWay = async (reaching: Reaching, way: Way): Promise<Reached> => {
  if (way.destination.to === 'intake') return reachIntake(reaching)
  let left = addressesMax
  // Each failure is less telling than the one before it; what is reported is what was heard last from a host that exists.
  let last: Outcome = failed('5.4.4', 'No host of the domain has an address')
  for (const host of way.hosts) {
    const answer = await reaching.resolver.addresses(host, way.from)
    if (answer.is === 'away') last = deferred('4.4.3', `DNS does not answer for ${host}`)
    if (answer.is !== 'found') continue
    for (const address of answer.addresses) {
      if (left === 0) return last
      left -= 1
      if (!mayReach(address, way.from, reaching.localOnly)) {
        if (last.is !== 'deferred') last = deferred('4.4.1', `${host}: not reachable from here`)
        continue
      }
      const reached = await tryPlace(reaching, { host, address, port: way.port })
      if (reached.is === 'open') return reached
      last = reached
    }
  }
  return last
}

export const goodbye = async ({ conversation: talk, patience }: Session): Promise<void> => {
  if (talk.over) return
  await talk.ask({ verb: 'QUIT' }, patience.goodbyeMs).catch(() => undefined)
  talk.destroy('done')
}
