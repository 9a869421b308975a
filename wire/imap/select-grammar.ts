/** Arguments of SELECT and EXAMINE: a mailbox and parameters (RFC 4466 section 2.1, RFC 7162 section 7). */
import { mailboxName } from './mailbox-name.ts'
import { modSeqValue } from './mod-seq.ts'
import { bad, isAtEnd, keyword, list, need, nzNumber, peek, space, type Parser, type Scan } from './scan.ts'
import { sequenceSet, star, type SequenceSet } from './sequence-set.ts'

/** What a client knows of the mailbox from before. */
export interface Resync {
  readonly uidValidity: number
  readonly modSeq: number
  /** Null: all UIDs. */
  readonly knownUids: SequenceSet | null
  /** Message numbers and the UIDs they had, as ranges of equal size all in all. */
  readonly match: { readonly numbers: SequenceSet; readonly uids: SequenceSet } | null
}

export interface SelectArguments {
  readonly mailbox: string
  readonly condstore: boolean
  readonly resync: Resync | null
}

/** A set without `*`, which means nothing to somebody who was away. */
const knownSet: Parser<SequenceSet> = (scan) => {
  const set = sequenceSet(scan)
  return set.length === 0 || set.some(([from, to]) => from === star || to === star) ? bad('A known set has no * or $') : set
}

/** `seq-match-data = "(" known-sequence-set SP known-uid-set ")"` */
const matchData = (scan: Scan): Resync['match'] => {
  need(scan, '(')
  const numbers = knownSet(scan)
  space(scan)
  const uids = knownSet(scan)
  need(scan, ')')
  return { numbers, uids }
}

/** `"(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"` */
const resync = (scan: Scan): Resync => {
  need(scan, '(')
  const uidValidity = nzNumber(scan)
  space(scan)
  const modSeq = modSeqValue(scan)
  let knownUids: SequenceSet | null = null
  let match: Resync['match'] = null
  if (peek(scan) === 0x20) {
    space(scan)
    if (peek(scan) !== 0x28) knownUids = knownSet(scan)
    if (peek(scan) === 0x20) space(scan)
    if (peek(scan) === 0x28) match = matchData(scan)
  }
  need(scan, ')')
  return { uidValidity, modSeq, knownUids, match }
}

const parameter = (scan: Scan): Partial<SelectArguments> => {
  const word = keyword(scan)
  if (word === 'CONDSTORE') return { condstore: true }
  if (word !== 'QRESYNC') return bad('Unknown SELECT parameter')
  space(scan)
  return { resync: resync(scan) }
}

/** `mailbox [SP "(" select-param *(SP select-param) ")"]` */
export const selectArguments: Parser<SelectArguments> = (scan) => {
  const plain: SelectArguments = { mailbox: mailboxName(scan), condstore: false, resync: null }
  if (isAtEnd(scan)) return plain
  space(scan)
  if (isAtEnd(scan)) return plain
  const parameters = list(parameter)(scan)
  return parameters.length === 0 ? bad('Missing SELECT parameter') : Object.assign({ ...plain }, ...parameters) as SelectArguments
}
