/** Where the trace is kept, sealed. */

export interface SealedNote {
  readonly atMs: number
  /** UUID. */
  readonly message: string
  readonly keys: readonly bigint[]
  readonly sealed: Uint8Array
}

export interface TraceWriter {
  /** Durable when it resolves. */
  add(notes: readonly SealedNote[]): Promise<void>
}

export interface TraceReader {
  /** The latest messages that have any of the keys, or all of the time where no key is given; latest first. */
  find(keys: readonly bigint[], sinceMs: number, untilMs: number, limit: number): Promise<readonly string[]>
  /** What is noted of these messages, oldest first. */
  notesOf(messages: readonly string[], limit: number): Promise<readonly Omit<SealedNote, 'keys'>[]>
}
