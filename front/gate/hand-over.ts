/**
 * From login on the gate is a pipe: the client's bytes to the mailroom and back, each side read only as fast as the other
 * takes it, half-closed as the protocols do. The gate keeps no byte of it.
 */
import { connect, type Socket } from 'node:net'
import type { Preface } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame } from '@bulkhead/door/frame.ts'
import type { MailProtocol } from '@bulkhead/door/contracts/warden.ts'
import type { Connection } from './connection.ts'
import type { Surroundings } from './surroundings.ts'

const lf = 0x0a
/** A farewell of the mailroom's own is a short write; long ones are not searched for it. */
const farewellBytesMax = 1_024

const reach = (path: string, timeoutMs: number): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true })
    const giveUp = (): void => {
      socket.destroy()
      resolve(undefined)
    }
    socket.setTimeout(timeoutMs, giveUp)
    socket.once('error', giveUp)
    socket.once('connect', () => {
      socket.off('error', giveUp).setTimeout(0)
      socket.removeAllListeners('timeout')
      resolve(socket)
    })
  })

/** Passes `from` on to `to`, at `to`'s pace, and its end too. */
const pump = (from: Socket, to: Socket, seen: ((chunk: Buffer) => void) | undefined): void => {
  from.on('data', (chunk: Buffer) => {
    seen?.(chunk)
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
}

/** What IMAP clients are told when their mailroom goes without a word (RFC 3501 section 7.1.5). */
const lastWords = 'BYE [UNAVAILABLE] Session lost, log in again'

/** Where the mailroom's stream stands, so that a farewell is only put between lines and only where there was none. */
const watchFarewell = () => {
  let betweenLines = true
  let saidBye = false
  return {
    see(chunk: Buffer): void {
      betweenLines = chunk[chunk.length - 1] === lf
      saidBye = chunk.length <= farewellBytesMax && chunk.includes('* BYE')
    },
    missing: (): boolean => betweenLines && !saidBye,
  }
}

const join = (client: Socket, mailroom: Socket, protocol: MailProtocol, policy: Surroundings['policy']): void => {
  const farewell = protocol === 'imap' ? watchFarewell() : undefined
  let clientEnded = false
  let mailroomEnded = false
  const mailroomGone = (): void => {
    if (mailroomEnded) return
    mailroomEnded = true
    if (client.writable && !clientEnded && farewell?.missing() === true) client.write(`* ${lastWords}\r\n`)
    client.end()
    client.setTimeout(policy.lingerMs)
    client.resume()
  }
  pump(client, mailroom, undefined)
  pump(mailroom, client, farewell?.see)
  const clientDone = (): void => {
    clientEnded = true
    mailroom.end()
  }
  if (client.readableEnded) clientDone()
  else client.on('end', clientDone)
  client.on('close', () => mailroom.destroy())
  client.on('timeout', () => client.destroy())
  client.setTimeout(policy.pipedIdleMs)
  mailroom.on('end', mailroomGone)
  mailroom.on('error', mailroomGone)
  mailroom.on('close', mailroomGone)
  client.resume()
}

/** False where the mailroom can't be reached: the client is still the session's. */
export const handOver = async (
  connection: Connection,
  path: string,
  preface: Preface,
  rest: () => Buffer,
  { policy, log }: Surroundings,
): Promise<boolean> => {
  const mailroom = await reach(path, policy.mailroomConnectMs)
  if (mailroom === undefined || connection.closing) {
    mailroom?.destroy()
    if (mailroom === undefined) log.warn('mailroomAway', { protocol: preface.protocol })
    return false
  }
  mailroom.cork()
  mailroom.write(encodeFrame({ ...preface }))
  const early = rest()
  if (early.length > 0) mailroom.write(early)
  mailroom.uncork()
  // The mailroom takes our half-close for the client's: it answers what it was asked and goes.
  const client = connection.handOver(() => mailroom.end())
  join(client, mailroom, preface.protocol, policy)
  return true
}
