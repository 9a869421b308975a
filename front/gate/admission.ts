/** How many connections a gate takes, altogether and from one peer. An IPv6 peer is its /64: nobody has less. */
import type { MailLimits } from '@bulkhead/door/contracts/start.ts'

export interface Admission {
  /** False where the connection would be one too many; then nothing is to be released. */
  admit(address: string): boolean
  release(address: string): void
  readonly total: number
}

const peerKey = (address: string): string => {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::', 2)
  const first = head.split(':').filter((group) => group !== '')
  const missing = tail === undefined ? 0 : 8 - first.length - tail.split(':').filter((group) => group !== '').length
  return [...first, ...Array<string>(Math.max(0, missing)).fill('0')].slice(0, 4).join(':')
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
