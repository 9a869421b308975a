/**
 * Logging in: credentials go to the warden, and what comes back is a pass the gate can carry but not open. The password
 * is wiped whatever happens; the client learns nothing but yes, no, or later.
 */
import { base64 } from '@bulkhead/base/bytes.ts'
import { wipe } from '@bulkhead/base/secret.ts'
import type { MailProtocol } from '@bulkhead/door/contracts/warden.ts'
import type { Credentials } from '@bulkhead/wire/sasl/server.ts'
import type { Connection } from './connection.ts'
import { handOver } from './hand-over.ts'
import type { Surroundings } from './surroundings.ts'

/** `in`: the connection is no longer ours. */
export type LoginOutcome = 'in' | 'wrong' | 'away'

export interface LoginAttempt {
  readonly protocol: MailProtocol
  readonly credentials: Credentials
  /** IMAP's tag, else empty. */
  readonly tag: string
  /** The submission client's name, else empty. */
  readonly helo: string
  /** What the POP3 client chose by LANG, else empty. */
  readonly language?: string
  /** The POP3 client said UTF8. */
  readonly utf8?: boolean
  /** What the client sent after its login command. */
  readonly rest: () => Buffer
}

/** Logins under way in this process: hashing is the warden's, but the queue for it would be ours. */
let underWay = 0

/** Where the pass leads, or why there is none. */
const passFor = async (
  connection: Connection,
  { protocol, credentials }: LoginAttempt,
  { warden, mailrooms, log }: Surroundings,
): Promise<{ pass: string; path: string } | 'wrong' | 'away'> => {
  try {
    const reply = await warden.ask('authenticate', {
      protocol,
      login: credentials.login,
      password: base64(credentials.password),
      peer: connection.peer.address,
      tls: connection.secure,
    })
    if (reply.is === 'refused') return reply.refusal === 'overBudget' ? 'away' : 'wrong'
    const { pass, mailroom } = reply.answer
    const path = mailrooms().find(({ name }) => name === mailroom)?.path ?? ''
    if (path !== '') return { pass, path }
    log.warn('mailroomUnknown', { mailroom })
    return 'away'
  } catch (error) {
    log.error('wardenAway', error, { protocol })
    return 'away'
  }
}

/** Never rejects. While it runs the client must not be read from. */
export const logIn = async (
  connection: Connection,
  attempt: LoginAttempt,
  surroundings: Surroundings,
): Promise<LoginOutcome> => {
  const { policy, meter, log } = surroundings
  const { protocol, tag, helo, credentials, language = '', utf8 = false } = attempt
  const outcome = async (): Promise<LoginOutcome> => {
    if (underWay >= policy.loginsAtOnceMax) return 'away'
    underWay += 1
    try {
      const granted = await passFor(connection, attempt, surroundings)
      if (typeof granted === 'string') return granted
      if (connection.closing) return 'away'
      const preface = { protocol, opens: 'pass', pass: granted.pass, tag, helo, language, utf8, peer: connection.peer.address, tls: connection.secure } as const
      return (await handOver(connection, granted.path, preface, attempt.rest, surroundings)) ? 'in' : 'away'
    } finally {
      underWay -= 1
      wipe(credentials.password)
    }
  }
  const result = await outcome()
  meter.count('gate_logins_total', 1, { protocol, outcome: result })
  log.info('login', { protocol, outcome: result, peer: connection.peer.address, tls: connection.secure })
  return result
}

const loopbackPattern = /^(?:127\.|::1$|0:0:0:0:0:0:0:1$)/

/** A password may be said here: under TLS, or where nobody can listen. */
export const mayLogIn = (connection: Connection, { plainLoginOnLoopback }: Surroundings): boolean =>
  connection.secure || (plainLoginOnLoopback && loopbackPattern.test(connection.peer.address))

/** Each failure is answered later than the one before. */
export const failureDelay = (failures: number, { policy }: Surroundings): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, failures * policy.loginFailureDelayMs).unref()
  })
