/** A share of the memory for messages that come in. */
export interface Hold {
  /** Whether it may hold this many bytes now; what it held before it keeps. */
  grow(toBytes: number): boolean
  /** All of it is free again. More than once does no harm. */
  release(): void
}
