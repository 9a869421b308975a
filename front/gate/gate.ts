/**
 * The process on the internet: listens, admits, sets up TLS, and gives each connection to the session of its protocol.
 * It holds no key but its TLS key, no database, and no mail at rest.
 */
import { BlockList, createServer, isIP, isIPv6, type Server, type Socket } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Listener, TlsMaterial, WebServing } from '@bulkhead/door/contracts/start.ts'
import { encodeReply } from '@bulkhead/wire/smtp/reply.ts'
import { admission, type Admission } from './admission.ts'
import { Connection, type ConnectionTerms, type Peer, type Session } from './connection.ts'
import { ImapSession } from './imap-session.ts'
import { Lodgings } from './lodgings.ts'
import { MxSession } from './mx-session.ts'
import { mxReplies } from './mx-replies.ts'
import { peerBook } from './peer-book.ts'
import { ManageSieveSession } from './managesieve-session.ts'
import { Pop3Session } from './pop3-session.ts'
import { proxiedPeer } from './proxied-peer.ts'
import { SubmissionSession } from './submission-session.ts'
import type { Surroundings } from './surroundings.ts'
import { plainAnswer } from './web/carry.ts'
import type { Site } from './web/site.ts'
import { webDoor, type WebDoor } from './web/web-door.ts'

export interface GateTerms {
  readonly surroundings: Omit<Surroundings, 'lodgings' | 'peers'>
  readonly listeners: readonly Listener[]
  readonly tls: TlsMaterial
  /** Of HTTPS; null where `tls` serves for it too. */
  readonly httpsTls: TlsMaterial | null
  /** Addresses and CIDR networks of routers that must send PROXY version 2. */
  readonly proxyFrom: readonly string[]
  readonly site: Site
  web(): WebServing
  now(): number
}

/** Whose clients have a session here before they log in; the others speak HTTP (`web/`). */
type SessionProtocol = Exclude<Listener['protocol'], 'https' | 'http'>

interface Door {
  readonly listener: Listener
  /** Of all its connections; undefined where it is the web's. */
  readonly terms: ConnectionTerms | undefined
}

type OpenSession = new (connection: Connection, surroundings: Surroundings) => Session

const sessions: Readonly<Record<SessionProtocol, OpenSession>> = {
  smtp: MxSession,
  submission: SubmissionSession,
  imap: ImapSession,
  pop3: Pop3Session,
  managesieve: ManageSieveSession,
}

const tooMany: Readonly<Record<Listener['protocol'], string>> = {
  smtp: encodeReply(mxReplies.tooManyConnections),
  submission: encodeReply(mxReplies.tooManyConnections),
  imap: '* BYE [UNAVAILABLE] Too many connections\r\n',
  pop3: '-ERR [SYS/TEMP] Too many connections\r\n',
  managesieve: 'BYE (TRYLATER) "Too many connections"\r\n',
  https: plainAnswer(503, 'Too many connections'),
  http: plainAnswer(503, 'Too many connections'),
}

const backlog = 1_024
/** How long closing waits for what is under way. */
const closingMs = 5_000
const closingLookMs = 50

const secureContextOf = ({ certificate, key }: TlsMaterial): SecureContext => {
  try {
    return createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' })
  } catch (cause) {
    throw new Fault('misconfigured', 'the TLS certificate or key of the gate is not usable', cause)
  }
}

