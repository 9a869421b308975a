/** Where a script is wrong, as its writer counts: lines and characters from 1. */
export interface Mistake {
  readonly line: number
  readonly column: number
  /** First character of what is meant, from 0. */
  readonly offset: number
  readonly message: string
}

/** Before it is known which line an offset is on. */
export interface Misplaced {
  readonly at: number
  readonly message: string
}

export const placed = (script: string, { at, message }: Misplaced): Mistake => {
  const before = script.slice(0, at)
  const lastBreak = before.lastIndexOf('\n')
  return { line: before.split('\n').length, column: at - lastBreak, offset: at, message }
}
