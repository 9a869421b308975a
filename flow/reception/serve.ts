/** Serves the doors of intake: one Unix socket per caller, which says who asks. */
import { createServer, type Server, type Socket } from 'node:net'
import { listenUnix, type ServedDoor } from '@bulkhead/door/server.ts'
import { Connection, type Reception } from './connection.ts'
import type { ReceptionCaller } from './session.ts'

/** Connections of one caller; it limits its own clients, so more means that something is wrong. */
export const connectionsPerCallerMax = 20_000
/** How long a stop waits for messages under way. */
const stopGraceMs = 3_000
const stopPollMs = 20

export const serveReception = async (doors: readonly ServedDoor<ReceptionCaller>[], reception: Reception): Promise<AsyncDisposable> => {
  const open = new Map<Socket, Connection>()
  const servers: Server[] = []
  for (const { caller, path } of doors) {
    const server = createServer((socket) => {
      const connection = new Connection(socket, caller, reception)
      open.set(socket, connection)
      socket.once('close', () => open.delete(socket))
      socket.on('error', () => socket.destroy())
      connection.serve().catch((error: unknown) => {
        reception.log.error('connectionFailed', error, { caller })
        socket.destroy()
      })
    })
    server.maxConnections = connectionsPerCallerMax
    await listenUnix(server, path)
    servers.push(server)
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const server of servers) server.close()
      for (const connection of open.values()) connection.stop()
      const graceOverMs = Date.now() + stopGraceMs
      while (open.size > 0 && Date.now() < graceOverMs) await new Promise((resolve) => setTimeout(resolve, stopPollMs))
      for (const socket of open.keys()) socket.destroy()
    },
  }
}
