/**
 * Connections: to a host's addresses one after the other, the next begun when one fails or keeps silent for a moment (RFC
 * 8305 section 5), and which family of addresses worked for a host last.
 */
import { connect as connectTcp, isIPv6, type Socket } from 'node:net'
import { ConversationOver } from './conversation.ts'
import { familiesHeldMax, nextAddressAfterMs } from './limits.ts'

const isLoopback = (address: string): boolean =>
  address.startsWith('127.') || address === '::1' || /^::ffff:127\./i.test(address)
const isNowhere = (address: string): boolean =>
  address.startsWith('0.') || address === '::' || address.startsWith('169.254.') || /^fe[89ab]/i.test(address)

/** What DNS says may not lead to services of this very machine; what the operator says may. */
export const mayReach = (address: string, from: 'route' | 'dns', localOnly: boolean): boolean => {
  if (localOnly) return isLoopback(address)
  return from === 'route' || !(isLoopback(address) || isNowhere(address))
}

/** Addresses of ours to speak from; a family without one is not used. */
export interface Source {
  readonly v4: string | null
  readonly v6: string | null
}

export const sourceFor = (source: Source | null, address: string): string | null => {
  if (source === null) return null
  return isIPv6(address) ? source.v6 : source.v4
}

export const mayLeave = (source: Source | null, address: string): boolean => source === null || sourceFor(source, address) !== null

/** Which family answered for a host, so that it is tried first; forgets the oldest. */
export interface Families {
  ordered(host: string, addresses: readonly string[]): readonly string[]
  answered(host: string, address: string): void
}

export const families = (): Families => {
  const wide = new Map<string, boolean>()
  return {
    ordered(host, addresses) {
      const six = wide.get(host)
      if (six === undefined) return addresses
      return [...addresses.filter((address) => isIPv6(address) === six), ...addresses.filter((address) => isIPv6(address) !== six)]
    },
    answered(host, address) {
      wide.delete(host)
      wide.set(host, isIPv6(address))
      const [oldest] = wide.keys()
      if (wide.size > familiesHeldMax && oldest !== undefined) wide.delete(oldest)
    },
  }
}

const reasonOf = (error: Error): string => `no connection: ${'code' in error ? String(error.code) : error.name}`
const ignore = (): void => {}

export type Dialled =
  | { readonly is: 'connected'; readonly socket: Socket; readonly address: string; readonly lost: readonly string[] }
  | { readonly is: 'unreachable'; readonly reason: string }

interface Dialling {
  readonly addresses: readonly string[]
  readonly port: number
  readonly source: Source | null
  readonly timeoutMs: number
}

/** The first of `addresses` that takes the connection; those that refused before are `lost`, the others may be tried yet. */
export const dialAny = ({ addresses, port, source, timeoutMs }: Dialling): Promise<Dialled> =>
  new Promise((resolve) => {
    const trying = new Set<Socket>()
    const lost: string[] = []
    let next = 0
    let stagger: NodeJS.Timeout | undefined

    const letGo = (socket: Socket): void => {
      trying.delete(socket)
      socket.removeAllListeners()
      socket.setTimeout(0)
      socket.on('error', ignore)
    }
    const begin = (): void => {
      clearTimeout(stagger)
      const address = addresses[next]
      if (address === undefined) {
        if (trying.size === 0) resolve({ is: 'unreachable', reason: 'no address to speak to' })
        return
      }
      next += 1
      const localAddress = sourceFor(source, address)
      const socket = connectTcp({ host: address, port, ...(localAddress === null ? {} : { localAddress }) })
      const fail = (reason: string): void => {
        letGo(socket)
        socket.destroy()
        lost.push(address)
        if (next < addresses.length) begin()
        else if (trying.size === 0) resolve({ is: 'unreachable', reason })
      }
      trying.add(socket)
      socket.setTimeout(timeoutMs, () => fail('no answer to the connection'))
      socket.once('error', (error) => fail(reasonOf(error)))
      socket.once('connect', () => {
        clearTimeout(stagger)
        letGo(socket)
        for (const other of trying) {
          letGo(other)
          other.destroy()
        }
        next = addresses.length
        socket.setNoDelay(true)
        resolve({ is: 'connected', socket, address, lost })
      })
      if (next < addresses.length) stagger = setTimeout(begin, nextAddressAfterMs)
    }
    begin()
  })

/** To a Unix socket of ours. */
export const dialPath = (path: string, timeoutMs: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectTcp({ path })
    const fail = (reason: string): void => {
      socket.destroy()
      reject(new ConversationOver(reason))
    }
    socket.setTimeout(timeoutMs, () => fail('no answer to the connection'))
    socket.once('error', (error) => fail(reasonOf(error)))
    socket.once('connect', () => {
      socket.removeAllListeners()
      socket.setTimeout(0)
      resolve(socket)
    })
  })
