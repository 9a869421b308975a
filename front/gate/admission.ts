/** How many connections a gate takes, altogether and from one peer. An IPv6 peer is its /64: nobody has less. */
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'
import { peerKey } from './peer-key.ts'

export interface Admission {
  /** False where the connection would be one too many; then nothing is to be released. */
  admit(address: string): boolean
  release(address: string): void
  readonly total: number
}

export const admission = ({ connectionsMax, connectionsPerPeerMax }: MailLimits): Admission => {
  const perPeer = new Map<string, number>()
  let total = 0
  return {
    admit(address) {
      const key = peerKey(address)
      const here = perPeer.get(key) ?? 0
      if (total >= connectionsMax || here >= connectionsPerPeerMax) return false
      total += 1
      perPeer.set(key, here + 1)
      return true
    },
    release(address) {
      const key = peerKey(address)
      const here = perPeer.get(key) ?? 0
      total -= 1
      if (here <= 1) perPeer.delete(key)
      else perPeer.set(key, here - 1)
    },
    get total() {
      return total
    },
  }
}
