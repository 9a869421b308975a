/** Places in the order of whole numbers, equal ones as they stood: a few passes, none of which compares. */
const digitBits = 16
const digits = 1 << digitBits
const digitMask = digits - 1
const wordSize = 2 ** 32

const pass = (order: Uint32Array, digitOf: Uint16Array): Uint32Array => {
  const starts = new Uint32Array(digits + 1)
  for (let at = 0; at < order.length; at += 1) {
    const slot = (digitOf[order[at] ?? 0] ?? 0) + 1
    starts[slot] = (starts[slot] ?? 0) + 1
  }
  for (let digit = 0; digit < digits; digit += 1) starts[digit + 1] = (starts[digit + 1] ?? 0) + (starts[digit] ?? 0)
  const sorted = new Uint32Array(order.length)
  for (let at = 0; at < order.length; at += 1) {
    const place = order[at] ?? 0
    const digit = digitOf[place] ?? 0
    sorted[starts[digit] ?? 0] = place
    starts[digit] = (starts[digit] ?? 0) + 1
  }
  return sorted
}

const isInOrder = (order: Uint32Array, keys: Float64Array, descending: boolean): boolean => {
  for (let at = 1; at < order.length; at += 1) {
    const [before, key] = [keys[order[at - 1] ?? 0] ?? 0, keys[order[at] ?? 0] ?? 0]
    if (descending ? before < key : before > key) return false
  }
  return true
}

/** The other way round, but runs of equal keys. */
const turned = (order: Uint32Array, keys: Float64Array): Uint32Array => {
  const result = order.toReversed()
  for (let from = 0, to = 1; from < result.length; from = to, to += 1) {
    while (to < result.length && keys[result[to] ?? 0] === keys[result[from] ?? 0]) to += 1
    if (to > from + 1) result.subarray(from, to).reverse()
  }
  return result
}

/** `keys`, by place: whole numbers from 0 to 2^53-1. What is in order already, either way, is seen to be. */
export const byNumber = (order: Uint32Array, keys: Float64Array, descending: boolean): Uint32Array => {
  if (isInOrder(order, keys, descending)) return order
  if (isInOrder(order, keys, !descending)) return turned(order, keys)
  let [lowest, highest] = [Number.POSITIVE_INFINITY, 0]
  for (const key of keys) {
    if (key < lowest) lowest = key
    if (key > highest) highest = key
  }
  const range = highest - lowest
  let sorted = order
  const digitOf = new Uint16Array(keys.length)
  for (let shift = 0; shift === 0 || range >= 2 ** shift; shift += digitBits) {
    const divisor = 2 ** Math.min(shift, 32)
    for (let place = 0; place < keys.length; place += 1) {
      const key = descending ? highest - (keys[place] ?? 0) : (keys[place] ?? 0) - lowest
      const word = shift < 32 ? key % wordSize : Math.floor(key / wordSize)
      digitOf[place] = (shift < 32 ? Math.floor(word / divisor) : shift === 32 ? word : Math.floor(word / digits)) & digitMask
    }
    sorted = pass(sorted, digitOf)
  }
  return sorted
}
