/** Places `0` to `n - 1` in the order of their keys; equal ones stay as they stand. */
import { stepItems, type Steps } from './steps.ts'

const compared = <K extends number | string>(one: K | undefined, other: K | undefined): number =>
  (one === undefined || other === undefined || one === other ? 0 : one < other ? -1 : 1)

type Span = readonly [from: number, middle: number, to: number]

/** `from` up to `middle` and `middle` up to `to`, each in order, put in order into `out`. */
const merge = <K extends number | string>(keys: ArrayLike<K>, order: Uint32Array, out: Uint32Array, [from, middle, to]: Span): void => {
  let left = from
  let right = middle
  for (let at = from; at < to; at += 1) {
    const takesLeft = left < middle && (right >= to || compared(keys[order[left] ?? 0], keys[order[right] ?? 0]) <= 0)
    out[at] = (takesLeft ? order[left++] : order[right++]) ?? 0
  }
}

export function* placesInOrder<K extends number | string>(keys: ArrayLike<K>): Steps<Uint32Array> {
  let order: Uint32Array = Uint32Array.from({ length: keys.length }, (_, place) => place)
  for (let from = 0; from < order.length; from += stepItems) {
    order.subarray(from, from + stepItems).sort((left, right) => compared(keys[left], keys[right]))
    yield
  }
  for (let length = stepItems; length < order.length; length *= 2) {
    const out = new Uint32Array(order.length)
    for (let from = 0; from < order.length; from += 2 * length) {
      merge(keys, order, out, [from, Math.min(from + length, order.length), Math.min(from + 2 * length, order.length)])
      yield
    }
    order = out
  }
  return order
}
