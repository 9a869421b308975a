/** Opening a message of the list, going back, and going on to the next. */
import { compose } from '../compose/requests.ts'
import { markSeen, these } from '../actions/actions.ts'
import { goTo } from '../../kit/router.ts'
import type { Id } from '../jmap/types.ts'
import { layout } from '../preferences.ts'
import { openEmailId, pathHere } from '../place.ts'
import { knownRow } from '../store/emails.ts'
import { cursor, neighbour } from './selection.ts'

/** A draft opens where it is written on. What is opened becomes read. */
export const openEmail = (id: Id): void => {
  cursor.value = id
  const row = knownRow(id)
  if (row?.keywords['$draft'] === true) {
    compose({ is: 'draft', emailId: id })
    return
  }
  // Among three panes the list stays, and going through it should not fill the history.
  goTo(pathHere(id), layout.peek() === 'three' && openEmailId.peek() !== undefined ? 'replace' : 'push')
  if (row !== undefined && row.keywords['$seen'] === undefined) void markSeen(these([id]), true, true)
}

export const listId = 'message-list'

/** Back to the list, at the row that was open. */
export const closeEmail = (): void => {
  const id = openEmailId.peek()
  if (id === undefined) return
  cursor.value = id
  goTo(pathHere())
  requestAnimationFrame(() => document.getElementById(listId)?.focus({ preventScroll: true }))
}

/** Opens the next where one is open, else moves the row of the keys. */
export const goOn = (step: 1 | -1): void => {
  const id = neighbour(step)
  if (id === undefined) return
  if (openEmailId.peek() === undefined) cursor.value = id
  else openEmail(id)
}
