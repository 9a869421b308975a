/**
 * Carries bytes between a Unix socket, which processes without a network can reach, and one address that the operator
 * named. It looks at nothing and keeps nothing.
 */
import { connect, createServer, type Socket } from 'node:net'
import type { Log } from '@bulkhead/base/log.ts'
import type { Meter } from '@bulkhead/base/meter.ts'
import { listenUnix } from '@bulkhead/door/server.ts'

export interface Relay {
  /** As the operator calls what is behind it. */
  readonly name: string
  /** Of the Unix socket. */
  readonly path: string
  readonly host: string
  readonly port: number
}

/** More are not accepted until some end: a scanner is asked by few. */
export const connectionsMax = 256
/** A scanner that says nothing for so long is gone, and so is its asker. */
const idleMs = 180_000

export interface RelayTerms {
  readonly log: Log
  readonly meter: Meter
}

const carry = (near: Socket, relay: Relay, { log, meter }: RelayTerms): Socket => {
  const far = connect({ host: relay.host, port: relay.port, noDelay: true, allowHalfOpen: true })
  const end = (): void => {
    near.destroy()
    far.destroy()
  }
  far.once('error', (error) => {
    meter.count('relay_failures_total', 1, { to: relay.name })
    log.warn('relayFailed', { to: relay.name, reason: 'code' in error ? String(error.code) : 'unknown' })
    end()
  })
  near.once('error', end)
  for (const socket of [near, far]) {
    socket.setTimeout(idleMs, end)
    socket.once('close', (hadError) => hadError && end())
  }
  near.pipe(far)
  far.pipe(near)
  return far
}

/** Serves them all, or none. */
export const serveRelays = async (relays: readonly Relay[], terms: RelayTerms): Promise<AsyncDisposable> => {
  const open = new Set<Socket>()
  const closers: (() => void)[] = []
  for (const relay of relays) {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
      for (const socket of [near, carry(near, relay, terms)]) {
        open.add(socket)
        socket.once('close', () => open.delete(socket))
      }
      terms.meter.count('relay_connections_total', 1, { to: relay.name })
    })
    server.maxConnections = connectionsMax
    await listenUnix(server, relay.path)
    closers.push(() => server.close())
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const close of closers) close()
      for (const socket of open) socket.destroy()
    },
  }
}
