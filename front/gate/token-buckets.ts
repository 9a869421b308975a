/**
 * Token buckets by key: so many in a time, as many at once, filled evenly. Memory is bounded: beyond the limit the key that
 * was used longest ago is forgotten, which is one whose bucket is as good as full.
 */
export interface TokenBuckets {
  /** Takes one where there is one. `perWindow` 0: there always is. */
  take(key: string, perWindow: number, windowMs: number): boolean
  /** How many were taken and have not come back. */
  taken(key: string, perWindow: number, windowMs: number): number
  readonly size: number
}

interface Bucket {
  taken: number
  atMs: number
}

export const tokenBuckets = (now: () => number, keysMax: number): TokenBuckets => {
  const buckets = new Map<string, Bucket>()
  const left = (bucket: Bucket | undefined, perWindow: number, windowMs: number): number =>
    bucket === undefined ? 0 : Math.max(0, bucket.taken - ((now() - bucket.atMs) * perWindow) / windowMs)
  return {
    take(key, perWindow, windowMs) {
      if (perWindow === 0) return true
      const bucket = buckets.get(key)
      const taken = left(bucket, perWindow, windowMs)
      if (taken + 1 > perWindow) return false
      buckets.delete(key)
      buckets.set(key, { taken: taken + 1, atMs: now() })
      if (buckets.size > keysMax) buckets.delete(buckets.keys().next().value ?? '')
      return true
    },
    taken: (key, perWindow, windowMs) => left(buckets.get(key), perWindow, windowMs),
    get size() {
      return buckets.size
    },
  }
}
