/** On touch screens a row is pulled: to the left it goes to the trash, to the right it changes between read and unread. */
import { markSeen, trash } from '../actions/actions.ts'
import type { Id } from '../jmap/types.ts'
import { knownRow } from '../store/emails.ts'
import { isOffered } from './commands.ts'
import { targetOf } from './selection.ts'

/** Of the row's width: farther, and it is done. */
const farEnough = 0.35
/** Below this it is a tap, or scrolling. */
const startPx = 14
/** A click that belongs to the pull comes so soon. */
const ownClickMs = 300

interface Handlers {
  readonly onPointerDown: (event: PointerEvent) => void
}

const act = (id: Id, toLeft: boolean): void => {
  if (toLeft && (isOffered('trash') || isOffered('destroy'))) void trash(targetOf([id]))
  else if (!toLeft && isOffered('seen')) void markSeen(targetOf([id]), knownRow(id)?.keywords['$seen'] === undefined)
}

/** A finger that moved mostly makes no click. The next touch is another's click, however soon it comes, or late the clock of a busy page. */
const ignoreOwnClick = (row: HTMLElement): void => {
  const ignoring = new AbortController()
  const { signal } = ignoring
  const stop = (): void => ignoring.abort()
  row.addEventListener('click', (click) => click.stopImmediatePropagation(), { capture: true, once: true, signal })
  document.addEventListener('pointerdown', stop, { capture: true, once: true, signal })
  window.setTimeout(stop, ownClickMs)
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
  const over = new AbortController()
  const end = (ended: PointerEvent): void => {
    over.abort()
    row.style.removeProperty('--pulled')
    delete row.dataset['pulled']
    if (ended.type === 'pointerup' && Math.abs(pulled) > row.clientWidth * farEnough) act(id, pulled < 0)
    if (pulled !== 0) ignoreOwnClick(row)
  }
  row.addEventListener('pointermove', move, { signal: over.signal })
  row.addEventListener('pointerup', end, { signal: over.signal })
  row.addEventListener('pointercancel', end, { signal: over.signal })
}

export const swipes = (id: Id): Handlers => ({ onPointerDown: (event) => begin(event, id) })
