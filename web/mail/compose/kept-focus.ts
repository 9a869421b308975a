/**
 * The focus of a list whose buttons come and go: a file that is sent again or has arrived has others than before. It goes to the button in the
 * same place, and where none is left to the text, so that keys still reach the message (WCAG 2.4.3); where the text would raise a keyboard that
 * covers half the page, to the button that attaches another.
 */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { layout } from '../preferences.ts'

interface Place {
  readonly list: HTMLElement
  readonly at: number
  readonly composer: Element | null
}

const buttonsIn = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('button')]

const raisesKeyboard = (): boolean => layout.peek() === 'one' || matchMedia('(pointer: coarse)').matches

export interface KeptFocus {
  onFocusIn(event: FocusEvent): void
  onFocusOut(event: FocusEvent): void
}

/** For the element that holds the list; looks after each drawing. */
export const useKeptFocus = (): KeptFocus => {
  const place = useRef<Place | undefined>(undefined)
  useLayoutEffect(() => {
    const { current: last } = place
    if (last === undefined || document.activeElement !== document.body) return
    const left = last.list.isConnected ? buttonsIn(last.list) : []
    const otherwise = raisesKeyboard() ? '.compose-attach' : '.rich-text, .compose-plain'
    const next = left[Math.min(last.at, left.length - 1)] ?? last.composer?.querySelector<HTMLElement>(otherwise)
    place.current = undefined
    next?.focus({ preventScroll: true })
  })
  return {
    onFocusIn({ currentTarget, target }) {
      if (!(currentTarget instanceof HTMLElement) || !(target instanceof HTMLElement)) return
      place.current = { list: currentTarget, at: buttonsIn(currentTarget).indexOf(target), composer: currentTarget.closest('.composer') }
    },
    onFocusOut({ target }) {
      // What is taken out of the page loses the focus too; whoever left it by themselves is not called back.
      queueMicrotask(() => {
        if (target instanceof Node && target.isConnected) place.current = undefined
      })
    },
  }
}
