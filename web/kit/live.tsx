/** What screen readers are told without moving the focus (WCAG 4.1.3): `announce` says it, `<Live>` stands once in a page. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'

const spoken = signal({ text: '', turn: 0 })

/** The same words twice are said twice: they go to two regions by turns. */
export const announce = (text: string): void => {
  spoken.value = { text, turn: spoken.value.turn + 1 }
}

export const Live = (): JSX.Element => {
  const { text, turn } = spoken.value
  return (
    <div class="only-heard" aria-live="polite" aria-atomic="true">
      <p>{turn % 2 === 0 ? text : ''}</p>
      <p>{turn % 2 === 1 ? text : ''}</p>
    </div>
  )
}
