/** The line between two panes: dragged, or moved by arrow keys, Home and End (ARIA window splitter). It says sizes in rem, so they grow with the type. */
import type { JSX } from 'preact'
import './splitter.css'

export interface SplitterProps {
  readonly label: string
  /** Of the pane before it, in rem. */
  readonly value: number
  readonly min: number
  readonly max: number
  readonly onChange: (rem: number) => void
  /** `vertical`: a standing line between panes side by side. */
  readonly orientation?: 'vertical' | 'horizontal'
  readonly controls?: string
}

const stepRem = 1

export const Splitter = ({ label, value, min, max, onChange, orientation = 'vertical', controls }: SplitterProps): JSX.Element => {
  const within = (rem: number): number => Math.min(max, Math.max(min, rem))
  const onPointerDown = (event: PointerEvent): void => {
    const bar = event.currentTarget
    if (!(bar instanceof HTMLElement) || event.button !== 0) return
    event.preventDefault()
    bar.setPointerCapture(event.pointerId)
    const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
    const at = (moved: PointerEvent): number => (orientation === 'vertical' ? moved.clientX : moved.clientY)
    const start = at(event)
    const move = (moved: PointerEvent): void => onChange(within(value + (at(moved) - start) / remPx))
    const end = (): void => bar.removeEventListener('pointermove', move)
    bar.addEventListener('pointermove', move)
    bar.addEventListener('pointerup', end, { once: true })
    bar.addEventListener('pointercancel', end, { once: true })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const less = orientation === 'vertical' ? 'ArrowLeft' : 'ArrowUp'
    const more = orientation === 'vertical' ? 'ArrowRight' : 'ArrowDown'
    const wanted = { [less]: value - stepRem, [more]: value + stepRem, Home: min, End: max }[event.key]
    if (wanted === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onChange(within(wanted))
  }
  return (
    <div
      class={`splitter splitter-${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-controls={controls}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  )
}
