/** A server on loopback that does with each connection whatever the test says; for peers that no script of SMTP describes. */
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface RawPeer extends AsyncDisposable {
  readonly port: number
  /** All that came in, of all connections. */
  heard(): string
  connections(): number
}

export const rawPeer = async (meet: (socket: Socket) => void): Promise<RawPeer> => {
  const sockets = new Set<Socket>()
  const heard: string[] = []
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => heard.push(chunk.toString('latin1')))
    meet(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard.join(''),
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
