import type { ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'
import { storeArguments, type StoreArguments } from '@bulkhead/wire/imap/store-grammar.ts'
import {
  eachPosition, normalised, positionsOfUids, rangesText, sequenceSet, type Positions, type SequenceSet,
} from '@bulkhead/wire/imap/sequence-set.ts'
import { ok, untagged, type Response } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand, type SelectedContext } from '../command.ts'
import { lineHead } from '../fetch/line-head.ts'
import { flagsText } from '../fetch/memory-items.ts'
import { outOfStep, positionsOf } from '../positions.ts'
import { refusalReplies } from '../refusals.ts'
import { enabling, isUidOnly, namesUid, selectedMailbox, tellsModSeq, type Hushed, type Session } from '../session.ts'
import { uidRangesOf } from '../view.ts'

/** Positions whose condition did not hold (RFC 7162 section 3.1.3). */
const failed = ({ selected }: SelectedContext, modified: UidRanges): Positions =>
  positionsOfUids(modified, selected.shown.uids, selected.shown.count)

const without = (all: Positions, some: Positions): readonly number[] => {
  if (some.length === 0) return [...eachPosition(all)]
  const left = new Set(eachPosition(some))
  return [...eachPosition(all)].filter((at) => !left.has(at))
}

const sessionAfter = ({ session }: SelectedContext, { unchangedSince }: StoreArguments): Session =>
  unchangedSince === null ? session : enabling(session, ['CONDSTORE'])

/**
 * What every message asked for has become, changed or not. `.SILENT` keeps back the flags; the MODSEQ a client that
 * follows them is told nevertheless (RFC 7162 section 3.1.3).
 */
const told = (after: SelectedContext, set: SequenceSet, given: StoreArguments, modified: UidRanges): readonly Response[] => {
  const { selected, state, byUid } = after
  const session = sessionAfter(after, given)
  const modSeqs = tellsModSeq(session)
  if (given.silent && !modSeqs) return []
  const current = selectedMailbox(selected, state)?.messages ?? selected.shown
  const uidOnly = isUidOnly(session)
  const uidNamed = !uidOnly && (byUid || namesUid(session))
  const lines: Response[] = []
  for (const at of without(positionsOf(selected, set, byUid) ?? [], failed(after, modified))) {
    const uid = selected.shown.uids[at] ?? 0
    const now = current.indexOf(uid as Uid)
    if (now < 0) continue
    const items = [
      ...(uidNamed ? [`UID ${uid}`] : []),
      ...(given.silent ? [] : [`FLAGS ${flagsText(current.flags(now))}`]),
      ...(modSeqs ? [`MODSEQ (${current.modSeq(now)})`] : []),
    ]
    lines.push(untagged(`${lineHead(uidOnly, at, uid).slice(2)}${items.join(' ')})`))
  }
  return lines
}

/** `MODIFIED` names messages as the command did. */
const modifiedCode = (context: SelectedContext, modified: UidRanges): string | null => {
  const positions = failed(context, modified)
  if (positions.length === 0) return null
  const { uids } = context.selected.shown
  const named = context.byUid
    ? normalised([...eachPosition(positions)].map((at) => [uids[at] ?? 0, uids[at] ?? 0] as const), 0)
    : positions.map(([from, to]) => [from + 1, to + 1] as const)
  return `MODIFIED ${rangesText(named)}`
}

const hushedBy = (context: SelectedContext, set: SequenceSet, { mode, flags }: StoreArguments, modified: UidRanges): Hushed => {
  const { selected, byUid } = context
  const asked = positionsOf(selected, set, byUid) ?? []
  const left = failed(context, modified)
  const stored = left.length === 0 ? asked : normalised(without(asked, left).map((at) => [at, at] as const), 0)
  return { uids: uidRangesOf(selected.shown, stored), mode, flags }
}

/**
 * What is kept back where the client knows it. One that NOTIFY tells of flags between commands may have been told of others while
 * its silent STORE was on the way, and can't say which came last: it is told (RFC 9051 section 6.4.6, no race in what a flag is).
 */
const hushedAfter = (context: SelectedContext, set: SequenceSet, given: StoreArguments, modified: UidRanges): Hushed | null => {
  const mayCross = given.silent && context.session.notify?.selected?.events.has('FlagChange') === true
  return mayCross ? null : hushedBy(context, set, given, modified)
}

/** `STORE SP sequence-set [SP store-modifiers] SP store-att-flags` */
export const store = selectedCommand({
  name: 'STORE',
  rfc: '9051 section 6.4.6, 7162 section 3.1.3',
  numbers: 'keeps',
  hasUidForm: true,
  args: [sequenceSet, storeArguments],
  asks: 'storeFlags',
  decide({ selected, byUid }, [set, { mode, flags, unchangedSince }]) {
    if (selected.readOnly) return refusalReplies.readOnly
    const positions = positionsOf(selected, set, byUid)
    if (positions === undefined) return outOfStep
    const uids = uidRangesOf(selected.shown, positions)
    return { mailbox: selected.mailbox, uids, mode, flags, unchangedSince: unchangedSince as ModSeq | null }
  },
  reply: {
    done({ modified }, after, [set, given]) {
      const code = modifiedCode(after, modified)
      return [...told(after, set, given, modified), ok(code === null ? 'STORE completed' : 'Conditional STORE failed for some', code)]
    },
  },
  becomes(after, [set, given], { modified }) {
    return { ...sessionAfter(after, given), selected: { ...after.selected, hushed: hushedAfter(after, set, given, modified) } }
  },
})
