/**
 * A client goes back to its gate (ADR 0010). The gate stops reading it and half-closes the pipe, so that the end of the
 * pipe is the end of what the client had sent; what came unread travels back with one last frame.
 */
import type { Socket } from 'node:net'
import type { Returned } from '@bulkhead/door/contracts/mailroom.ts'
import { encodeFrame } from '@bulkhead/door/frame.ts'
import type { GateLine } from './gate-lines.ts'

/** More than the pipe and the sockets of both sides hold. */
const unreadBytesMax = 700_000
/** A gate answers at once. */
const releaseMs = 10_000

/** Everything unread; undefined where the pipe broke. */
const untilEnd = (socket: Socket, unread: Buffer): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const pieces = [unread]
    let bytes = unread.length
    const settle = (rest: Buffer | undefined): void => {
      clearTimeout(timer)
      socket.off('data', onData).off('end', onEnd).off('close', onClose)
      resolve(rest)
    }
    const onData = (chunk: Buffer): void => {
      pieces.push(chunk)
      bytes += chunk.length
      if (bytes > unreadBytesMax) settle(undefined)
    }
    const onEnd = (): void => settle(Buffer.concat(pieces))
    const onClose = (): void => settle(undefined)
    const timer = setTimeout(onClose, releaseMs)
    if (socket.readableEnded) return onEnd()
    if (socket.destroyed) return onClose()
    socket.on('data', onData).on('end', onEnd).on('close', onClose)
    socket.resume()
  })

/**
 * True once the gate has the client. Everything that was written before arrives before it. In any case the pipe is over
 * afterwards.
 */
export const handBack = async (
  socket: Socket,
  line: GateLine,
  pipe: number,
  unread: Buffer,
  ticket: Omit<Returned, 'rest'>,
): Promise<boolean> => {
  line.say({ say: 'release', pipe, after: socket.bytesWritten })
  const rest = await untilEnd(socket, unread)
  if (rest === undefined || !socket.writable) {
    socket.destroy()
    return false
  }
  const returned: Returned = { ...ticket, rest: rest.toString('base64') }
  return new Promise((resolve) => {
    socket.once('close', () => resolve(socket.writableFinished))
    socket.end(encodeFrame({ ...returned }))
  })
}
