/** Numbers from a seed and from nothing else: the same seed gives the same corpus on every machine. */
export interface Random {
  /** A whole number from 0, below `limit`. */
  below(limit: number): number
  between(least: number, most: number): number
  chance(oneIn: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  bytes(length: number): Buffer
  /** `length` characters of a-z0-9. */
  token(length: number): string
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** splitmix32 to spread the seed, xorshift32 to run. */
const spread = (seed: number): number => {
  let value = (seed + 0x9e3779b9) | 0
  value = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
  value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
  return (value ^ (value >>> 15)) >>> 0 || 1
}

export const random = (seed: number): Random => {
  let state = spread(seed)
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const below = (limit: number): number => (limit <= 1 ? 0 : next() % limit)
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (oneIn) => below(oneIn) === 0,
    pick: (list) => list[below(list.length)] ?? list[0],
    bytes(length) {
      const words = new Uint32Array(Math.ceil(length / 4))
      for (let at = 0; at < words.length; at += 1) words[at] = next()
      return Buffer.from(words.buffer, 0, length)
    },
    token(length) {
      let text = ''
      for (let at = 0; at < length; at += 1) text += letters[below(letters.length)]
      return text
    },
  }
}
