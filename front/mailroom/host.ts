/**
 * Takes the gate's connections: preface, pass, account, then the protocol's session until the connection ends. Counts
 * sessions, holds nobody's key but that of accounts with an open session, and lets every session say goodbye when it stops.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { view } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { secret, wipe, type Secret } from '@bulkhead/base/secret.ts'
import { gateDoors, type HttpPreface } from '@bulkhead/door/contracts/mailroom.ts'
import type { MailLimits, SessionPolicy } from '@bulkhead/door/contracts/start.ts'
import type { MailProtocol } from '@bulkhead/door/contracts/warden.ts'
import { listenUnix } from '@bulkhead/door/server.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { SessionDirectory } from '@bulkhead/mail/ports/directory.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { gateLines } from './gate-lines.ts'
import { handBack } from './hand-back.ts'
import { parking } from './parking.ts'
import { passBook, type OpenedPass } from './passes.ts'
import { isHttp, isLine, readPreface, type Opening } from './preface.ts'
import { loginRefusals, type LoginRefusal } from './refusals.ts'
import type { Gatehouse, MailroomSession, SessionCommon } from './session.ts'
import { ticketOffice, type Picture } from './tickets.ts'
import { turns } from './turns.ts'

/** How often parked sessions that did not come back are looked for. */
const sweepMs = 60_000
/** How long sessions may take to say goodbye. */
const goodbyeMs = 2_000

/** An account held open; given back when the session ends. */
export interface HeldAccount extends AsyncDisposable {
  readonly account: MailAccount
}

