/** A DNS server on loopback, UDP and TCP on one port, that says what a test wants, lies included. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server } from 'node:net'
import { dnsTypes, type DnsType } from '@bulkhead/door/contracts/scout.ts'
import { encodeMessage, parseMessage, type Message, type ResourceRecord } from '@bulkhead/wire/dns/message.ts'
import { typeNamed, type Data } from '@bulkhead/wire/dns/records.ts'
import type { DnsServer } from '../resolving/server.ts'
import { zoneDns, type Zone } from './zone.ts'

export interface Asked {
  readonly by: 'udp' | 'tcp'
  readonly message: Message
  readonly bytes: Buffer
}

/** The packets that come back; none is silence. */
export type React = (asked: Asked) => readonly Buffer[] | Promise<readonly Buffer[]>

export interface TinyDns extends AsyncDisposable {
  readonly server: DnsServer
  /** `udp MX example.org` */
  readonly asked: string[]
}

type Said = Partial<Pick<Message, 'answers' | 'authorities' | 'question'>> & { readonly header?: Partial<Message['header']> }

/** An answer to what was asked, with AD, changed as `said` says. */
export const reply = ({ message }: Asked, said: Said): Buffer => {
  const header = { ...message.header, isResponse: true, recursionAvailable: true, authenticData: true, ...said.header }
  const bytes = encodeMessage({ header, question: said.question ?? message.question, answers: said.answers ?? [], authorities: said.authorities ?? [] })
  if (bytes === undefined) throw new TypeError('the test says what has no wire form')
  return bytes
}

/** One record of a name, for five minutes. */
export const record = (name: string, data: Data, ttlSeconds = 300): ResourceRecord => ({ name, ttlSeconds, data })

/** The SOA that an absence comes with. */
export const soaOf = (zone: string, minimumSeconds = 300): ResourceRecord =>
  record(zone, { type: 'SOA', value: { primary: `ns.${zone}`, mailbox: `hostmaster.${zone}`, serial: 1, minimumSeconds } })

/** Answers as a recursive resolver does that validated what the table calls secure. */
export const fromZone = (zone: Zone): React => {
  const table = zoneDns(zone)
  const aliasesOf = async (name: string, last: string, found: readonly ResourceRecord[]): Promise<readonly ResourceRecord[]> => {
    const alias = name === last ? undefined : await table.query(name, 'CNAME')
    const next = alias?.is === 'found' ? alias.records[0] : undefined
    return next === undefined || found.length > 20 ? found : aliasesOf(next, last, [...found, record(name, { type: 'CNAME', value: next })])
  }
  return async (asked) => {
    const { question } = asked.message
    const type = typeNamed(question.type)
    if (type === undefined || !dnsTypes.includes(type)) return [reply(asked, { header: { responseCode: 4 } })]
    const answer = await table.query(question.name, type)
    if (answer.is === 'away') return [reply(asked, { header: { responseCode: 2, authenticData: false } })]
    const header = { authenticData: answer.secure, responseCode: answer.is === 'noSuchName' ? 3 : 0 }
    if (answer.is !== 'found') return [reply(asked, { header, authorities: [soaOf('')] })]
    const values = answer.records.map((value) => record(answer.name, { type, value } as Data))
    return [reply(asked, { header, answers: [...(await aliasesOf(question.name, answer.name, [])), ...values] })]
  }
}

const listenTcp = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })

const listenUdp = (socket: UdpSocket): Promise<number> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port))
  })

/** A port that is free for both; a stranger may have the one of TCP. */
const listen = async (udpOf: () => UdpSocket, tcp: Server): Promise<{ readonly udp: UdpSocket; readonly port: number }> => {
  for (let tries = 0; ; tries += 1) {
    const udp = udpOf()
    const port = await listenUdp(udp)
    try {
      await listenTcp(tcp, port)
      return { udp, port }
    } catch (error) {
      udp.close()
      if (tries > 10) throw error
    }
  }
}

export const tinyDns = async (react: React): Promise<TinyDns> => {
  const asked: string[] = []
  const hear = async (by: Asked['by'], bytes: Buffer): Promise<readonly Buffer[]> => {
    const message = parseMessage(bytes)
    if (message === undefined) return []
    asked.push(`${by} ${typeNamed(message.question.type) as DnsType} ${message.question.name}`)
    return react({ by, message, bytes })
  }
  const tcp = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', (chunk: Buffer) => {
      void hear('tcp', chunk.subarray(2)).then((packets) => {
        for (const packet of packets) {
          const length = Buffer.alloc(2)
          length.writeUInt16BE(packet.length)
          socket.write(Buffer.concat([length, packet]))
        }
      })
    })
  })
  const udpOf = (): UdpSocket => {
    const socket = createSocket('udp4')
    socket.on('message', (bytes, from) => {
      void hear('udp', bytes).then((packets) => {
        for (const packet of packets) socket.send(packet, from.port, from.address)
      })
    })
    return socket
  }
  const { udp, port } = await listen(udpOf, tcp)
  return {
    server: { address: '127.0.0.1', port, trusted: true },
    asked,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => udp.close(() => resolve()))
      tcp.close()
    },
  }
}
