/**
 * What each account gets of one message: where it goes, and in which words. Accounts whose copies are the same to the
 * byte share one sealed body; recipients with wishes of their own get copies of their own.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { FiledInto } from '@bulkhead/mail/journal/event.ts'
import type { HeaderField } from '@bulkhead/wire/mime/header.ts'
import { edited, renamedFields, subjectMarked, type Edit } from '@bulkhead/wire/trace/header-edit.ts'
import type { Evidence, Fate, Scanned } from './judging/evidence.ts'
import { judgedFields, ownFieldNames, subjectMark } from './judging/judged-fields.ts'
import type { Verdict } from './judging/verdict.ts'
import type { Recipient } from './session.ts'

/** Where a fate files; the others are not filed. A person releases a message by moving it. */
export const mailboxOf: Readonly<Partial<Record<Fate, FiledInto>>> = {
  junk: { specialUse: '\\Junk', name: 'Junk' },
  quarantine: { specialUse: null, name: 'Quarantine' },
}

/** One text of the message, and who gets it. */
export interface Copy {
  readonly recipients: readonly Recipient[]
  /** Valid until the next copy is made. */
  bytes(): Buffer
}

export interface CopySource {
  readonly message: Buffer
  /** The message with these bytes before it. */
  under(before: Buffer): Buffer
  readonly header: Buffer
  readonly fields: readonly HeaderField[]
  /** Return-Path and Received. */
  readonly trace: string
  readonly by: string
  readonly evidence: Evidence
  readonly verdicts: ReadonlyMap<AccountHandle, Verdict>
}

interface Text {
  readonly judged: string
  readonly mark: string | null
  readonly names: ReadonlySet<string>
  readonly scans: readonly Scanned[]
}

const textFor = ({ evidence }: CopySource, { filter }: Recipient, verdict: Verdict): Text => ({
  judged: judgedFields(evidence, filter, verdict),
  mark: subjectMark(evidence, filter, verdict),
  names: ownFieldNames(filter.policy),
  scans: evidence.scans.filter(({ changes, stage }) => changes !== null && filter.modes[stage] !== 'off'),
})

const keyOf = ({ judged, mark, names, scans }: Text): string =>
  JSON.stringify([judged, mark, [...names], scans.map(({ scanner }) => scanner)])

const bytesOf = ({ message, under, header, fields, trace, by }: CopySource, { judged, mark, names }: Text): Buffer => {
  const before = Buffer.from(trace + judged, 'utf8')
  const renamed = renamedFields(header, fields, by, names)
  const marked = mark === null ? undefined : subjectMarked(header, fields, mark)
  if (renamed.length === 0 && marked === undefined) return under(before)
  const edits: readonly Edit[] = marked === undefined ? renamed : [...renamed, marked]
  return Buffer.concat([before, edited(message, edits)])
}

/** `recipients`: each account once, those that get nothing left out. */
export const copiesFor = (source: CopySource, recipients: readonly Recipient[]): readonly Copy[] => {
  const groups = new Map<string, { readonly text: Text; readonly recipients: Recipient[] }>()
  for (const recipient of recipients) {
    const verdict = source.verdicts.get(recipient.account)
    if (verdict === undefined) continue
    const text = textFor(source, recipient, verdict)
    const key = recipients.length === 1 ? '' : keyOf(text)
    const group = groups.get(key) ?? { text, recipients: [] }
    group.recipients.push(recipient)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ text, recipients: whose }) => ({ recipients: whose, bytes: () => bytesOf(source, text) }))
}
