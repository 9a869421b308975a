/**
 * What each account gets of one message: where it goes, and in which words. Accounts whose copies are the same to the
 * byte share one sealed body; recipients with wishes of their own get copies of their own.
 */
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import type { FiledInto } from '@bulkhead/mail/journal/event.ts'
import { milterEdits } from '@bulkhead/wire/milter/changes.ts'
import { headerFields, type HeaderField } from '@bulkhead/wire/mime/header.ts'
import { edited, renamedFields, subjectMarked, type Edit } from '@bulkhead/wire/trace/header-edit.ts'
import { scanHeader } from '@bulkhead/wire/trace/header-scan.ts'
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
  /** The ARC set over the message as it came; empty for none. */
  readonly seal: string
}

interface Text {
  readonly judged: string
  readonly mark: string | null
  readonly names: ReadonlySet<string>
  readonly scans: readonly Scanned[]
  readonly seal: string
}

/** A seal over what was changed afterwards would say that somebody on the way did it. */
const textFor = ({ evidence, seal }: CopySource, { filter }: Recipient, verdict: Verdict): Text => {
  const mark = subjectMark(evidence, filter, verdict)
  const scans = evidence.scans.filter(({ changes, stage }) => changes !== null && filter.modes[stage] !== 'off')
  return {
    judged: judgedFields(evidence, filter, verdict),
    mark,
    names: ownFieldNames(filter.policy),
    scans,
    seal: filter.policy['arc.seal'] === 'on' && mark === null && scans.length === 0 ? seal : '',
  }
}

const keyOf = ({ judged, mark, names, scans, seal }: Text): string =>
  JSON.stringify([judged, mark, [...names], scans.map(({ scanner }) => scanner), seal])

/** Fields that only we write are renamed before a filter's own come in; what it changes it may change for good. */
const changedBy = ({ message, header, fields, by }: CopySource, { names, scans }: Text): readonly Edit[] => {
  const changes = scans.flatMap((scan) => (scan.changes === null ? [] : milterEdits(message, header.length, fields, scan.changes)))
  const renamed = renamedFields(header, fields, by, names).filter(({ start }) => !changes.some((edit) => edit.start === start && edit.end > start))
  return [...renamed, ...changes]
}

const withMark = (message: Buffer, mark: string): Buffer => {
  const { header } = scanHeader(message, '')
  const marked = subjectMarked(header, headerFields(header), mark)
  return marked === undefined ? message : edited(message, [marked])
}

const bytesOf = (source: CopySource, text: Text): Buffer => {
  const before = Buffer.from(source.trace + text.seal + text.judged, 'utf8')
  const edits = changedBy(source, text)
  if (edits.length === 0 && text.mark === null) return source.under(before)
  const changed = edits.length === 0 ? source.message : edited(source.message, edits)
  return Buffer.concat([before, text.mark === null ? changed : withMark(changed, text.mark)])
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
