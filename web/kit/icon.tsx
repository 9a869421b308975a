/** Icons are decoration: whoever shows one says its name in words. Drawn on a 20 by 20 grid, 1.6 thick, in the text's colour. */
import type { JSX } from 'preact'

export type Icon = (props: { class?: string }) => JSX.Element

export const icon =
  (...paths: readonly string[]): Icon =>
  ({ class: className }) => (
    <svg class={`icon ${className ?? ''}`} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      {paths.map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  )
