/** SORT (RFC 5256 section 3, RFC 5957). */
import type { SortCriterion } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Question } from './asked.ts'
import type { Found } from './result.ts'

export interface SortQuestion extends Question {
  readonly criteria: readonly SortCriterion[]
}

/** Scores of a result in its new order. */
export const inOrder = ({ positions, relevancy }: Found, sorted: readonly number[]): readonly number[] | null => {
  if (relevancy === null) return null
  const scores = new Map(positions.map((at, place) => [at, relevancy[place] ?? 0]))
  return sorted.map((at) => scores.get(at) ?? 0)
}
