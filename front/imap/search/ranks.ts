/** Ranks: how many different keys come before a message's own. Made in turns, since comparing a hundred thousand texts takes long. */
import type { Turn } from './turn.ts'

export type Ranks = Uint32Array

/** Places that are sorted at once. */
const runLength = 2_048

const compared = <K extends number | string>(one: K | undefined, other: K | undefined): number =>
  (one === undefined || other === undefined || one === other ? 0 : one < other ? -1 : 1)

type TwoRuns = readonly [from: number, middle: number, to: number]

/** `from` up to `middle` and `middle` up to `to`, each in order, put in order into `out`. */
const merge = <K extends number | string>(keys: ArrayLike<K>, order: Uint32Array, out: Uint32Array, [from, middle, to]: TwoRuns): void => {
  let left = from
  let right = middle
  for (let at = from; at < to; at += 1) {
    const takesLeft = left < middle && (right >= to || compared(keys[order[left] ?? 0], keys[order[right] ?? 0]) <= 0)
    out[at] = (takesLeft ? order[left++] : order[right++]) ?? 0
  }
}

/** Places by their keys; equal ones stay as they stand. */
const placesInOrder = async <K extends number | string>(keys: ArrayLike<K>, turn: Turn): Promise<Uint32Array> => {
  let order: Uint32Array = Uint32Array.from({ length: keys.length }, (_, place) => place)
  for (let from = 0; from < order.length; from += runLength) {
    order.subarray(from, from + runLength).sort((left, right) => compared(keys[left], keys[right]))
    await turn()
  }
  for (let length = runLength; length < order.length; length *= 2) {
    const out = new Uint32Array(order.length)
    for (let from = 0; from < order.length; from += 2 * length) {
      merge(keys, order, out, [from, Math.min(from + length, order.length), Math.min(from + 2 * length, order.length)])
      await turn()
    }
    order = out
  }
  return order
}

export const ranksOf = async <K extends number | string>(keys: ArrayLike<K>, turn: Turn): Promise<Ranks> => {
  const order = await placesInOrder(keys, turn)
  const ranks = new Uint32Array(keys.length)
  let rank = 0
  for (let at = 0; at < order.length; at += 1) {
    const place = order[at] ?? 0
    if (at > 0 && keys[place] !== keys[order[at - 1] ?? 0]) rank += 1
    ranks[place] = rank
  }
  return ranks
}
