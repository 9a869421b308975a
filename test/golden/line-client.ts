/** A client over any duplex stream that reads lines. */
import type { Duplex } from 'node:stream'
import { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { deflated } from '@bulkhead/front/imap/deflated.ts'
import type { Client } from './world.ts'

/** Longer than a busy machine takes for anything; only a failing test waits so long. */
const waitMs = 20_000

export const lineClient = (socket: Duplex): Client => {
  let held: Buffer = Buffer.alloc(0)
  let hasEnded = false
  let stream = socket
  let wake: (() => void) | undefined
  const awaken = (): void => {
    wake?.()
    wake = undefined
  }
  const take = (chunk: Buffer): void => {
    held = Buffer.concat([held, chunk])
    awaken()
  }
  socket.on('data', take)
  const noticeEnd = (of: Duplex): void => {
    for (const event of ['end', 'close', 'error']) {
      of.on(event, () => {
        hasEnded ||= of === stream
        awaken()
      })
    }
  }
  noticeEnd(socket)

  const more = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing came; held ${JSON.stringify(held.toString())}`)), waitMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  return {
    send: (bytes) => void stream.write(bytes),
    compress() {
      socket.off('data', take)
      stream = deflated(socket, held, () => awaken())
      held = Buffer.alloc(0)
      noticeEnd(stream)
      stream.on('data', take)
    },
    secure() {
      if (!(socket instanceof Socket)) throw new Error('TLS needs a socket')
      socket.off('data', take)
      stream = connectTls({ socket, rejectUnauthorized: false })
      noticeEnd(stream)
      stream.on('data', take)
    },
    async line() {
      for (;;) {
        const lineEnd = held.indexOf('\r\n')
        if (lineEnd >= 0) {
          const line = held.toString('utf8', 0, lineEnd)
          held = held.subarray(lineEnd + 2)
          return line
        }
        if (hasEnded) throw new Error('the connection ended')
        await more()
      }
    },
    async close() {
      stream.resume()
      stream.end()
    },
  }
}
