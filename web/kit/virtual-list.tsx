/** A list of any length of which only what is in view is in the document. Rows are placed by CSSOM; they never move what stands elsewhere. */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import './virtual-list.css'
import { heightOf, rowsInView, topOf, type Geometry, type Heading } from './virtual-rows.ts'

export interface VirtualListProps extends Omit<Geometry, 'rowPx' | 'headingPx'> {
  readonly rowRem: number
  readonly headingRem?: number
  /** One row; draw it in an element of the full height and width. */
  readonly row: (index: number) => JSX.Element
  readonly heading?: (heading: Heading) => JSX.Element
  /** Rows that are drawn now: what should be loaded. */
  readonly onRange?: (first: number, end: number) => void
  /** Brought into view when it changes; `undefined` leaves the list where it is. */
  readonly showRow?: number | undefined
  /** Another value begins at the top again. */
  readonly listKey: string
  readonly label: string
  readonly role?: 'listbox' | 'list' | 'grid'
  readonly multiple?: boolean
  readonly activeDescendant?: string | undefined
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly class?: string
  readonly id?: string
}

const beyond = 8
const headingRemDefault = 2

const remNow = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize)

const Placed = ({ top, height, children }: { top: number; height: number; children: JSX.Element }): JSX.Element => (
  <div class="virtual-row" role="presentation" style={{ transform: `translateY(${top}px)`, height: `${height}px` }}>
    {children}
  </div>
)

/** The heading under which the top of the view stands, kept in sight. */
const Sticky = ({ geometry, scrollPx, heading }: { geometry: Geometry; scrollPx: number; heading: VirtualListProps['heading'] }): JSX.Element | null => {
  if (heading === undefined) return null
  const current = geometry.headings.findLast(({ at }) => topOf(geometry, at) - geometry.headingPx <= scrollPx)
  if (current === undefined) return null
  return (
    <div class="virtual-sticky" aria-hidden="true" style={{ height: `${geometry.headingPx}px` }}>
      {heading(current)}
    </div>
  )
}

export const VirtualList = (props: VirtualListProps): JSX.Element => {
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ scrollPx: 0, viewPx: 800, rem: 16 })
  const geometry: Geometry = {
    count: props.count,
    headings: props.headings,
    rowPx: Math.round(props.rowRem * view.rem),
    headingPx: Math.round((props.headingRem ?? headingRemDefault) * view.rem),
  }
  const { first, end } = rowsInView(geometry, view.scrollPx, view.viewPx, beyond)
  const measure = (): void => {
    const element = scroller.current
    if (element !== null) setView({ scrollPx: element.scrollTop, viewPx: element.clientHeight, rem: remNow() })
  }
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: 0 })
    measure()
  }, [props.listKey])
  useEffect(() => props.onRange?.(first, end), [first, end, props.listKey])
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null || props.showRow === undefined) return
    const top = topOf(geometry, props.showRow)
    const stickyPx = geometry.headings.length > 0 ? geometry.headingPx : 0
    if (top - stickyPx < element.scrollTop) element.scrollTop = top - stickyPx
    else if (top + geometry.rowPx > element.scrollTop + element.clientHeight) element.scrollTop = top + geometry.rowPx - element.clientHeight
  }, [props.showRow])
  const rows = Array.from({ length: end - first }, (_, at) => first + at)
  return (
    <div
      ref={scroller}
      id={props.id}
      class={`virtual-list ${props.class ?? ''}`}
      role={props.role ?? 'list'}
      aria-label={props.label}
      aria-multiselectable={props.multiple}
      aria-activedescendant={props.activeDescendant}
      tabIndex={0}
      onScroll={measure}
      onKeyDown={props.onKeyDown}
    >
      <Sticky geometry={geometry} scrollPx={view.scrollPx} heading={props.heading} />
      <div class="virtual-space" role="presentation" style={{ height: `${heightOf(geometry)}px` }}>
        {props.headings
          .filter(({ at }) => at >= first && at < end)
          .map((heading) => (
            <Placed key={`h${heading.at}`} top={topOf(geometry, heading.at) - geometry.headingPx} height={geometry.headingPx}>
              {props.heading?.(heading) ?? <></>}
            </Placed>
          ))}
        {rows.map((index) => (
          <Placed key={index} top={topOf(geometry, index)} height={geometry.rowPx}>
            {props.row(index)}
          </Placed>
        ))}
      </div>
    </div>
  )
}
