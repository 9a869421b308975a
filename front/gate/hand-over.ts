/** The way to a mailroom: a socket, the preface, and from then on a pipe. */
import { connect, type Socket } from 'node:net'
import { gateDoors, type Preface } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame } from '@bulkhead/door/frame.ts'
import type { Connection } from './connection.ts'
import { Pipe } from './pipe.ts'
import type { Surroundings } from './surroundings.ts'

/** `refused` where nobody listens there, `silent` where nobody answers in time. */
const knockAt = (path: string, timeoutMs: number): Promise<Socket | 'refused' | 'silent'> =>
  new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true })
    const giveUp = (why: 'refused' | 'silent') => (): void => {
      socket.destroy()
      resolve(why)
    }
    const refused = giveUp('refused')
    socket.setTimeout(timeoutMs, giveUp('silent'))
    socket.once('error', refused)
    socket.once('connect', () => {
      socket.off('error', refused).setTimeout(0)
      socket.removeAllListeners('timeout')
      resolve(socket)
    })
  })

let reached = 0

/** At one of the mailroom's doors, each in turn. Undefined where nobody answers. */
export const reach = async (path: string, timeoutMs: number): Promise<Socket | undefined> => {
  const doors = gateDoors(path)
  const door = doors[(reached += 1) % doors.length] ?? path
  const socket = await knockAt(door, timeoutMs)
  // A mailroom that only just opens, or closes, may not have them all.
  const main = socket === 'refused' && door !== path ? await knockAt(path, timeoutMs) : socket
  return typeof main === 'string' ? undefined : main
}

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
