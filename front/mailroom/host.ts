/**
 * Takes the gate's connections: preface, pass, account, then the protocol's session until the connection ends. Counts
 * sessions, holds nobody's key but that of accounts with an open session, and lets every session say goodbye when it stops.
 */
import { createServer, type Socket } from 'node:net'
import { view } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { wipe, type Secret } from '@bulkhead/base/secret.ts'
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import type { MailProtocol } from '@bulkhead/door/contracts/warden.ts'
import { listenUnix } from '@bulkhead/door/server.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import type { SessionDirectory } from '@bulkhead/mail/ports/directory.ts'
import type { Sealing } from '@bulkhead/seal/sealing.ts'
import { passBook, type OpenedPass } from './passes.ts'
import { readPreface, type Opening } from './preface.ts'
import { loginRefusals, type LoginRefusal } from './refusals.ts'
import type { MailroomSession, SessionCommon } from './session.ts'

/** Sessions of one account: mail programs of a family, with several connections each. */
const sessionsPerAccountMax = 50
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
  openAccount(account: AccountHandle, privateKey: Secret<Buffer>): Promise<HeldAccount>
  readonly protocols: Readonly<Record<MailProtocol, MailroomSession>>
  readonly hostName: string
  readonly limits: MailLimits
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

const countOfSessions = (meter: Meter, sessionsMax: number) => {
  const byAccount = new Map<AccountHandle, number>()
  let all = 0
  return {
    enter(account: AccountHandle): boolean {
      const its = byAccount.get(account) ?? 0
      if (all >= sessionsMax || its >= sessionsPerAccountMax) return false
      byAccount.set(account, its + 1)
      all += 1
      meter.gauge('mailroom_sessions', all)
      return true
    },
    leave(account: AccountHandle): void {
      const its = (byAccount.get(account) ?? 1) - 1
      if (its === 0) byAccount.delete(account)
      else byAccount.set(account, its)
      all -= 1
      meter.gauge('mailroom_sessions', all)
    },
  }
}

/** The key is the account's, and the account may be used now: the pass is seconds old, the state may be newer. */
const mayEnter = async ({ directory, sealing }: HostPorts, pass: OpenedPass): Promise<boolean> => {
  const found = await directory.accountState(pass.account)
  return found?.state === 'active' && view(found.publicKey).equals(sealing.publicKeyOf(pass.privateKey))
}

export const mailroomHost = (ports: HostPorts) => {
  const passes = passBook(ports)
  const sessions = countOfSessions(ports.meter, ports.limits.connectionsMax)
  const stopping = new AbortController()
  const running = new Map<Socket, Promise<void>>()

  const refuse = (socket: Socket, { preface }: Opening, why: LoginRefusal): void => {
    ports.meter.count('mailroom_refused_total', 1, { protocol: preface.protocol, why })
    if (!socket.destroyed) socket.end(loginRefusals[preface.protocol][why](preface.tag))
  }

  const common = (socket: Socket, { preface, firstBytes }: Opening, pass: OpenedPass): SessionCommon => ({
    socket,
    firstBytes,
    who: { account: pass.account, login: pass.login, loginIndex: pass.loginIndex },
    tag: preface.tag,
    helo: preface.helo,
    peer: preface.peer,
    tls: preface.tls,
    hostName: ports.hostName,
    limits: ports.limits,
    clock: ports.clock,
    log: ports.log,
    meter: ports.meter,
    stopping: stopping.signal,
  })

  const runSession = async (socket: Socket, opening: Opening, pass: OpenedPass): Promise<void> => {
    const protocol = ports.protocols[pass.protocol]
    const session = common(socket, opening, pass)
    if (protocol.opens === 'nothing') {
      wipe(pass.privateKey.declassify())
      return protocol.run(session)
    }
    const held = await ports.openAccount(pass.account, pass.privateKey).catch((error: unknown) => {
      ports.log.error('accountNotOpened', error, { account: pass.account })
      return undefined
    })
    if (held === undefined) return refuse(socket, opening, 'unavailable')
    await using open = held
    await protocol.run({ ...session, account: open.account })
  }

  const admit = async (socket: Socket, opening: Opening): Promise<void> => {
    const pass = passes.open(opening.preface)
    if (pass === undefined) return refuse(socket, opening, 'noPass')
    if (!sessions.enter(pass.account)) return refuse(socket, opening, 'tooManySessions')
    try {
      if (!(await mayEnter(ports, pass))) return refuse(socket, opening, 'notActive')
      ports.meter.count('mailroom_logins_total', 1, { protocol: pass.protocol })
      await runSession(socket, opening, pass)
    } finally {
      sessions.leave(pass.account)
    }
  }

  const serve = async (socket: Socket): Promise<void> => {
    const opening = await readPreface(socket)
    if (opening === undefined) {
      socket.destroy()
      return
    }
    try {
      await admit(socket, opening)
    } catch (error) {
      ports.log.error('sessionBroken', error, { protocol: opening.preface.protocol })
      if (socket.writable && socket.bytesWritten === 0) refuse(socket, opening, 'unavailable')
      else socket.destroy()
    }
  }

  /** Half-closed clients still get the answers they wait for. */
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    const session = serve(socket).finally(() => {
      running.delete(socket)
      if (!socket.destroyed) socket.destroySoon()
    })
    running.set(socket, session)
    socket.resume()
  })

  return {
    listen: (path: string): Promise<void> => listenUnix(server, path),
    async [Symbol.asyncDispose](): Promise<void> {
      server.close()
      stopping.abort()
      const late = AbortSignal.timeout(goodbyeMs)
      const tooLate = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve(), { once: true }))
      await Promise.race([Promise.allSettled(running.values()), tooLate])
      for (const socket of running.keys()) socket.destroy()
    },
  }
}
