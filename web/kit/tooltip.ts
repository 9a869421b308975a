/** Tips for what shows only an icon: any element with `data-tip`. One box for the page; Esc puts it away (WCAG 1.4.13). */
import { shortcutsOn } from './keys.ts'
import { place } from './place.ts'
import './tooltip.css'

const afterMs = 450

export const startTooltips = (): void => {
  const box = document.createElement('div')
  box.className = 'tooltip'
  box.popover = 'manual'
  // The tip repeats the element's own name, which screen readers have already.
  box.ariaHidden = 'true'
  document.body.append(box)
  let timer = 0
  let owner: Element | undefined
  const hide = (): void => {
    window.clearTimeout(timer)
    owner = undefined
    if (box.matches(':popover-open')) box.hidePopover()
  }
  const show = (element: HTMLElement): void => {
    const tip = element.dataset['tip']
    if (tip === undefined || tip === '' || !element.isConnected) return
    const keys = shortcutsOn.peek() ? element.getAttribute('aria-keyshortcuts') : null
    box.textContent = keys === null ? tip : `${tip} (${keys})`
    box.showPopover()
    place(box, element)
  }
  const consider = (event: Event, ms: number): void => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null
    if (element === owner) return
    hide()
    if (element === null) return
    owner = element
    timer = window.setTimeout(() => show(element), ms)
  }
  document.addEventListener('pointerover', (event) => {
    if (event.pointerType !== 'touch') consider(event, afterMs)
  })
  // Focus that the page moves, as into a dialog that opens, is not somebody asking what a button does.
  let movedByKey = false
  document.addEventListener('focusin', (event) => {
    if (movedByKey && event.target instanceof Element && event.target.matches(':focus-visible')) consider(event, 0)
    else hide()
  })
  document.addEventListener('focusout', hide)
  document.addEventListener('pointerdown', hide)
  document.addEventListener('keydown', (event) => {
    movedByKey = event.key === 'Tab' || event.key.startsWith('Arrow')
    if (event.key === 'Escape') hide()
  })
}
