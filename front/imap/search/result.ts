/** What a SEARCH or SORT found, as the response asked for: SEARCH, SORT, or ESEARCH (RFC 4731, 5182, 5267, 6203, 7162, 9394). */
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { PartialRange, ReturnOptions } from '@bulkhead/wire/imap/search-return.ts'
import { setText } from '@bulkhead/wire/imap/sequence-set.ts'

export interface Found {
  readonly shown: MessageList
  /** In the order of the result: ascending for SEARCH. */
  readonly positions: readonly number[]
  /** 1 to 100 for each, where RELEVANCY was asked for. */
  readonly relevancy: readonly number[] | null
}

export interface Asked {
  readonly returns: ReturnOptions | null
  readonly byUid: boolean
  /** The question had a MODSEQ key: the answer tells the highest (RFC 7162 section 3.1.5). */
  readonly modSeq: boolean
}

export interface Extended extends Asked {
  readonly returns: ReturnOptions
}

const numberAt = (shown: MessageList, at: number, byUid: boolean): number => (byUid ? (shown.uids[at] ?? 0) : at + 1)

const highestModSeq = (shown: MessageList, positions: readonly number[]): number =>
  positions.reduce((highest, at) => Math.max(highest, shown.modSeq(at)), 0)

/** The places of a result that a page shows; counted from the end where the range is negative. */
export const pageOf = <T>(all: readonly T[], { from, to }: PartialRange): readonly T[] => {
  const [near, far] = Math.abs(from) <= Math.abs(to) ? [Math.abs(from), Math.abs(to)] : [Math.abs(to), Math.abs(from)]
  if (from > 0) return all.slice(near - 1, far)
  return all.slice(Math.max(0, all.length - far), Math.max(0, all.length - near + 1))
}

/** `* SEARCH 2 5 (MODSEQ 7)` and the same of SORT. */
export const plainResult = (name: 'SEARCH' | 'SORT', { shown, positions }: Found, { byUid, modSeq }: Asked): string => {
  const numbers = positions.map((at) => numberAt(shown, at, byUid)).join(' ')
  const code = modSeq && positions.length > 0 ? ` (MODSEQ ${highestModSeq(shown, positions)})` : ''
  return `${name}${numbers === '' ? '' : ` ${numbers}`}${code}`
}

/** Positions that decide what MODSEQ and SAVE are of: only the ends where only the ends were asked for. */
const spoken = (positions: readonly number[], { options, partial }: ReturnOptions): readonly number[] => {
  if (options.has('ALL') || options.has('COUNT')) return positions
  const ends = [...(options.has('MIN') ? positions.slice(0, 1) : []), ...(options.has('MAX') ? positions.slice(-1) : [])]
  if (partial !== null) return [...ends, ...pageOf(positions, partial)]
  return options.has('MIN') || options.has('MAX') ? ends : positions
}

/** What `$` stands for after SAVE (RFC 5182 section 2.4): UIDs, ascending. */
export const savedUids = ({ shown, positions }: Found, returns: ReturnOptions): Uint32Array =>
  Uint32Array.from(new Set(spoken(positions, returns)), (at) => shown.uids[at] ?? 0).sort()

/** Data items of an ESEARCH response; none where only SAVE was asked for (RFC 5182 section 2.1). */
export const returnData = ({ shown, positions, relevancy }: Found, { returns, byUid, modSeq }: Extended): readonly string[] => {
  const { options, partial } = returns
  const data: string[] = []
  const [first] = positions
  const last = positions.at(-1)
  const text = (some: readonly number[]): string => setText(some.map((at) => numberAt(shown, at, byUid)))
  if (options.has('MIN') && first !== undefined) data.push(`MIN ${numberAt(shown, first, byUid)}`)
  if (options.has('MAX') && last !== undefined) data.push(`MAX ${numberAt(shown, last, byUid)}`)
  if (options.has('ALL') && first !== undefined) data.push(`ALL ${text(positions)}`)
  if (partial !== null) {
    const page = pageOf(positions, partial)
    data.push(`PARTIAL (${partial.text} ${page.length === 0 ? 'NIL' : text(page)})`)
  }
  if (options.has('COUNT')) data.push(`COUNT ${positions.length}`)
  if (relevancy !== null && options.has('RELEVANCY') && relevancy.length > 0) {
    data.push(`RELEVANCY (${(partial === null ? relevancy : pageOf(relevancy, partial)).join(' ')})`)
  }
  if (modSeq && positions.length > 0) data.push(`MODSEQ ${highestModSeq(shown, spoken(positions, returns))}`)
  return data
}

export const isSilent = ({ options, partial }: ReturnOptions): boolean =>
  partial === null && options.size > 0 && [...options].every((option) => option === 'SAVE')

/** `esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)`; undefined where SAVE alone was asked for. */
export const extendedResult = (tag: string, found: Found, asked: Extended): string | undefined =>
  isSilent(asked.returns) ? undefined : ['ESEARCH', `(TAG "${tag}")`, ...(asked.byUid ? ['UID'] : []), ...returnData(found, asked)].join(' ')
