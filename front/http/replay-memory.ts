/** Which proofs a session has seen (RFC 9449 section 11.1): each `jti` for as long as its proof could be used again, in bounded memory. */

/** Of one session within the window. */
const seenMax = 8_192

export interface ReplayMemory {
  /** False where it was seen, or too many were to remember one more. */
  isNew(jti: string, untilMs: number, nowMs: number): boolean
}

export const replayMemory = (): ReplayMemory => {
  /** In the order they came, which is about that of their ends. */
  const seen = new Map<string, number>()
  const forget = (nowMs: number): void => {
    for (const [jti, untilMs] of seen) {
      if (untilMs > nowMs) return
      seen.delete(jti)
    }
  }
  return {
    isNew(jti, untilMs, nowMs) {
      forget(nowMs)
      if (seen.has(jti) || seen.size >= seenMax) return false
      seen.set(jti, untilMs)
      return true
    },
  }
}
