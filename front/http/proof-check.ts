/** Whether a request's proof is good for it (RFC 9449 section 4.3): of this key, for this method and target and token, made just now, and new. */
import type { Clock } from '@bulkhead/base/clock.ts'
import { accessTokenHash, proofTarget, readProof } from '@bulkhead/wire/dpop/proof.ts'
import type { ReplayMemory } from './replay-memory.ts'

/** How far the clock of a device may be from ours, either way. It can read ours in every answer's Date. */
const skewMs = 60_000

export interface Proven {
  readonly proof: string | undefined
  readonly method: string
  /** `scheme://host[:port]/path`. */
  readonly target: string
  /** Undefined where none goes with the request. */
  readonly token: string | undefined
  readonly thumbprint: string
}

export const proofHolds = ({ proof: text, method, target, token, thumbprint }: Proven, memory: ReplayMemory, clock: Clock): boolean => {
  const proof = text === undefined ? undefined : readProof(text)
  if (proof === undefined || proof.key.thumbprint !== thumbprint || proof.htm !== method) return false
  if (proofTarget(proof.htu) !== proofTarget(target)) return false
  if (proof.ath !== (token === undefined ? undefined : accessTokenHash(token))) return false
  const nowMs = clock.now()
  const madeMs = proof.iat * 1_000
  if (madeMs < nowMs - skewMs - 1_000 || madeMs > nowMs + skewMs) return false
  return memory.isNew(proof.jti, madeMs + 2 * skewMs, nowMs)
}
