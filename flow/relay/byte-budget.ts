/** Bytes that may be in memory at once, given in the order they were asked for. */
export interface ByteBudget {
  /** Waits until there is room; what is larger than all of it gets it alone. */
  take(bytes: number): Promise<void>
  giveBack(bytes: number): void
}

export const byteBudget = (most: number): ByteBudget => {
  const waiting: { readonly bytes: number; readonly go: () => void }[] = []
  let used = 0
  const fits = (bytes: number): boolean => used === 0 || used + bytes <= most
  return {
    take(bytes) {
      if (waiting.length === 0 && fits(bytes)) {
        used += bytes
        return Promise.resolve()
      }
      return new Promise((go) => waiting.push({ bytes, go }))
    },
    giveBack(bytes) {
      used -= bytes
      for (let next = waiting[0]; next !== undefined && fits(next.bytes); next = waiting[0]) {
        waiting.shift()
        used += next.bytes
        next.go()
      }
    },
  }
}
