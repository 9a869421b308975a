/** Rows are dragged to a mailbox of the rail; the move menu is the same by clicks and keys (WCAG 2.5.7). */
import type { Id, Mailbox } from '../jmap/types.ts'
import { label, moveTo } from '../actions/actions.ts'
import type { Target } from '../actions/targets.ts'
import { chosen, chosenCount, targetNow, targetOf } from './selection.ts'
import { words } from './words.ts'

const type = 'application/x-bulkhead-emails'

let dragged: Target | undefined

/** A row that is chosen takes the others along. */
export const startDrag = (event: DragEvent, id: Id): void => {
  if (event.dataTransfer === null) return
  const together = chosen.peek().has(id)
  dragged = together ? targetNow() : targetOf([id])
  event.dataTransfer.setData(type, '')
  event.dataTransfer.effectAllowed = 'copyMove'
  const badge = document.createElement('div')
  badge.className = 'drag-badge'
  badge.textContent = words().dragged(together ? chosenCount.peek() : 1)
  document.body.append(badge)
  event.dataTransfer.setDragImage(badge, -8, -8)
  window.setTimeout(() => badge.remove())
}

export const carriesMail = (event: DragEvent): boolean => event.dataTransfer?.types.includes(type) === true

/** With Ctrl held it is labelled: it is in that mailbox too. */
export const drop = (event: DragEvent, mailbox: Mailbox): void => {
  if (!carriesMail(event) || dragged === undefined) return
  event.preventDefault()
  const target = dragged
  dragged = undefined
  void (event.ctrlKey || event.metaKey ? label(target, mailbox, true) : moveTo(target, mailbox))
}
