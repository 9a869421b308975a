/**
 * The life of a domain's DKIM keys: a pair is made, published in DNS by whoever keeps the zone, signs once DNS shows it,
 * retires when its successor signs, and is destroyed when what it signed has arrived. What is due follows from the keys
 * alone, so a step that was cut off is completed by the next.
 */
import type { Signer, SignerAlgorithm } from '@bulkhead/door/contracts/vault.ts'

const dayMs = 86_400_000
export const rotateAfterMs = 180 * dayMs
/** Mail waits in queues for five days; the record stays while the key is listed. */
export const retiredForMs = 14 * dayMs

export type Due =
  | { readonly is: 'pair' }
  | { readonly is: 'change'; readonly selector: string; readonly to: 'signing' | 'retired' | 'destroyed' }

const change = (to: 'signing' | 'retired' | 'destroyed') => ({ selector }: Signer): Due => ({ is: 'change', selector, to })

const newest = (signers: readonly Signer[], algorithm: SignerAlgorithm): Signer | undefined =>
  signers.filter((signer) => signer.algorithm === algorithm).sort((one, other) => other.sinceMs - one.sinceMs || (one.selector < other.selector ? 1 : -1))[0]

/** Of one algorithm the newest signs alone. */
export const overtaken = (signers: readonly Signer[]): readonly Due[] => {
  const signing = signers.filter(({ state }) => state === 'signing')
  return signing.filter((signer) => newest(signing, signer.algorithm) !== signer).map(change('retired'))
}

/** `shown`: the selectors of published keys whose record DNS has. */
export const due = (signers: readonly Signer[], shown: ReadonlySet<string>, nowMs: number): readonly Due[] => {
  if (signers.length === 0) return [{ is: 'pair' }]
  const published = signers.filter(({ state }) => state === 'published')
  const signing = signers.filter(({ state }) => state === 'signing')
  const begins = published.filter(({ selector }) => shown.has(selector))
  const old = signing.length > 0 && signing.every(({ sinceMs }) => nowMs - sinceMs >= rotateAfterMs)
  return [
    ...begins.map(change('signing')),
    // Those that begin now overtake theirs at the next look, when they are known to sign.
    ...overtaken(signers),
    ...(old && published.length === 0 ? [{ is: 'pair' } as const] : []),
    ...signers.filter(({ state, sinceMs }) => state === 'retired' && nowMs - sinceMs >= retiredForMs).map(change('destroyed')),
  ]
}

/** `s202611`, `s202611b`, …: the month a pair was made in, told apart where there are several. */
export const pairName = (signers: readonly Signer[], nowMs: number): string => {
  const month = `s${new Date(nowMs).toISOString().slice(0, 7).replace('-', '')}`
  const taken = new Set(signers.map(({ selector }) => selector.replace(/-(?:rsa|ed)$/, '')))
  return [month, ...[...'bcdefghi'].map((letter) => `${month}${letter}`)].find((name) => !taken.has(name)) ?? `${month}j`
}
