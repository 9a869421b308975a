import { fetchAttributes, type FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { fetchModifiers, noModifiers, type FetchModifiers } from '@bulkhead/wire/imap/fetch-modifiers.ts'
import { pageOf } from '@bulkhead/wire/imap/partial-range.ts'
import { badReply } from '@bulkhead/wire/imap/response.ts'
import {
  countOf, normalised, positionsWhere, sequenceSet, sliceOfPositions, type Positions, type SequenceSet,
} from '@bulkhead/wire/imap/sequence-set.ts'
import { maybe, selectedCommand, type SelectedContext } from '../command.ts'
import { depthOf } from '../fetch/job.ts'
import { modSeqAt } from '../fetch/memory-items.ts'
import { outOfStep, positionsOf } from '../positions.ts'
import { enabling, isUidOnly, selectedMailbox } from '../session.ts'
import { vanishedEarlier } from '../vanished.ts'

const uid: FetchAttribute = { item: 'UID' }
const modSeq: FetchAttribute = { item: 'MODSEQ' }

const having = (attributes: readonly FetchAttribute[], wanted: FetchAttribute): readonly FetchAttribute[] =>
  attributes.some(({ item }) => item === wanted.item) ? attributes : [wanted, ...attributes]

/** `UID FETCH` answers with the UID, asked for or not (a UIDFETCH begins with it); CHANGEDSINCE with MODSEQ. */
const attributesOf = ({ byUid, session }: SelectedContext, asked: readonly FetchAttribute[], { changedSince }: FetchModifiers) => {
  const withModSeq = changedSince === null ? asked : having(asked, modSeq)
  return byUid && !isUidOnly(session) ? having(withModSeq, uid) : withModSeq
}

const setsSeen = (attribute: FetchAttribute): boolean => (attribute.item === 'section' || attribute.item === 'binary') && !attribute.peek

/** Changed ones only, then the page asked for (RFC 9394 section 3.4). */
const narrowed = ({ selected, state }: SelectedContext, all: Positions, { changedSince, partial }: FetchModifiers): Positions => {
  const { shown } = selected
  const current = selectedMailbox(selected, state)?.messages ?? shown
  const changed = changedSince === null ? all : positionsWhere(all, (at) => modSeqAt(shown, current, at) > changedSince)
  if (partial === null) return changed
  const { start, end } = pageOf(partial, countOf(changed))
  return sliceOfPositions(changed, start, end)
}

/** RFC 7162 section 3.2.6: what went of the UIDs asked for, before the rest is told. */
const vanished = ({ selected, state }: SelectedContext, set: SequenceSet, since: number): string | null => {
  const mailbox = selectedMailbox(selected, state)
  if (mailbox === undefined) return null
  return vanishedEarlier(mailbox, selected.shown, since, normalised(set, mailbox.uidNext - 1))
}

const optionalModifiers = maybe(fetchModifiers)

/** `FETCH SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")") [SP fetch-modifiers]` */
export const fetch = selectedCommand({
  name: 'FETCH',
  rfc: '9051 section 6.4.5, 7162 section 3.1.4, 9394',
  numbers: 'keeps',
  hasUidForm: true,
  args: [sequenceSet, fetchAttributes, optionalModifiers],
  asks: 'fetch',
  decide(context, [set, asked, given]) {
    const { selected, session, byUid } = context
    const modifiers = given ?? noModifiers
    if (modifiers.vanished && !(byUid && session.enabled.has('QRESYNC'))) return badReply('VANISHED needs UID FETCH and QRESYNC')
    const positions = positionsOf(selected, set, byUid)
    if (positions === undefined) return outOfStep
    const attributes = attributesOf(context, asked, modifiers)
    return {
      mailbox: selected.mailbox,
      shown: selected.shown,
      positions: narrowed(context, positions, modifiers),
      attributes,
      depth: depthOf(attributes),
      uidOnly: isUidOnly(session),
      marksSeen: !selected.readOnly && attributes.some(setsSeen),
      vanished: modifiers.vanished ? vanished(context, set, modifiers.changedSince ?? 0) : null,
    }
  },
  reply: { done: ({ pieces }) => ({ is: 'stream', pieces }) },
  becomes: ({ session }, [, asked, given]) =>
    (given ?? noModifiers).changedSince !== null || asked.some(({ item }) => item === 'MODSEQ') ? enabling(session, ['CONDSTORE']) : session,
})
