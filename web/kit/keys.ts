/**
 * Single-key shortcuts, safe for people who write with an input method: nothing fires while one composes, in a field
 * that takes text, below an open dialog, or with Ctrl, Alt or Meta held. Sequences such as `g i` wait one second.
 */
import { signal } from '@preact/signals'
import { remembered, yesOrNo } from './remembered.ts'

export interface Shortcut {
  /** `j`, `#`, `Shift+I`, `g i`, `Enter`, `Escape`: `KeyboardEvent.key`, with `Shift+` only before letters and named keys. */
  readonly keys: string
  /** Shown in the help, in the language of the page. */
  readonly name: () => string
  /** The heading in the help under which it stands. */
  readonly group: () => string
  /** False: not now; the key goes on to others. */
  readonly run: (event: KeyboardEvent) => boolean | void
}

const sequenceMs = 1000

export const shortcuts = signal<readonly Shortcut[]>([])

/** WCAG 2.1.4: single keys can be switched off. Escape and Enter are no single characters and stay. */
export const shortcutsOn = remembered<boolean>('shortcuts', true, yesOrNo)

/** Adds shortcuts until the function given back is called. Later ones are asked first. */
export const addShortcuts = (added: readonly Shortcut[]): (() => void) => {
  shortcuts.value = [...shortcuts.value, ...added]
  return () => {
    shortcuts.value = shortcuts.value.filter((shortcut) => !added.includes(shortcut))
  }
}

/** The key that an input method swallows has code 229 where `isComposing` is not yet, or no longer, set. */
const imeKeyCode = 229

export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === imeKeyCode

const takesText = (target: EventTarget | null): boolean => {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox' && target.type !== 'radio'
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

export const nameOfKey = (event: KeyboardEvent): string => {
  const isLetter = /^\p{L}$/u.test(event.key)
  const shift = event.shiftKey && (isLetter || event.key.length > 1) ? 'Shift+' : ''
  return shift + (isLetter ? (event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase()) : event.key)
}

/** Buttons and links have their own Enter and space. */
const isOwnKey = (event: KeyboardEvent): boolean =>
  (event.key === 'Enter' || event.key === ' ') && event.target instanceof Element && event.target.closest('button, a[href], summary') !== null

export const startShortcuts = (): void => {
  let first: string | undefined
  let timer = 0
  const forget = (): void => {
    first = undefined
    window.clearTimeout(timer)
  }
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return
    if (takesText(event.target) || isOwnKey(event) || document.querySelector('dialog[open]') !== null) return forget()
    if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return undefined
    const name = nameOfKey(event)
    if (!shortcutsOn.value && event.key.length === 1) return forget()
    const wanted = first === undefined ? name : `${first} ${name}`
    forget()
    for (const shortcut of shortcuts.value.toReversed()) {
      if (shortcut.keys !== wanted || shortcut.run(event) === false) continue
      event.preventDefault()
      return undefined
    }
    if (!wanted.includes(' ') && shortcuts.value.some(({ keys }) => keys.startsWith(`${wanted} `))) {
      first = wanted
      timer = window.setTimeout(forget, sequenceMs)
    }
    return undefined
  })
}
