/** Which list the place and the settings ask for. */
import { effect, signal } from '@preact/signals'
import { conversations } from '../preferences.ts'
import { accountHere, place, shareHere } from '../place.ts'
import { roleNames } from '../mailboxes/words.ts'
import { parseSearch } from '../search/parse.ts'
import type { ListQuery } from '../store/email-list.ts'
import { showList, whenLeaving } from '../store/current.ts'
import { mailboxes } from '../store/mailboxes.ts'
import { goAfter } from './open.ts'
import { clearChoice, cursor } from './selection.ts'

export const unreadOnly = signal(false)

const wantedQuery = (): ListQuery | undefined => {
  const here = place.value
  if (here.is === 'page') return undefined
  if (here.is === 'search') {
    const within = shareHere.peek()?.mailbox
    const filter = parseSearch(here.search, { now: new Date(), mailboxes: within === undefined ? [...mailboxes.peek().values()] : [within], roleNames })
    return { accountId: accountHere.value, filter: filter ?? null, collapseThreads: false, isSearch: true }
  }
  if (here.mailbox === undefined) return undefined
  const inMailbox = { inMailbox: here.mailbox.id }
  const filter = unreadOnly.value ? { ...inMailbox, notKeyword: '$seen' } : inMailbox
  return { accountId: accountHere.value, filter, collapseThreads: conversations.value, isSearch: false }
}

/** Follows the address until the page is left. */
export const startLists = (): void => {
  whenLeaving(goAfter)
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
