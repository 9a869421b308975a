/** `fetch-modifiers` (RFC 4466 section 2.4): CHANGEDSINCE and VANISHED of RFC 7162, PARTIAL of RFC 9394. */
import { modSeqValue } from './mod-seq.ts'
import { partialRange, type PartialRange } from './partial-range.ts'
import { bad, keyword, list, space, type Parser } from './scan.ts'

export interface FetchModifiers {
  readonly changedSince: number | null
  readonly vanished: boolean
  readonly partial: PartialRange | null
}

export const noModifiers: FetchModifiers = { changedSince: null, vanished: false, partial: null }

const modifier: Parser<Partial<FetchModifiers>> = (scan) => {
  const word = keyword(scan)
  if (word === 'VANISHED') return { vanished: true }
  if (word !== 'CHANGEDSINCE' && word !== 'PARTIAL') return bad('Unknown FETCH modifier')
  space(scan)
  return word === 'PARTIAL' ? { partial: partialRange(scan) } : { changedSince: modSeqValue(scan) }
}

/** `"(" fetch-modifier *(SP fetch-modifier) ")"` */
export const fetchModifiers: Parser<FetchModifiers> = (scan) => {
  const found = list(modifier)(scan).reduce<FetchModifiers>((all, one) => ({ ...all, ...one }), noModifiers)
  if (found === noModifiers) bad('Missing FETCH modifier')
  return found.vanished && found.changedSince === null ? bad('VANISHED needs CHANGEDSINCE') : found
}
