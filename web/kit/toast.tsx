/** Short messages at the foot of the page, with at most one thing to do (undo). They wait while pointed at or focused (WCAG 2.2.1). */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { IconClose } from './icons.ts'
import './toast.css'
import { words } from './words.ts'

export interface Toast {
  readonly text: string
  readonly kind?: 'plain' | 'error'
  readonly action?: { readonly label: string; readonly run: () => void }
  /** How long it stays; 8 s where not given, until closed at 0. */
  readonly ms?: number
  /** What it says when that time is over and its action too late: it stays a little longer, without the action. */
  readonly becomes?: string
  /** Called once when it goes, or becomes the other, without its action having been taken. */
  readonly onGone?: () => void
}

interface Shown extends Toast {
  readonly id: number
}

const msDefault = 8000
const msAfter = 4000
/** More than these would hide the page; the oldest goes. */
const shownMax = 3

const shown = signal<readonly Shown[]>([])
let lastId = 0

const drop = (id: number, taken: boolean): void => {
  const gone = shown.value.find((toast) => toast.id === id)
  if (gone === undefined) return
  shown.value = shown.value.filter((toast) => toast.id !== id)
  if (!taken) gone.onGone?.()
}

/** Shows it and gives back what takes it away. */
export const toast = (wanted: Toast): (() => void) => {
  lastId += 1
  const id = lastId
  const oldest = shown.value[0]
  if (shown.value.length >= shownMax && oldest !== undefined) drop(oldest.id, false)
  shown.value = [...shown.value, { ...wanted, id }]
  return () => drop(id, true)
}

const ToastView = ({ item }: { item: Shown }): JSX.Element => {
  const box = useRef<HTMLLIElement>(null)
  const [isLate, setLate] = useState(false)
  const ms = isLate ? msAfter : (item.ms ?? msDefault)
  useEffect(() => {
    if (ms === 0) return undefined
    const end = (): void => {
      if (item.becomes !== undefined && !isLate) {
        item.onGone?.()
        setLate(true)
      } else if (box.current?.matches(':hover, :focus-within') === true) timer = window.setTimeout(end, 1000)
      else drop(item.id, isLate)
    }
    let timer = window.setTimeout(end, ms)
    return () => window.clearTimeout(timer)
  }, [isLate])
  return (
    <li ref={box} class={`toast ${item.kind === 'error' ? 'toast-error' : ''}`}>
      <span class="toast-text">{isLate ? item.becomes : item.text}</span>
      {item.action === undefined || isLate ? null : (
        <Button
          label={item.action.label}
          kind="quiet"
          class="toast-action"
          onClick={() => {
            drop(item.id, true)
            item.action?.run()
          }}
        />
      )}
      <Button label={words().close} icon={IconClose} iconOnly kind="quiet" class="toast-close" onClick={() => drop(item.id, isLate)} />
    </li>
  )
}

/** Stands once in a page. */
export const Toasts = (): JSX.Element => (
  <section class="toasts" aria-label={words().notices} aria-live="polite" aria-relevant="additions">
    <ul>
      {shown.value.map((item) => (
        <ToastView key={item.id} item={item} />
      ))}
    </ul>
  </section>
)
