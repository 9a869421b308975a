/** Numbers that look like chance and are the same each time, so that the demonstration is (mulberry32). */
export interface Chance {
  /** 0 … below `count`. */
  below(count: number): number
  pick<T>(from: readonly [T, ...T[]]): T
}

export const chance = (seed: number): Chance => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number): number => Math.floor(next() * count)
  return { below, pick: (from) => from[below(from.length)] ?? from[0] }
}
