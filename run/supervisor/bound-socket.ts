/**
 * A listening port that outlives the process that serves it. The supervisor binds it (with the right to low ports) and
 * the process inherits it: it needs no right to bind, can live without a network, and while it is restarted connections
 * wait in the queue instead of being refused.
 */
import * as net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { getSystemErrorName } from 'node:util'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Listener } from '@bulkhead/door/contracts/start.ts'

interface Handle {
  readonly fd: number
  getsockname(into: { address?: string; port?: number }): number
  close(): void
}

/** Node's own clusters bind by this without listening; it is exported but not documented, and Node is pinned. */
type CreateHandle = (address: string, port: number, family: 4 | 6, fd: number, flags: number) => Handle | number

export interface BoundSocket extends Disposable {
  readonly fd: number
  readonly port: number
}

const refusal = (address: string, port: number, code: string): Fault => {
  const where = `${address.includes(':') ? `[${address}]` : address}:${port}`
  if (code === 'EADDRINUSE') {
    return new Fault('misconfigured', `${where} is in use by another program; stop it (ss -ltnp shows it) or change address or portBase of the cell`)
  }
  if (code === 'EACCES') return new Fault('misconfigured', `${where} needs root; start as root or set the cell's portBase to 10000`)
  if (code === 'EADDRNOTAVAIL') return new Fault('misconfigured', `${address} is not an address of this machine; change the cell's address`)
  return new Fault('misconfigured', `can't listen on ${where}: ${code}`)
}

/** Why the port can't be had, or undefined. A socket only says so when it listens; this finds out before. */
const triedBinding = async (address: string, port: number): Promise<string | undefined> => {
  const probe = net.createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen({ host: address, port, exclusive: true }, resolve)
    })
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  } finally {
    await new Promise<void>((resolve) => probe.close(() => resolve()))
  }
}

/** A connection going out may hold the port for a moment, where it lies in the range that systems give to these. */
const attemptsMax = 12
const attemptMs = 250

const waitUntilFree = async (address: string, port: number): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    const taken = await triedBinding(address, port)
    if (taken === undefined) return
    if (taken !== 'EADDRINUSE' || attempt === attemptsMax) throw refusal(address, port, taken)
    await sleep(attemptMs)
  }
}

export const bindSocket = async (address: string, port: number): Promise<BoundSocket> => {
  await waitUntilFree(address, port)
  const create = (net as unknown as { readonly _createServerHandle: CreateHandle })._createServerHandle
  const handle = create(address, port, net.isIPv6(address) ? 6 : 4, -1, 0)
  if (typeof handle === 'number') throw refusal(address, port, getSystemErrorName(handle))
  const name: { address?: string; port?: number } = {}
  const status = handle.getsockname(name)
  if (status !== 0 || (port !== 0 && name.port !== port)) {
    handle.close()
    throw refusal(address, port, 'EADDRINUSE')
  }
  return { fd: handle.fd, port: name.port ?? port, [Symbol.dispose]: () => handle.close() }
}

/** A machine that has its own web server needs to be told how to live with it. */
export const bindListener = async ({ protocol, address, port }: Pick<Listener, 'protocol' | 'address' | 'port'>): Promise<BoundSocket> => {
  try {
    return await bindSocket(address, port)
  } catch (error) {
    if (protocol !== 'https' || !(error instanceof Fault) || error.code !== 'misconfigured') throw error
    throw new Fault('misconfigured', `${error.detail}; or let another program serve MTA-STS, and go without webmail, with mtaSts: { listen: false }`, error)
  }
}
