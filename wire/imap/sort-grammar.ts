/** `SORT` and `THREAD` (RFC 5256 section 5, RFC 5957, RFC 6203 section 5, draft-ietf-morg-inthread). */
import { astring, bad, keyword, list, space, type Parser } from './scan.ts'
import { returnOptions, type ReturnOptions } from './search-return.ts'
import { searchKeys, type SearchKey } from './search-grammar.ts'

export const sortKeys = ['ARRIVAL', 'CC', 'DATE', 'FROM', 'SIZE', 'SUBJECT', 'TO', 'DISPLAYFROM', 'DISPLAYTO', 'RELEVANCY'] as const
export type SortKey = (typeof sortKeys)[number]

export interface SortCriterion {
  readonly key: SortKey
  readonly reverse: boolean
}

/** More say nothing new: each key once in either direction. */
const criteriaMax = 20

/** `sort-criterion = ["REVERSE" SP] sort-key` */
const criterion: Parser<SortCriterion> = (scan) => {
  const word = keyword(scan)
  const reverse = word === 'REVERSE'
  if (reverse) space(scan)
  const name = reverse ? keyword(scan) : word
  return { key: sortKeys.find((key) => key === name) ?? bad('Unknown sort key'), reverse }
}

const charset: Parser<string> = (scan) => astring(scan).toString('latin1').toUpperCase()

export interface SortProgram {
  readonly returns: ReturnOptions | null
  readonly criteria: readonly SortCriterion[]
  readonly charset: string
  readonly key: SearchKey
}

/** `sort = "SORT" [search-return-opts] SP "(" sort-criterion *(SP sort-criterion) ")" SP charset 1*(SP search-key)` */
export const sortProgram: Parser<SortProgram> = (scan) => {
  const returns = returnOptions(scan)
  const criteria = list(criterion, criteriaMax)(scan)
  if (criteria.length === 0) bad('Missing sort key')
  space(scan)
  const named = charset(scan)
  space(scan)
  return { returns, criteria, charset: named, key: searchKeys(scan) }
}

export const threadAlgorithms = ['ORDEREDSUBJECT', 'REFERENCES', 'REFS'] as const
export type ThreadAlgorithm = (typeof threadAlgorithms)[number]

export interface ThreadProgram {
  readonly algorithm: ThreadAlgorithm
  readonly charset: string
  readonly key: SearchKey
}

/** `thread = "THREAD" SP thread-alg SP charset 1*(SP search-key)` */
export const threadProgram: Parser<ThreadProgram> = (scan) => {
  const word = keyword(scan)
  const algorithm = threadAlgorithms.find((name) => name === word) ?? bad('Unknown threading algorithm')
  space(scan)
  const named = charset(scan)
  space(scan)
  return { algorithm, charset: named, key: searchKeys(scan) }
}
