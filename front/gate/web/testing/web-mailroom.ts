/** A mailroom's door for the web, answered by a test. */
import { createServer, type Server } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createSocketServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { frameReader } from '@bulkhead/door/frame.ts'

export type SeenPreface = Readonly<Record<string, unknown>>

export interface WebMailroom extends Disposable {
  readonly path: string
  pass(): string
  prefaceOf(socket: Duplex): SeenPreface
}

export const webMailroom = async (listen: (http: Server, room: Pick<WebMailroom, 'prefaceOf'>) => void): Promise<WebMailroom> => {
  const directory = mkdtempSync(join(tmpdir(), 'web-mailroom-'))
  const path = join(directory, 'gate')
  const prefaces = new WeakMap<Duplex, SeenPreface>()
  const prefaceOf = (socket: Duplex): SeenPreface => prefaces.get(socket) ?? {}
  const http = createServer()
  listen(http, { prefaceOf })
  const server = createSocketServer((socket) => {
    const reader = frameReader()
    const take = (chunk: Buffer): void => {
      reader.push(chunk)
      const frame = reader.next()
      if (frame === undefined) return
      socket.off('data', take)
      socket.pause()
      if (frame['protocol'] !== 'http') return
      prefaces.set(socket, frame)
      socket.unshift(reader.rest())
      http.emit('connection', socket)
      socket.resume()
    }
    socket.on('data', take)
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    path, prefaceOf,
    pass: () => 'cGFzcw==',
    [Symbol.dispose]() {
      server.close()
      http.closeAllConnections()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
