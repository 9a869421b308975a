/** Opening a message of the list, going back, and going on to the next. */
import { compose } from '../compose/requests.ts'
import { markSeen, these } from '../actions/actions.ts'
import { afterDrawing } from '../../kit/after-drawing.ts'
import { goBackTo, goTo } from '../../kit/router.ts'
import type { Id } from '../jmap/types.ts'
import { layout } from '../preferences.ts'
import { openEmailId, pathHere, shareHere } from '../place.ts'
import { knownRow } from '../store/emails.ts'
import { cursor, idAt, neighbour, placeOf } from './selection.ts'

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
  const maySetSeen = shareHere.peek()?.mailbox.myRights.maySetSeen ?? true
  if (row === undefined || row.keywords['$seen'] !== undefined || !maySetSeen) return
  afterDrawing(() => {
    // Who went back before it was there, or said at once that it is unread, has not read it.
    if (openEmailId.peek() !== undefined) void markSeen(these([id]), true, true)
  })
}

export const listId = 'message-list'

/** Back to the list, at the row that was open. */
export const closeEmail = (): void => {
  const id = openEmailId.peek()
  if (id === undefined) return
  cursor.value = id
  const list = pathHere()
  const isList = (path: string): boolean => path === list || (path === '/' && list === '/mail/inbox')
  void goBackTo(list, isList).then(() => {
    requestAnimationFrame(() => document.getElementById(listId)?.focus({ preventScroll: true }))
  })
}

/** Opens the next where one is open, else moves the row of the keys. */
export const goOn = (step: 1 | -1): void => {
  const id = neighbour(step)
  if (id === undefined) return
  if (openEmailId.peek() === undefined) {
    cursor.value = id
    // A link that was followed last would take the Enter that is meant for the row.
    document.getElementById(listId)?.focus({ preventScroll: true })
  } else openEmail(id)
}

/** Which message is next when these leave the list: the one below, else above. A draft would open to be written on. */
export const goAfter = (gone: ReadonlySet<Id>): void => {
  const [open, at] = [openEmailId.peek(), cursor.peek()]
  const from = placeOf(open ?? at)
  let next = from
  while (idAt(next) !== undefined && gone.has(idAt(next) ?? '')) next += 1
  const id = idAt(next) ?? idAt(from - 1)
  if (open !== undefined && gone.has(open)) {
    if (id === undefined || gone.has(id) || knownRow(id)?.keywords['$draft'] === true) closeEmail()
    else openEmail(id)
  } else if (at !== undefined && gone.has(at)) cursor.value = id
}
