/** Which list the place and the settings ask for. */
import { effect, signal } from '@preact/signals'
import { conversations } from '../preferences.ts'
import { place } from '../place.ts'
import { roleNames } from '../mailboxes/words.ts'
import { parseSearch } from '../search/parse.ts'
import type { ListQuery } from '../store/email-list.ts'
import { showList } from '../store/current.ts'
import { mailboxes } from '../store/mailboxes.ts'
import { clearChoice, cursor } from './selection.ts'

export const unreadOnly = signal(false)

const wantedQuery = (): ListQuery | undefined => {
  const here = place.value
  if (here.is === 'page') return undefined
  if (here.is === 'search') {
    const filter = parseSearch(here.search, { now: new Date(), mailboxes: [...mailboxes.peek().values()], roleNames })
    return { filter: filter ?? null, collapseThreads: false, isSearch: true }
  }
  if (here.mailbox === undefined) return undefined
  const inMailbox = { inMailbox: here.mailbox.id }
  return { filter: unreadOnly.value ? { ...inMailbox, notKeyword: '$seen' } : inMailbox, collapseThreads: conversations.value, isSearch: false }
}

/** Follows the address until the page is left. */
export const startLists = (): void => {
  let last = ''
  effect(() => {
    const query = wantedQuery()
    const key = JSON.stringify(query)
    if (key === last) return
    last = key
    cursor.value = undefined
    clearChoice()
    showList(query)
  })
}
