/** Finds out whether a listener really serves: it must greet, over TLS where that comes first, or answer what HTTPS is asked. */
import { connect as connectPlain } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { portsOf, type CellConfig } from '../config/config.ts'

export interface DoorReport {
  readonly cell: string
  readonly protocol: string
  readonly address: string
  readonly port: number
  readonly open: boolean
  readonly why: string
}

const greetMsMax = 5_000
const everyAddress: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

interface Greeting {
  readonly protocol: string
  readonly implicitTls: boolean
}

/** Undefined where it greets, else why not. */
const trouble = (host: string, port: number, { protocol, implicitTls: tls }: Greeting, servername: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    // Nothing secret is sent or believed here, so that the certificate may be anybody's.
    const socket = tls ? connectTls({ host, port, servername, rejectUnauthorized: false }) : connectPlain({ host, port })
    const done = (why: string | undefined): void => {
      socket.destroy()
      resolve(why)
    }
    socket.setTimeout(greetMsMax, () => done('does not greet'))
    if (protocol === 'https' || protocol === 'http') socket.write(`GET / HTTP/1.1\r\nHost: ${servername}\r\n\r\n`)
    socket.once('data', () => done(undefined))
    socket.once('error', (error) => done('code' in error ? String(error.code) : 'refused'))
    socket.once('close', () => done('closed without a greeting'))
  })

export const doorsOf = (cell: CellConfig): Promise<readonly DoorReport[]> =>
  Promise.all(portsOf(cell).map(async ({ protocol, port, implicitTls }) => {
    const why = await trouble(everyAddress[cell.address] ?? cell.address, cell.portBase + port, { protocol, implicitTls }, cell.hostName)
    return { cell: cell.id, protocol, address: cell.address, port: cell.portBase + port, open: why === undefined, why: why ?? '' }
  }))
