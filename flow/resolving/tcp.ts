/** One question by TCP (RFC 7766): two octets of length before each message. What does not fit a packet comes this way. */
import { connect } from 'node:net'
import { messageBytesMax, type Message } from '@bulkhead/wire/dns/message.ts'
import { answerTo, type Inquiry } from './exchange.ts'
import type { DnsServer } from './server.ts'

const lengthBytes = 2

const framed = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** `silent`: no connection, no answer in time, or something that is none. */
export const askByTcp = (server: DnsServer, inquiry: Inquiry, waitMs: number): Promise<Message | 'silent'> =>
  new Promise((resolve) => {
    const socket = connect({ host: server.address, port: server.port, noDelay: true })
    const chunks: Buffer[] = []
    let held = 0
    const settle = (outcome: Message | 'silent'): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    const timer = setTimeout(() => settle('silent'), waitMs)
    socket.on('error', () => settle('silent'))
    socket.on('close', () => settle('silent'))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      held += chunk.length
      const [first] = chunks
      if (first === undefined || held < lengthBytes) return
      const bytes = first.length < lengthBytes ? Buffer.concat(chunks) : first
      const wanted = lengthBytes + bytes.readUInt16BE(0)
      if (held > lengthBytes + messageBytesMax) settle('silent')
      else if (held >= wanted) settle(answerTo(inquiry, Buffer.concat(chunks).subarray(lengthBytes, wanted)) ?? 'silent')
    })
    socket.write(framed(inquiry.bytes))
  })
