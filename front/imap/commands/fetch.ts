import { fetchAttributes, type FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import { sequenceSet } from '@bulkhead/wire/imap/sequence-set.ts'
import { selectedCommand } from '../command.ts'
import { depthOf } from '../fetch/job.ts'
import { outOfStep, positionsOf } from '../positions.ts'

const uid: FetchAttribute = { item: 'UID' }

/** `UID FETCH` answers with the UID, asked for or not. */
const withUid = (attributes: readonly FetchAttribute[]): readonly FetchAttribute[] =>
  attributes.some(({ item }) => item === 'UID') ? attributes : [uid, ...attributes]

const setsSeen = (attribute: FetchAttribute): boolean => (attribute.item === 'section' || attribute.item === 'binary') && !attribute.peek

/** `FETCH SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")` */
export const fetch = selectedCommand({
  name: 'FETCH',
  rfc: '9051 section 6.4.5',
  numbers: 'keeps',
  hasUidForm: true,
  args: [sequenceSet, fetchAttributes],
  asks: 'fetch',
  decide({ selected, byUid }, [set, asked]) {
    const positions = positionsOf(selected, set, byUid)
    if (positions === undefined) return outOfStep
    const attributes = byUid ? withUid(asked) : asked
    return {
      mailbox: selected.mailbox,
      shown: selected.shown,
      positions,
      attributes,
      depth: depthOf(attributes),
      marksSeen: !selected.readOnly && attributes.some(setsSeen),
    }
  },
  reply: { done: ({ pieces }) => ({ is: 'stream', pieces }) },
})
