/** Plain text as DOM text: quotes set apart by depth, the quoted tail behind a toggle, addresses as links. */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { compose } from '../compose/requests.ts'
import { fixedPitch } from '../preferences.ts'
import type { TextBody as Body, TextSegment } from './message-view.ts'
import { runsOf, slicesOf, type Run, type Slice } from './text-slices.ts'
import { words } from './words.ts'

const Segment = ({ text, href }: TextSegment): JSX.Element => {
  if (href === null) return <>{text}</>
  if (!href.startsWith('mailto:')) return <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>{text}</a>
  const write = (event: MouseEvent): void => {
    event.preventDefault()
    compose({ is: 'mailto', href })
  }
  return <a href={href} onClick={write}>{text}</a>
}

/** Empty lines before what is folded away would be a hole. */
const withoutBlankEnd = (runs: readonly Run[]): readonly Run[] => {
  const last = runs.at(-1)
  const end = last?.segments.at(-1)
  if (last === undefined || end === undefined) return runs
  return [...runs.slice(0, -1), { ...last, segments: [...last.segments.slice(0, -1), { ...end, text: end.text.trimEnd() }] }]
}

const coloursMax = 4

const RunOfText = ({ depth, segments }: Run): JSX.Element => {
  const inside = segments.map((segment, at) => <Segment key={at} {...segment} />)
  if (depth === 0) return <p class="text-run">{inside}</p>
  return <blockquote class={`text-run text-quote text-quote-${Math.min(depth, coloursMax)}`}>{inside}</blockquote>
}

/** What is not in view is in the document, found by the browser's search, and drawn when it comes into view. */
const SliceOfText = ({ slice }: { slice: Slice }): JSX.Element => {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => box.current?.style.setProperty('--slice-lines', String(slice.lines)), [])
  return <div ref={box} class="text-slice">{slice.runs.map((run, at) => <RunOfText key={at} {...run} />)}</div>
}

/** Slices that are added in one turn of the page. */
const atOnce = 4

/** The beginning at once, the rest in turns between which the page does what is asked of it. */
const Sliced = ({ runs }: { runs: readonly Run[] }): JSX.Element => {
  const slices = useMemo(() => slicesOf(runs), [runs])
  const [count, setCount] = useState(1)
  const drawn = useRef<JSX.Element[]>([])
  useEffect(() => {
    if (count >= slices.length) return undefined
    const timer = setTimeout(() => setCount(count + atOnce))
    return () => clearTimeout(timer)
  }, [count, slices])
  if (slices.length <= 1) return <>{slices[0]?.runs.map((run, at) => <RunOfText key={at} {...run} />)}</>
  // The same elements again: what stands already is not compared.
  for (const slice of slices.slice(drawn.current.length, count)) drawn.current.push(<SliceOfText key={drawn.current.length} slice={slice} />)
  return <>{[...drawn.current]}</>
}

export const TextBody = ({ body }: { body: Body }): JSX.Element => {
  const [isOpen, setOpen] = useState(false)
  const text = words()
  const [own, tail] = useMemo(() => {
    const runs = runsOf(body.segments)
    // What follows the last own words is the tail; quotes between own words were answered there and stay.
    const lastOwn = runs.findLastIndex(({ depth, segments }) => depth === 0 && segments.some((segment) => segment.text.trim() !== ''))
    const at = body.hasQuote && lastOwn >= 0 ? lastOwn + 1 : runs.length
    return [withoutBlankEnd(runs.slice(0, at)), runs.slice(at)]
  }, [body])
  const hasTail = tail.length > 0
  return (
    <div class={`text-body ${fixedPitch.value ? 'text-fixed' : ''}`}>
      <Sliced runs={own} />
      {hasTail ? (
        <Button label={isOpen ? text.hideQuote : text.showQuote} class="text-fold" kind="quiet" expanded={isOpen} onClick={() => setOpen(!isOpen)} />
      ) : null}
      {hasTail && isOpen ? <Sliced runs={tail} /> : null}
    </div>
  )
}
