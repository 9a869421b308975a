/** Rows are dragged to a mailbox of the rail; the move menu is the same by clicks and keys (WCAG 2.5.7). */
import type { Id, Mailbox } from '../jmap/types.ts'
import { copyTo, label, moveTo } from '../actions/actions.ts'
import { accountOfTarget, type Target } from '../actions/targets.ts'
import { mailboxIdHere } from '../place.ts'
import { accountOfMailbox } from '../store/shares.ts'
import { isOffered } from './commands.ts'
import { chosen, chosenCount, clearChoice, targetNow, targetOf } from './selection.ts'
import { words } from './words.ts'

const type = 'application/x-bulkhead-emails'

let dragged: { readonly target: Target; readonly isChoice: boolean } | undefined

/** A row that is chosen takes the others along. */
export const startDrag = (event: DragEvent, id: Id): void => {
  if (event.dataTransfer === null) return
  const isChoice = chosen.peek().has(id)
  dragged = { target: (isChoice ? targetNow() : undefined) ?? targetOf([id]), isChoice }
  event.dataTransfer.setData(type, '')
  event.dataTransfer.effectAllowed = 'copyMove'
  const badge = document.createElement('div')
  badge.className = 'drag-badge'
  badge.textContent = words().dragged(isChoice ? chosenCount.peek() : 1)
  document.body.append(badge)
  event.dataTransfer.setDragImage(badge, -8, -8)
  window.setTimeout(() => badge.remove())
}

const carriesMail = (event: DragEvent): boolean => event.dataTransfer?.types.includes(type) === true

/** Where mail may be put in, but not where it lies already. */
export const mayDrop = (event: DragEvent, { id, myRights }: Mailbox): boolean => carriesMail(event) && myRights.mayAddItems && mailboxIdHere.peek() !== id

/** To another account it is copied where it may not be taken away. With Ctrl held it is labelled, or copied: it is in that mailbox too. */
export const drop = (event: DragEvent, mailbox: Mailbox): void => {
  if (!mayDrop(event, mailbox) || dragged === undefined) return
  event.preventDefault()
  const { target, isChoice } = dragged
  dragged = undefined
  if (isChoice) clearChoice()
  const [across, both] = [accountOfMailbox(mailbox.id) !== accountOfTarget(target), event.ctrlKey || event.metaKey]
  if (across) void (both || !isOffered('move') ? copyTo(target, mailbox) : moveTo(target, mailbox))
  else void (both ? label(target, mailbox, true) : moveTo(target, mailbox))
}
