/** Rows of Emails as the lists show them, one signal each: a change of one draws one row. Bounded; what falls out is asked for again when it is seen. */
import { signal, type Signal } from '@preact/signals'
import type { EmailRow, Id } from '../jmap/types.ts'

export const rowProperties = [
  'id', 'threadId', 'mailboxIds', 'keywords', 'from', 'to', 'subject', 'receivedAt', 'size', 'hasAttachment', 'preview',
] as const

/** About 1 KB each. */
const rowsMax = 20_000
const dropAtOnce = 5000

const rows = new Map<Id, Signal<EmailRow | undefined>>()

const makeRoom = (): void => {
  if (rows.size < rowsMax) return
  let count = 0
  for (const id of rows.keys()) {
    rows.delete(id)
    count += 1
    if (count === dropAtOnce) return
  }
}

export const emailRow = (id: Id): Signal<EmailRow | undefined> => {
  const found = rows.get(id)
  if (found !== undefined) return found
  makeRoom()
  const made = signal<EmailRow | undefined>(undefined)
  rows.set(id, made)
  return made
}

/** The row if it is here, without being told of changes. */
export const knownRow = (id: Id): EmailRow | undefined => rows.get(id)?.peek()

export const keepRows = (list: readonly EmailRow[]): void => {
  for (const row of list) emailRow(row.id).value = row
}

/** Some properties of rows that are here; others are not made of them. */
export const mergeRows = (list: readonly (Partial<EmailRow> & { readonly id: Id })[]): void => {
  for (const part of list) {
    const own = rows.get(part.id)
    const before = own?.peek()
    if (own !== undefined && before !== undefined) own.value = { ...before, ...part }
  }
}

export const dropRows = (ids: readonly Id[]): void => {
  for (const id of ids) {
    const own = rows.get(id)
    if (own !== undefined) own.value = undefined
    rows.delete(id)
  }
}

export const forgetRows = (): void => rows.clear()
