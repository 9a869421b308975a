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
/** Drawn before the height of the list is known. */
const firstRows = 30

const remNow = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize)

const Placed = ({ top, height, hidden, children }: { top: number; height: number; hidden?: boolean; children: JSX.Element }): JSX.Element => (
  <div class="virtual-row" role="presentation" aria-hidden={hidden} style={{ transform: `translateY(${top}px)`, height: `${height}px` }}>
    {children}
  </div>
)

/** What is drawn; kept as it is while the same rows are in view, so that scrolling within them draws nothing. */
interface View {
  readonly first: number
  readonly end: number
  readonly sticky: string | undefined
  readonly rem: number
}

const geometryOf = (props: VirtualListProps, rem: number): Geometry => ({
  count: props.count,
  headings: props.headings,
  rowPx: Math.round(props.rowRem * rem),
  headingPx: Math.round((props.headingRem ?? headingRemDefault) * rem),
})

const viewOf = (props: VirtualListProps, element: HTMLElement): View => {
  const rem = remNow()
  const geometry = geometryOf(props, rem)
  const { first, end } = rowsInView(geometry, element.scrollTop, element.clientHeight, beyond)
  const sticky = props.headings.findLast(({ at }) => topOf(geometry, at) - geometry.headingPx <= element.scrollTop)?.label
  return { first, end, sticky, rem }
}

const bringIntoView = (element: HTMLElement, geometry: Geometry, row: number): void => {
  const top = topOf(geometry, row)
  const stickyPx = geometry.headings.length > 0 ? geometry.headingPx : 0
  if (top - stickyPx < element.scrollTop) element.scrollTop = top - stickyPx
  else if (top + geometry.rowPx > element.scrollTop + element.clientHeight) element.scrollTop = top + geometry.rowPx - element.clientHeight
}

export const VirtualList = (props: VirtualListProps): JSX.Element => {
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<View>({ first: 0, end: Math.min(props.count, firstRows), sticky: undefined, rem: 16 })
  const latest = useRef(props)
  latest.current = props
  const measure = (): void => {
    const element = scroller.current
    if (element === null) return
    const next = viewOf(latest.current, element)
    setView((before) => (before.first === next.first && before.end === next.end && before.sticky === next.sticky && before.rem === next.rem ? before : next))
  }
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => scroller.current?.scrollTo({ top: 0 }), [props.listKey])
  useLayoutEffect(measure, [props.listKey, props.count, props.rowRem, props.headings])
  useEffect(() => props.onRange?.(view.first, view.end), [view.first, view.end, props.listKey])
  const geometry = geometryOf(props, view.rem)
  useLayoutEffect(() => {
    if (scroller.current !== null && props.showRow !== undefined) bringIntoView(scroller.current, geometry, props.showRow)
  }, [props.showRow])
  const end = Math.min(view.end, props.count)
  const rows = Array.from({ length: Math.max(0, end - view.first) }, (_, at) => view.first + at)
  return (
    <div
      ref={scroller}
      id={props.id}
      class={`virtual-list ${props.class ?? ''}`}
      role={props.role ?? 'list'}
      aria-label={props.label}
      aria-multiselectable={props.multiple}
      aria-rowcount={props.role === 'grid' ? props.count : undefined}
      aria-activedescendant={props.activeDescendant}
      tabIndex={0}
      onScroll={measure}
      onKeyDown={props.onKeyDown}
    >
      {view.sticky === undefined ? null : (
        <div class="virtual-sticky" aria-hidden="true" style={{ height: `${geometry.headingPx}px`, marginBottom: `${-geometry.headingPx}px` }}>
          {props.heading?.({ at: view.first, label: view.sticky })}
        </div>
      )}
      <div class="virtual-space" role="presentation" style={{ height: `${heightOf(geometry)}px` }}>
        {props.headings
          .filter(({ at }) => at >= view.first && at < end)
          .map((heading) => (
            <Placed key={`h${heading.at}`} top={topOf(geometry, heading.at) - geometry.headingPx} height={geometry.headingPx} hidden>
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