export interface HostPorts {
  readonly sealing: Sealing
  /** Of this run. */
  readonly privateKey: Secret<Uint8Array>
  readonly directory: SessionDirectory
  /** Opens an account, or joins the sessions that have it open. Takes the key over. */
  openAccount(account: AccountHandle, privateKey: Secret<Buffer>, login: string): Promise<HeldAccount>
  readonly protocols: Readonly<Record<MailProtocol, MailroomSession>>
  /** Requests of the web; resolves when the connection is over. */
  web(socket: Socket, opening: Opening<HttpPreface>): Promise<void>
  readonly hostName: string
  readonly jmapUrl: string | null
  readonly limits: MailLimits
  readonly sessions: SessionPolicy
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

const countOfSessions = (meter: Meter, sessionsMax: number, perAccountMax: number) => {
  const byAccount = new Map<AccountHandle, number>()
  let all = 0
  const comeBack = (account: AccountHandle): void => {
    byAccount.set(account, (byAccount.get(account) ?? 0) + 1)
    all += 1
    meter.gauge('mailroom_sessions', all)
  }
  return {
    enter(account: AccountHandle): boolean {
      if (all >= sessionsMax || (byAccount.get(account) ?? 0) >= perAccountMax) return false
      comeBack(account)
      return true
    },
    /** A parked one had its place already. */
    comeBack,
    leave(account: AccountHandle): void {
      const its = (byAccount.get(account) ?? 1) - 1
      if (its === 0) byAccount.delete(account)
      else byAccount.set(account, its)
      all -= 1
      meter.gauge('mailroom_sessions', all)
    },
  }
}

/** The key is the account's, and the account may be used now: the pass is seconds old, the state may be newer. Never rejects. */
const entry = async ({ directory, sealing, log }: HostPorts, pass: OpenedPass): Promise<'in' | LoginRefusal> => {
  // At once: the account takes the key for its own.
  const publicKey = sealing.publicKeyOf(pass.privateKey)
  try {
    const found = await directory.accountState(pass.account)
    return found?.state === 'active' && view(found.publicKey).equals(publicKey) ? 'in' : 'notActive'
  } catch (error) {
    log.error('accountStateUnknown', error, { account: pass.account })
    return 'unavailable'
  }
}

/** Enough to keep the database busy while one is decoded. */
const opensAtOnceMax = 4

/** A session on its way in: by a pass, or by the ticket it parked with. */
interface Entrant {
  readonly opening: Opening
  readonly pass: OpenedPass
  readonly picture: Picture | null
}

export const mailroomHost = (ports: HostPorts) => {
  const passes = passBook(ports)
  const tickets = ticketOffice(ports.sealing, ports.privateKey)
  const sessions = countOfSessions(ports.meter, ports.limits.connectionsMax, ports.sessions.perAccountMax)
  const opens = turns(opensAtOnceMax)
  const stopping = new AbortController()
  const running = new Map<Socket, Promise<void>>()
  const parked = parking({ lines: () => lines, clock: ports.clock, meter: ports.meter, left: (account) => sessions.leave(account) })
  const lines = gateLines(stopping.signal, parked)
  const sweeping = setInterval(() => parked.sweep(), sweepMs)
  sweeping.unref()

  const refuse = (socket: Socket, { preface }: Opening, why: LoginRefusal): void => {
    ports.meter.count('mailroom_refused_total', 1, { protocol: preface.protocol, why })
    if (!socket.destroyed) socket.end(loginRefusals[preface.protocol][why](preface.tag))
  }

  const gatehouseOf = (socket: Socket, { preface }: Opening, pass: OpenedPass, key: Secret<Buffer>): Gatehouse | undefined => {
    const line = lines.of(preface.gate)
    if (line === undefined || socket.destroyed) return undefined
    return {
      async park(unread, picture, listens) {
        const id = parked.begin(pass.account, preface.gate, listens)
        const sealed = tickets.seal({ id, pass: { ...pass, privateKey: key }, picture })
        if (sealed === undefined) {
          parked.failed(id)
          return false
        }
        const there = await handBack(socket, line, preface.pipe, unread(), { ticket: id, sealed: sealed.toString('base64') })
        if (!there) parked.failed(id)
        else if (parked.arrived(id)) places.delete(socket)
        return true
      },
      async logInAgain(unread) {
        await handBack(socket, line, preface.pipe, unread, { ticket: 0, sealed: '' })
      },
    }
  }

  const common = (socket: Socket, { opening, pass, picture }: Entrant, key: Secret<Buffer>): SessionCommon => ({
    socket,
    firstBytes: opening.firstBytes,
    who: { account: pass.account, login: pass.login, loginIndex: pass.loginIndex },
    picture,
    parkAfterMs: ports.sessions.parkAfterMs,
    gatehouse: () => gatehouseOf(socket, opening, pass, key),
    tag: opening.preface.tag,
    helo: opening.preface.helo,
    language: opening.preface.language,
    utf8: opening.preface.utf8,
    peer: opening.preface.peer,
    tls: opening.preface.tls,
    hostName: ports.hostName,
    jmapUrl: ports.jmapUrl,
    limits: ports.limits,
    clock: ports.clock,
    log: ports.log,
    meter: ports.meter,
    stopping: lines.leaving(opening.preface.gate),
  })

  const entered = ({ pass, picture }: Entrant): void =>
    ports.meter.count(picture === null ? 'mailroom_logins_total' : 'mailroom_resumed_total', 1, { protocol: pass.protocol })

  const runSession = async (socket: Socket, entrant: Entrant): Promise<void> => {
    const { opening, pass } = entrant
    const protocol = ports.protocols[pass.protocol]
    // Kept for the ticket this session may park with; the account's own copy is the account's.
    const key = secret(Buffer.from(pass.privateKey.declassify()))
    const session = common(socket, entrant, key)
    try {
      const entering = entry(ports, pass)
      if (protocol.opens === 'later') {
        wipe(pass.privateKey.declassify())
        const enters = await entering
        if (enters !== 'in') return refuse(socket, opening, enters)
        entered(entrant)
        const openAccount = () => opens(() => ports.openAccount(pass.account, secret(Buffer.from(key.declassify())), pass.login))
        return await protocol.run({ ...session, openAccount })
      }
      // Opened meanwhile: most who come may enter.
      const held = await opens(() => ports.openAccount(pass.account, pass.privateKey, pass.login)).catch((error: unknown) => {
        ports.log.error('accountNotOpened', error, { account: pass.account })
        return undefined
      })
      const enters = await entering
      if (held === undefined || enters !== 'in') {
        await held?.[Symbol.asyncDispose]()
        return refuse(socket, opening, enters === 'in' ? 'unavailable' : enters)
      }
      entered(entrant)
      const unwatch = held.account.watch(() => parked.wake(pass.account))
      try {
        await using open = held
        await protocol.run({ ...session, account: open.account })
      } finally {
        // After the account was let go: a change that was under way is still heard by those who park.
        unwatch()
      }
    } finally {
      wipe(key.declassify())
    }
  }

  /** Sockets whose sessions count: one that parks leaves its place to its ticket. */
  const places = new Map<Socket, AccountHandle>()

  const admit = async (socket: Socket, entrant: Entrant): Promise<void> => {
    const { pass } = entrant
    places.set(socket, pass.account)
    try {
      await runSession(socket, entrant)
    } finally {
      if (places.delete(socket)) sessions.leave(pass.account)
    }
  }

  const enter = async (socket: Socket, opening: Opening): Promise<void> => {
    const { preface } = opening
    if (preface.opens === 'ticket') {
      const ticket = tickets.open(preface.pass)
      const comesBack = ticket !== undefined && ticket.pass.protocol === preface.protocol && parked.comesBack(ticket.id, preface.gate)
      if (!comesBack) return refuse(socket, opening, 'noPass')
      sessions.comeBack(ticket.pass.account)
      return admit(socket, { opening, pass: ticket.pass, picture: ticket.picture })
    }
    const pass = passes.open(preface)
    if (pass === undefined) return refuse(socket, opening, 'noPass')
    if (!sessions.enter(pass.account)) return refuse(socket, opening, 'tooManySessions')
    return admit(socket, { opening, pass, picture: null })
  }

  const serve = async (socket: Socket): Promise<void> => {
    const opening = await readPreface(socket)
    if (opening === undefined) {
      socket.destroy()
      return
    }
    if (isLine(opening)) return lines.serve(opening.preface.gate, socket, opening.firstBytes)
    if (isHttp(opening)) return ports.web(socket, opening)
    const { preface, firstBytes } = opening
    try {
      await enter(socket, { preface, firstBytes })
    } catch (error) {
      ports.log.error('sessionBroken', error, { protocol: preface.protocol })
      if (socket.writable && socket.bytesWritten === 0) refuse(socket, { preface, firstBytes }, 'unavailable')
      else socket.destroy()
    }
  }

  /** Half-closed clients still get the answers they wait for. */
  const taken = (socket: Socket): void => {
    socket.on('error', () => socket.destroy())
    const session = serve(socket).finally(() => {
      running.delete(socket)
      if (!socket.destroyed) socket.destroySoon()
    })
    running.set(socket, session)
    socket.resume()
  }
  const servers: Server[] = []
  const cutOff = (accounts: ReadonlySet<AccountHandle>): void => {
    for (const account of accounts) parked.end(account)
    for (const [socket, of] of places) if (accounts.has(of)) socket.destroy()
  }

  return {
    async listen(path: string): Promise<void> {
      for (const door of gateDoors(path)) {
        const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, taken)
        servers.push(server)
        await listenUnix(server, door)
      }
    },
    /** Journals grew: parked sessions of these accounts are called back. */
    wake(accounts: readonly AccountHandle[]): void {
      for (const account of accounts) parked.wake(account)
    },
    /** Its mail programs came in by the old one: they are cut off, and log in again with the new. */
    passwordChanged(account: AccountHandle, credential: string): void {
      passes.refuse(credential)
      cutOff(new Set([account]))
    },
    /** Ends all sessions of their mail programs. */
    cutOff,
    async [Symbol.asyncDispose](): Promise<void> {
      clearInterval(sweeping)
      for (const server of servers) server.close()
      stopping.abort()
      const late = AbortSignal.timeout(goodbyeMs)
      const tooLate = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve(), { once: true }))
      await Promise.race([Promise.allSettled(running.values()), tooLate])
      for (const socket of running.keys()) socket.destroy()
    },
  }
}
