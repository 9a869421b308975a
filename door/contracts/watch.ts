/** The door of `watch`: every process tells what it granted and how it is doing. */

/** `subject` is an opaque handle or a keyed pseudonym, never an address. */
export interface WatchEvent {
  readonly at: string
  readonly kind: string
  readonly subject?: string
  readonly caller?: string
  readonly outcome?: string
  readonly count?: number
}

export type WatchVerbs = {
  readonly tell: {
    readonly ask: {
      readonly cell: string
      readonly process: string
      readonly events: readonly WatchEvent[]
      readonly metrics: readonly { readonly name: string; readonly kind: 'counter' | 'gauge'; readonly value: number }[]
    }
    readonly answer: Record<never, never>
    readonly refusal: never
  }
}
