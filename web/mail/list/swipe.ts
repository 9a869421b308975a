/** On touch screens a row is pulled: to the left it goes to the trash, to the right it changes between read and unread. */
import { markSeen, trash } from '../actions/actions.ts'
import type { Id } from '../jmap/types.ts'
import { knownRow } from '../store/emails.ts'
import { targetOf } from './selection.ts'

/** Of the row's width: farther, and it is done. */
const farEnough = 0.35
/** Below this it is a tap, or scrolling. */
const startPx = 14

interface Handlers {
  readonly onPointerDown: (event: PointerEvent) => void
}

const act = (id: Id, toLeft: boolean): void => {
  if (toLeft) void trash(targetOf([id]))
  else void markSeen(targetOf([id]), knownRow(id)?.keywords['$seen'] === undefined)
}

const begin = (event: PointerEvent, id: Id): void => {
  const row = event.currentTarget
  if (event.pointerType !== 'touch' || !(row instanceof HTMLElement)) return
  const { clientX: x, clientY: y } = event
  let pulled = 0
  const move = (moved: PointerEvent): void => {
    const dx = moved.clientX - x
    if (pulled === 0 && (Math.abs(dx) < startPx || Math.abs(moved.clientY - y) > Math.abs(dx))) return
    if (pulled === 0) row.setPointerCapture(event.pointerId)
    pulled = dx
    row.style.setProperty('--pulled', `${dx}px`)
    row.dataset['pulled'] = dx < 0 ? 'left' : 'right'
  }
  const end = (ended: PointerEvent): void => {
    row.removeEventListener('pointermove', move)
    row.style.removeProperty('--pulled')
    delete row.dataset['pulled']
    if (ended.type === 'pointerup' && Math.abs(pulled) > row.clientWidth * farEnough) act(id, pulled < 0)
    if (pulled !== 0) row.addEventListener('click', (click) => click.stopImmediatePropagation(), { capture: true, once: true })
  }
  row.addEventListener('pointermove', move)
  row.addEventListener('pointerup', end, { once: true })
  row.addEventListener('pointercancel', end, { once: true })
}

export const swipes = (id: Id): Handlers => ({ onPointerDown: (event) => begin(event, id) })
