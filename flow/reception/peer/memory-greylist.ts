/** Greylisting's memory in memory, for tests. */
import { base64 } from '@bulkhead/base/bytes.ts'
import type { Clock } from '@bulkhead/base/clock.ts'
import type { Greylist } from '@bulkhead/mail/ports/greylist.ts'

interface Kept {
  firstMs: number
  untilMs: number
  passed: number
}

/** Networks of which so many triplets have passed wait no more. */
const goodAfter = 5

export const memoryGreylist = (clock: Clock): Greylist => {
  const kept = new Map<string, Kept>()
  const fresh = (key: string): Kept | undefined => {
    const found = kept.get(key)
    return found !== undefined && found.untilMs > clock.now() ? found : undefined
  }
  return {
    async passes(tripletKey, peerKey, { waitMs, retryMs, passMs }) {
      const [triplet, peer, nowMs] = [base64(tripletKey), base64(peerKey), clock.now()]
      const good = fresh(peer)
      if (good !== undefined && good.passed >= goodAfter) return true
      const known = fresh(triplet)
      if (known === undefined) {
        kept.set(triplet, { firstMs: nowMs, untilMs: nowMs + retryMs, passed: 0 })
        return false
      }
      if (known.passed === 0 && nowMs < known.firstMs + waitMs) return false
      if (known.passed === 0) kept.set(peer, { firstMs: nowMs, untilMs: nowMs + passMs, passed: (good?.passed ?? 0) + 1 })
      kept.set(triplet, { ...known, passed: 1, untilMs: nowMs + passMs })
      return true
    },
  }
}
