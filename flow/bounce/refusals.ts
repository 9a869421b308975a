/** What others refused, by class: counted at once, told to `watch` once a minute, so that a block is seen before customers call. */
import type { Meter } from '@bulkhead/base/meter.ts'
import { bounceClassOf, type BounceClass, type Refusal } from './classes.ts'

const tellEveryMs = 60_000

export interface Refusals extends Disposable {
  count(refusal: Refusal & { readonly by: string | null }): void
}

export interface ToldRefusals {
  readonly kind: 'courier.refusals'
  readonly outcome: BounceClass
  readonly count: number
}

export const refusals = (meter: Meter, tell: (event: ToldRefusals) => void): Refusals => {
  const counts = new Map<BounceClass, number>()
  const timer = setInterval(() => {
    for (const [outcome, count] of counts) tell({ kind: 'courier.refusals', outcome, count })
    counts.clear()
  }, tellEveryMs)
  return {
    count(refusal) {
      const name = bounceClassOf(refusal)
      meter.count('courier_refusals', 1, { class: name, by: refusal.by === null ? 'us' : 'peer' })
      counts.set(name, (counts.get(name) ?? 0) + 1)
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
