/** A list of any length of which only what is in view is in the document. Rows are placed by CSSOM; they never move what stands elsewhere. */
import { useComputed, useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals'
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
  /** Brought into view when it changes; below 0 leaves the list where it is. */
  readonly showRow: ReadonlySignal<number>
  /** Another value begins at the top again. */
  readonly listKey: string
  readonly label: string
  readonly role?: 'listbox' | 'list' | 'grid'
  readonly multiple?: boolean
  /** The row that keys go on from, and the id of its element. */
  readonly active: ReadonlySignal<{ readonly row: number; readonly id: string } | undefined>
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly class?: string
  readonly id?: string
}

/** Rows drawn beyond those in view, once these are drawn. */
const beyond = 8
const headingRemDefault = 2
/** What was measured last. The next list begins with it, so that its first drawing has the rows that are seen and no others. */
let known = { heightPx: 800, rem: 16 }

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

const viewOf = (props: VirtualListProps, scrollPx: number, margin: number): View => {
  const geometry = geometryOf(props, known.rem)
  const { first, end } = rowsInView(geometry, scrollPx, known.heightPx, margin)
  const sticky = props.headings.findLast(({ at }) => topOf(geometry, at) - geometry.headingPx <= scrollPx)?.label
  return { first, end, sticky, rem: known.rem }
}

const isSame = (one: View, other: View): boolean =>
  one.first === other.first && one.end === other.end && one.sticky === other.sticky && one.rem === other.rem

const bringIntoView = (element: HTMLElement, geometry: Geometry, row: number): void => {
  const top = topOf(geometry, row)
  const stickyPx = geometry.headings.length > 0 ? geometry.headingPx : 0
  if (top - stickyPx < element.scrollTop) element.scrollTop = top - stickyPx
  else if (top + geometry.rowPx > element.scrollTop + element.clientHeight) element.scrollTop = top + geometry.rowPx - element.clientHeight
}

export const VirtualList = (props: VirtualListProps): JSX.Element => {
  const scroller = useRef<HTMLDivElement>(null)
  const margin = useRef(0)
  const [lastView, setView] = useState<View>(() => viewOf(props, 0, margin.current))
  const keyDrawn = useRef(props.listKey)
  let view = lastView
  if (keyDrawn.current !== props.listKey) {
    // Another list begins as the first did: with the rows that are seen.
    margin.current = 0
    view = viewOf(props, 0, 0)
  }
  const latest = useRef(props)
  latest.current = props
  const draw = (): void => {
    const element = scroller.current
    if (element === null) return
    const next = viewOf(latest.current, element.scrollTop, margin.current)
    setView((before) => (isSame(before, next) ? before : next))
  }
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    // Tells the size for the first time before the first drawing, without a layout of its own.
    const observer = new ResizeObserver(() => {
      // Put away, it keeps its rows for when it is back.
      if (element.clientHeight === 0) return
      known = { heightPx: element.clientHeight, rem: remNow() }
      draw()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const drawn = useSignal<Pick<View, 'first' | 'end'>>(view)
  useLayoutEffect(() => void (drawn.value = view), [view])
  // A row that is not in the document is nothing that could be read out.
  const active = useComputed(() => {
    const at = props.active.value
    return at !== undefined && at.row >= drawn.value.first && at.row < drawn.value.end ? at.id : undefined
  })
  const isNew = useRef(true)
  useLayoutEffect(() => {
    keyDrawn.current = props.listKey
    if (!isNew.current) scroller.current?.scrollTo({ top: 0 })
  }, [props.listKey])
  useLayoutEffect(() => {
    if (!isNew.current) draw()
    isNew.current = false
  }, [props.listKey, props.count, props.rowRem, props.headings])
  useEffect(() => {
    margin.current = beyond
    draw()
  }, [props.listKey])
  useEffect(() => props.onRange?.(view.first, view.end), [view.first, view.end, props.listKey])
  useSignalEffect(() => {
    const row = latest.current.showRow.value
    if (scroller.current !== null && row >= 0) bringIntoView(scroller.current, geometryOf(latest.current, known.rem), row)
  })
  const geometry = geometryOf(props, view.rem)
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
      aria-activedescendant={active}
      tabIndex={0}
      onScroll={draw}
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
