/** The list that is shown. */
import { signal } from '@preact/signals'
import { emailList, keyOf, type EmailList, type ListQuery } from './email-list.ts'
import { noteThreads } from './threads.ts'

export const current = signal<EmailList | undefined>(undefined)

/** Lists that were shown lately stay known, so that going back is at once. */
const keptMax = 6
const kept = new Map<string, EmailList>()

export const showList = (query: ListQuery | undefined): void => {
  if (query === undefined) {
    current.value = undefined
    return
  }
  const key = keyOf(query)
  const found = kept.get(key)
  if (current.peek()?.key === key && found !== undefined) return
  const list = found ?? emailList(query, query.collapseThreads ? noteThreads : undefined)
  kept.delete(key)
  kept.set(key, list)
  const [oldest] = kept
  if (kept.size > keptMax && oldest !== undefined) {
    oldest[1].close()
    kept.delete(oldest[0])
  }
  current.value = list
  if (found !== undefined) void found.refresh()
  list.ensure(0, 30)
}

/** Gives up a search: what is found so far stays. */
export const stopSearch = (): void => {
  const list = current.peek()
  if (list === undefined) return
  list.close()
  kept.delete(list.key)
}

/** Of all lists that are known: what was moved away here must not come back with the next one that is shown. */
export const takeOutOf = (isGone: (list: EmailList) => readonly string[]): void => {
  for (const list of kept.values()) {
    const gone = isGone(list)
    if (gone.length > 0) list.takeOut(gone)
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
