/** Bytes as a hostile client sends them, and all that comes back. */
import { connect } from 'node:net'

export const exchange = (port: number, said: string | Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect({ host: '127.0.0.1', port }, () => void socket.write(said))
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
    })
    socket.on('close', () => resolve(heard))
    socket.on('error', (error: Error & { code?: string }) => (error.code === 'ECONNRESET' ? resolve(heard) : reject(error)))
  })

export const statuses = (heard: string): readonly number[] => [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]))
