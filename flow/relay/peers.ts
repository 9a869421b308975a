/** What is known of the hosts mail goes to: their pace, and how many connections of ours they have. Forgets the oldest. */
import { carrierConnectionsMax, isCarrierHost } from './carriers.ts'
import { peersHeldMax } from './limits.ts'
import { connectionsFor, paced, paceOf, windowMax, type PaceSignal } from './pace.ts'
import type { Clock } from '@bulkhead/base/clock.ts'

interface Peer {
  pace: ReturnType<typeof paceOf>
  inUse: number
  /** When the next message may go there. */
  nextMs: number
  /** No connection is tried before. */
  restUntilMs: number
}

/** A host that took no connection while others of its destination did is left alone for so long. */
const restMs = 60_000

export interface Peers {
  /** Connections it may be given beside those it has; never negative. */
  room(peer: string): number
  connections(peer: string): number
  allowed(peer: string): number
  opened(peer: string): void
  closed(peer: string): void
  heard(peer: string, signal: PaceSignal): void
  /** How long to wait before the next message there; reserves its turn. */
  turn(peer: string): number
}

export const peers = (clock: Clock, ceilingMax: number = windowMax): Peers => {
  const known = new Map<string, Peer>()
  const ceilingOf = (name: string): number => Math.min(ceilingMax, isCarrierHost(name) ? carrierConnectionsMax : windowMax)

  const peer = (name: string): Peer => {
    const found = known.get(name) ?? { pace: paceOf(ceilingOf(name)), inUse: 0, nextMs: 0, restUntilMs: 0 }
    if (!known.has(name)) forget()
    known.set(name, found)
    return found
  }
  const forget = (): void => {
    if (known.size < peersHeldMax) return
    for (const [name, { inUse }] of known) {
      if (inUse > 0) continue
      known.delete(name)
      return
    }
  }

  return {
    room(name) {
      const { pace, inUse, restUntilMs } = peer(name)
      return restUntilMs > clock.now() ? 0 : Math.max(0, connectionsFor(pace) - inUse)
    },
    connections: (name) => known.get(name)?.inUse ?? 0,
    allowed: (name) => connectionsFor(peer(name).pace),
    opened(name) {
      peer(name).inUse += 1
    },
    closed(name) {
      peer(name).inUse -= 1
    },
    heard(name, signal) {
      const found = peer(name)
      if (signal === 'fewer' && found.inUse === 0) found.restUntilMs = clock.now() + restMs
      found.pace = paced(found.pace, signal, { nowMs: clock.now(), inUse: found.inUse, ceiling: ceilingOf(name) })
    },
    turn(name) {
      const found = peer(name)
      const nowMs = clock.now()
      const atMs = Math.max(nowMs, found.nextMs)
      found.nextMs = atMs + found.pace.gapMs
      return atMs - nowMs
    },
  }
}
