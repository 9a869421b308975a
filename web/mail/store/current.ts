/** The list that is shown. */
import { signal } from '@preact/signals'
import { afterDrawing } from '../../kit/after-drawing.ts'
import type { EmailRow, Id } from '../jmap/types.ts'
import { emailList, keyOf, type EmailList, type ListQuery } from './email-list.ts'
import { noteFound } from './snippets.ts'
import { noteThreads } from './threads.ts'

export const current = signal<EmailList | undefined>(undefined)

/** Lists that were shown lately stay known, so that going back is at once. */
const keptMax = 6
const kept = new Map<string, EmailList>()

const noteRows = (query: ListQuery): ((rows: readonly EmailRow[]) => void) | undefined => {
  if (query.collapseThreads) return (rows) => noteThreads(query.accountId, rows)
  return query.isSearch ? (rows) => noteFound(query, rows) : undefined
}

export const showList = (query: ListQuery | undefined): void => {
  if (query === undefined) {
    current.value = undefined
    return
  }
  const key = keyOf(query)
  const found = kept.get(key)
  if (current.peek()?.key === key && found !== undefined) return
  const list = found ?? emailList(query, noteRows(query))
  kept.delete(key)
  kept.set(key, list)
  const [oldest] = kept
  if (kept.size > keptMax && oldest !== undefined) {
    oldest[1].close()
    kept.delete(oldest[0])
  }
  current.value = list
  if (found !== undefined) afterDrawing(() => void found.refresh())
  list.ensure(0, 30)
}

/** Gives up a search: what is found so far stays. */
export const stopSearch = (): void => {
  const list = current.peek()
  if (list === undefined) return
  list.close()
  kept.delete(list.key)
}

let beforeLeaving: (gone: ReadonlySet<Id>) => void = () => undefined

/** `act` hears what is about to leave the list that is shown, by something that is done here: who shows one of them goes on. */
export const whenLeaving = (act: typeof beforeLeaving): void => {
  beforeLeaving = act
}

/** Of all lists that are known: what was moved away here must not come back with the next one that is shown. `stays`: it may be read on. */
export const takeOutOf = (isGone: (list: EmailList) => readonly Id[], stays = false): void => {
  for (const list of kept.values()) {
    const gone = isGone(list)
    if (gone.length === 0) continue
    if (!stays && list === current.peek()) beforeLeaving(new Set(gone))
    list.takeOut(gone)
  }
}

/** Of an account that is no more: should it come again, its lists begin anew. */
export const forgetListsOf = (accountId: Id): void => {
  for (const [key, list] of kept) {
    if (list.query.accountId !== accountId) continue
    list.close()
    kept.delete(key)
  }
}

export const reloadLists = (): void => {
  for (const [key, list] of kept) {
    if (list === current.peek()) list.reload()
    else {
      list.close()
      kept.delete(key)
    }
  }
}
