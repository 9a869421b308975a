/** The tree that is shown: made here, never taken over from what was parsed. */
export interface SafeElement {
  /** One of `shownElements`. */
  readonly name: string
  readonly attributes: readonly (readonly [name: string, value: string])[]
  readonly children: readonly SafeNode[]
}

export type SafeNode = SafeElement | string
