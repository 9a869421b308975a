/** The way to a mailroom: a socket, the preface, and from then on a pipe. */
import { connect, type Socket } from 'node:net'
import type { Preface } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame } from '@bulkhead/door/frame.ts'
import type { Connection } from './connection.ts'
import { Pipe } from './pipe.ts'
import type { Surroundings } from './surroundings.ts'

/** Undefined where nobody answers there. */
export const reach = (path: string, timeoutMs: number): Promise<Socket | undefined> =>
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

/** `rest`: what the client has sent already, taken when the mailroom is there. False where it can't be reached: the client is still the session's. */
export const handOver = async (
  connection: Connection,
  path: string,
  preface: Omit<Preface, 'gate' | 'pipe'>,
  rest: () => Buffer,
  { policy, log, lodgings }: Pick<Surroundings, 'policy' | 'log' | 'lodgings'>,
): Promise<boolean> => {
  const mailroom = await reach(path, policy.mailroomConnectMs)
  if (mailroom === undefined || connection.closing) {
    mailroom?.destroy()
    if (mailroom === undefined) log.warn('mailroomAway', { protocol: preface.protocol })
    return false
  }
  const pipe = new Pipe(connection, mailroom, { path, protocol: preface.protocol, policy, lodgings })
  const whole: Preface = { ...preface, gate: lodgings.name, pipe: lodgings.enter(pipe) }
  mailroom.cork()
  mailroom.write(encodeFrame({ ...whole }))
  const early = rest()
  if (early.length > 0) mailroom.write(early)
  mailroom.uncork()
  pipe.begin()
  return true
}
