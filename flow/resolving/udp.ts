/**
 * One question by UDP: a socket and so a port of its own that the system draws, bound to the server, so that nothing
 * from elsewhere is even read.
 */
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Message } from '@bulkhead/wire/dns/message.ts'
import { answerTo, type Inquiry } from './exchange.ts'
import { strangersMax } from './limits.ts'
import type { DnsServer } from './server.ts'

/** `doubtful`: packets came that were no answer to this, too many to be an accident. */
export const askByUdp = (server: DnsServer, inquiry: Inquiry, waitMs: number): Promise<Message | 'silent' | 'doubtful'> =>
  new Promise((resolve) => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
    let strangers = 0
    let settled = false
    const settle = (outcome: Message | 'silent' | 'doubtful'): void => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      socket.close()
      resolve(outcome)
    }
    const timer = setTimeout(() => settle('silent'), waitMs)
    socket.on('error', () => settle('silent'))
    socket.on('message', (bytes) => {
      const message = answerTo(inquiry, bytes)
      if (message !== undefined) settle(message)
      else if ((strangers += 1) >= strangersMax) settle('doubtful')
    })
    socket.connect(server.port, server.address, () => {
      if (!settled) socket.send(inquiry.bytes)
    })
  })
