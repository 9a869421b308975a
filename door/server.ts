/**
 * Serves a door. There is one Unix socket per caller, in a directory only that caller's OS account may search: the
 * socket a frame comes by says who asks, and nothing in the frame can.
 */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Log } from '@bulkhead/base/log.ts'
import { encodeFrame, FrameRefused, frameReader, type Frame } from './frame.ts'
import type { Handlers, Verbs } from './verbs.ts'

export interface ServedDoor<Caller extends string = string> {
  readonly caller: Caller
  readonly path: string
}

/** Requests of one connection that may be under way at once; a caller that sends more is not read until some end. */
const inFlightMax = 256

/** Listens on a Unix socket that replaces a stale one; readable and writable, so that its directory alone decides. */
export const listenUnix = async (server: Server, path: string): Promise<void> => {
  rmSync(path, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
  chmodSync(path, 0o666)
}

const outcome = async <C extends Verbs, Caller extends string>(
  handlers: Handlers<C, Caller>,
  caller: Caller,
  frame: Frame,
  log: Log,
): Promise<Frame> => {
  const { id, verb } = frame
  if (typeof verb !== 'string' || !Object.hasOwn(handlers, verb)) return { id, is: 'fault', code: 'misconfigured' }
  try {
    const handler = handlers[verb as keyof C]
    return { id, ...(await handler(frame, caller)) }
  } catch (error) {
    log.error('doorFault', error, { verb, caller })
    return { id, is: 'fault', code: error instanceof Fault ? error.code : 'overloaded' }
  }
}

const serveConnection = <C extends Verbs, Caller extends string>(
  socket: Socket,
  handlers: Handlers<C, Caller>,
  caller: Caller,
  log: Log,
): void => {
  const reader = frameReader()
  let inFlight = 0
  const drain = (): void => {
    for (;;) {
      if (inFlight >= inFlightMax) {
        socket.pause()
        return
      }
      const frame = reader.next()
      if (frame === undefined) return
      inFlight += 1
      void outcome(handlers, caller, frame, log).then((reply) => {
        inFlight -= 1
        if (!socket.destroyed) socket.write(encodeFrame(reply))
        if (socket.isPaused()) socket.resume()
        guard(drain)
      })
    }
  }
  const guard = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      log.warn('doorBroken', { caller, reason: error instanceof FrameRefused ? error.message : 'unexpected' })
      socket.destroy()
    }
  }
  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk)
    guard(drain)
  })
  socket.on('error', () => socket.destroy())
}

export const serveDoor = async <C extends Verbs, Caller extends string>(
  doors: readonly ServedDoor<Caller>[],
  handlers: Handlers<C, Caller>,
  log: Log,
): Promise<AsyncDisposable> => {
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  for (const { caller, path } of doors) {
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      serveConnection(socket, handlers, caller, log)
    })
    await listenUnix(server, path)
    servers.push(server)
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