const trustedRouters = (networks: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    if (isIP(address) === 0) throw new Fault('misconfigured', `proxyFrom: ${network} is no address or network`)
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** A dual-stack listener shows IPv4 peers as mapped IPv6. */
const plainAddress = (address: string): string =>
  /^::ffff:[0-9.]+$/i.test(address) ? address.slice('::ffff:'.length) : address

export class Gate {
  readonly #terms: GateTerms
  readonly #surroundings: Surroundings
  readonly #lodgings: Lodgings
  readonly #admission: Admission
  readonly #routers: BlockList
  readonly #servers: Server[] = []
  readonly #connections = new Set<Connection>()
  readonly #sweeper: NodeJS.Timeout
  readonly #web: WebDoor
  #secureContext: SecureContext
  #httpsContext: SecureContext | undefined
  #routersWaiting = 0

  constructor(terms: GateTerms) {
    this.#terms = terms
    const { reception, tell } = terms.surroundings
    const peers = peerBook({ policy: reception, now: terms.now, tell })
    this.#lodgings = new Lodgings({ ...terms.surroundings, peers })
    this.#surroundings = { ...terms.surroundings, lodgings: this.#lodgings, peers }
    this.#web = webDoor({ surroundings: this.#surroundings, site: terms.site, web: terms.web, now: terms.now })
    this.#admission = admission(terms.surroundings.limits)
    this.#routers = trustedRouters(terms.proxyFrom)
    this.#secureContext = secureContextOf(terms.tls)
    if (terms.httpsTls !== null) this.renewHttpsTls(terms.httpsTls)
    this.#sweeper = setInterval(() => this.#sweep(), terms.surroundings.policy.sweepMs)
    this.#sweeper.unref()
  }

  /** Opens every door or none. */
  async listen(): Promise<void> {
    for (const listener of this.#terms.listeners) {
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive: true })
      const { protocol } = listener
      const door = { listener, terms: protocol === 'https' || protocol === 'http' ? undefined : this.#connectionTerms(protocol) }
      server.on('connection', (socket) => this.#accept(door, socket))
      this.#servers.push(server)
      await new Promise<void>((resolve, reject) => {
        server.once('error', (cause: Error) => {
          reject(new Fault('misconfigured', `can't listen on ${listener.address} port ${listener.port}`, cause))
        })
        const { fd, address: host, port } = listener
        server.listen(fd === undefined ? { host, port, backlog } : { fd, backlog }, () => {
          server.removeAllListeners('error')
          server.on('error', (error: Error) => this.#terms.surroundings.log.error('acceptFailed', error))
          resolve()
        })
      }).catch(async (fault: unknown) => {
        await this[Symbol.asyncDispose]()
        throw fault
      })
    }
  }

  /** New connections and new STARTTLS get the new material; the others go on as they are. */
  renewTls(tls: TlsMaterial): void {
    this.#secureContext = secureContextOf(tls)
  }

  renewHttpsTls(tls: TlsMaterial): void {
    this.#httpsContext = secureContextOf(tls)
  }

  /** Where each listener listens, in their order; differs from what was asked only for port 0. */
  get ports(): readonly number[] {
    return this.#servers.map((server) => {
      const bound = server.address()
      return bound !== null && typeof bound === 'object' ? bound.port : 0
    })
  }

  get connections(): number {
    return this.#connections.size + this.#web.connections
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweeper)
    for (const server of this.#servers) if (server.listening) server.close()
    this.#lodgings.leaving()
    this.#web.leave()
    for (const connection of this.#connections) connection.leave()
    for (let waitedMs = 0; waitedMs < closingMs && this.connections > 0; waitedMs += closingLookMs) {
      await new Promise((resolve) => setTimeout(resolve, closingLookMs))
    }
    for (const connection of this.#connections) connection.destroy()
    this.#web[Symbol.dispose]()
    this.#lodgings[Symbol.dispose]()
  }

  #connectionTerms(protocol: SessionProtocol): ConnectionTerms {
    const { policy } = this.#surroundings
    const Session = sessions[protocol]
    return {
      protocol,
      idleMs: protocol === 'smtp' ? policy.smtpIdleMs : policy.preloginIdleMs,
      lingerMs: policy.lingerMs,
      now: this.#terms.now,
      open: (connection) => new Session(connection, this.#surroundings),
      onClosed: (connection) => {
        this.#connections.delete(connection)
        this.#admission.release(connection.peer.address)
      },
      secureContext: () => this.#secureContext,
      onTlsFailed: ({ peer }, code) => {
        this.#surroundings.meter.count('gate_refusals_total', 1, { why: 'tlsFailed' })
        this.#surroundings.log.debug('tlsFailed', { peer: peer.address, protocol, code })
      },
    }
  }

  #accept(door: Door, socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '')
    socket.on('error', () => socket.destroy())
    if (address === '') {
      socket.destroy()
      return
    }
    const own: Peer = { address, port: socket.remotePort ?? 0 }
    if (!this.#routers.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) {
      this.#admit(door, socket, own)
      return
    }
    if (this.#routersWaiting >= this.#terms.surroundings.limits.connectionsMax) {
      socket.destroy()
      return
    }
    this.#routersWaiting += 1
    proxiedPeer(socket, own, this.#terms.surroundings.policy.proxyHeaderMs, (peer) => {
      this.#routersWaiting -= 1
      if (peer !== undefined) this.#admit(door, socket, peer)
      else {
        this.#terms.surroundings.meter.count('gate_refusals_total', 1, { why: 'proxyHeader' })
        socket.destroy()
      }
    })
  }

  #admit({ listener, terms }: Door, socket: Socket, peer: Peer): void {
    const { protocol, implicitTls } = listener
    const { meter, log, peers } = this.#surroundings
    if (!this.#admission.admit(peer.address)) {
      meter.count('gate_refusals_total', 1, { why: 'tooManyConnections' })
      if (implicitTls) socket.destroy()
      else socket.end(tooMany[protocol], () => socket.destroy())
      return
    }
    if (protocol === 'smtp' && !peers.connects(peer.address)) {
      meter.count('gate_refusals_total', 1, { why: 'connectsTooFast' })
      this.#admission.release(peer.address)
      socket.end(encodeReply(mxReplies.connectsTooFast), () => socket.destroy())
      return
    }
    meter.count('gate_connections_total', 1, { protocol })
    log.debug('connection', { protocol, peer: peer.address })
    if (terms === undefined) {
      const secureContext = implicitTls ? this.#httpsContext ?? this.#secureContext : undefined
      this.#web.take(socket, peer, secureContext, () => this.#admission.release(peer.address))
      return
    }
    const connection = new Connection(socket, peer, terms)
    this.#connections.add(connection)
    connection.serve(implicitTls)
  }

  /** Nobody stays for ever without having logged in. */
  #sweep(): void {
    const { policy, meter } = this.#terms.surroundings
    const now = this.#terms.now()
    for (const connection of this.#connections) {
      if (connection.loggedIn) continue
      const lifeMs = connection.terms.protocol === 'smtp' ? policy.smtpLifeMs : policy.preloginLifeMs
      const overMs = now - connection.openedAtMs - lifeMs
      if (overMs > policy.overtimeMs) connection.destroy()
      else if (overMs > 0) connection.leave()
    }
    meter.gauge('gate_connections', this.connections)
  }
}
