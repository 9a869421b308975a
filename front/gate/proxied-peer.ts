/** The client behind a trusted router: the first bytes of the connection say who it is, or it is no connection. */
import type { Socket } from 'node:net'
import { proxyHeaderBytesMax, readProxyHeader } from '@bulkhead/wire/proxy/v2.ts'
import type { Peer } from './connection.ts'

/**
 * Calls `found` once: with the client (the router itself for its own health checks), or undefined where the header was
 * none or did not come in time. Bytes after the header are put back; the socket is left paused.
 */
export const proxiedPeer = (
  socket: Socket,
  router: Peer,
  waitMs: number,
  found: (peer: Peer | undefined) => void,
): void => {
  let held: Buffer = Buffer.alloc(0)
  const settle = (peer: Peer | undefined): void => {
    socket.pause()
    socket.off('data', onData).off('end', giveUp).off('close', giveUp).off('timeout', giveUp)
    socket.setTimeout(0)
    found(peer)
  }
  const giveUp = (): void => settle(undefined)
  const onData = (chunk: Buffer): void => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    const header = readProxyHeader(held)
    if (header.is === 'refused') giveUp()
    else if (header.is === 'header') {
      socket.pause()
      const rest = held.subarray(header.bytes)
      if (rest.length > 0) socket.unshift(rest)
      settle(header.peer ?? router)
    } else if (held.length > proxyHeaderBytesMax) giveUp()
  }
  socket.on('data', onData).on('end', giveUp).on('close', giveUp)
  socket.setTimeout(waitMs, giveUp)
  socket.resume()
}
