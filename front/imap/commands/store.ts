import type { Uid } from '@bulkhead/base/ids.ts'
import { flags } from '@bulkhead/wire/imap/flag.ts'
import { eachPosition, sequenceSet } from '@bulkhead/wire/imap/sequence-set.ts'
import { atom, bad, type Parser } from '@bulkhead/wire/imap/scan.ts'
import { ok, untagged, type Response } from '@bulkhead/wire/imap/response.ts'
import { selectedCommand, type SelectedContext } from '../command.ts'
import { flagsText } from '../fetch/memory-items.ts'
import { outOfStep, positionsOf } from '../positions.ts'
import { refusalReplies } from '../refusals.ts'
import { selectedMailbox } from '../session.ts'
import { uidRangesOf } from '../view.ts'
import type { SequenceSet } from '@bulkhead/wire/imap/sequence-set.ts'

interface StoreWay {
  readonly mode: 'add' | 'remove' | 'replace'
  readonly silent: boolean
}

/** `["+" / "-"] "FLAGS" [".SILENT"]` */
const storeWay: Parser<StoreWay> = (scan) => {
  const word = atom(scan).toUpperCase()
  const mode = word.startsWith('+') ? 'add' : word.startsWith('-') ? 'remove' : 'replace'
  const rest = mode === 'replace' ? word : word.slice(1)
  if (rest !== 'FLAGS' && rest !== 'FLAGS.SILENT') bad('Unknown STORE item')
  return { mode, silent: rest === 'FLAGS.SILENT' }
}

/** The new flags of every message asked for, changed or not. */
const told = ({ selected, state, byUid }: SelectedContext, set: SequenceSet): readonly Response[] => {
  const current = selectedMailbox(selected, state)?.messages ?? selected.shown
  const lines: Response[] = []
  for (const at of eachPosition(positionsOf(selected, set, byUid) ?? [])) {
    const uid = (selected.shown.uids[at] ?? 0) as Uid
    const now = current.indexOf(uid)
    if (now < 0) continue
    lines.push(untagged(`${at + 1} FETCH (${byUid ? `UID ${uid} ` : ''}FLAGS ${flagsText(current.flags(now))})`))
  }
  return lines
}

/** `STORE SP sequence-set SP store-att-flags` */
export const store = selectedCommand({
  name: 'STORE',
  rfc: '9051 section 6.4.6',
  numbers: 'keeps',
  hasUidForm: true,
  args: [sequenceSet, storeWay, flags],
  asks: 'storeFlags',
  decide({ selected, byUid }, [set, { mode }, given]) {
    if (selected.readOnly) return refusalReplies.readOnly
    const positions = positionsOf(selected, set, byUid)
    if (positions === undefined) return outOfStep
    return { mailbox: selected.mailbox, uids: uidRangesOf(selected.shown, positions), mode, flags: given }
  },
  reply: {
    done: (_, after, [set, { silent }]) => [...(silent ? [] : told(after, set)), ok('STORE completed')],
  },
  becomes({ session, selected, byUid }, [set, { mode }, given]) {
    const uids = uidRangesOf(selected.shown, positionsOf(selected, set, byUid) ?? [])
    return { ...session, selected: { ...selected, hushed: { uids, mode, flags: given } } }
  },
})
