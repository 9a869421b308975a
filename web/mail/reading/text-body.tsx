/** Plain text as DOM text: quotes set apart by depth, the quoted tail behind a toggle, addresses as links. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { compose } from '../compose/requests.ts'
import type { TextBody as Body, TextSegment } from './message-view.ts'
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

/** Segments of one depth that follow each other. */
const runsOf = (segments: readonly TextSegment[]): readonly (readonly TextSegment[])[] => {
  const runs: TextSegment[][] = []
  for (const segment of segments) {
    const last = runs.at(-1)
    if (last?.[0]?.depth === segment.depth) last.push(segment)
    else runs.push([segment])
  }
  return runs
}

/** Empty lines before what is folded away would be a hole. */
const withoutBlankEnd = (run: readonly TextSegment[]): readonly TextSegment[] =>
  run.map((segment, at) => (at === run.length - 1 ? { ...segment, text: segment.text.trimEnd() } : segment))

const coloursMax = 4

const Run = ({ segments }: { segments: readonly TextSegment[] }): JSX.Element => {
  const depth = segments[0]?.depth ?? 0
  const inside = segments.map((segment, at) => <Segment key={at} {...segment} />)
  if (depth === 0) return <p class="text-run">{inside}</p>
  return <blockquote class={`text-run text-quote text-quote-${Math.min(depth, coloursMax)}`}>{inside}</blockquote>
}

export const TextBody = ({ body }: { body: Body }): JSX.Element => {
  const [isOpen, setOpen] = useState(false)
  const text = words()
  const runs = runsOf(body.segments)
  // What follows the last own words is the tail; quotes between own words were answered there and stay.
  const lastOwn = runs.findLastIndex((run) => run[0]?.depth === 0 && run.some((segment) => segment.text.trim() !== ''))
  const tail = body.hasQuote && lastOwn >= 0 ? lastOwn + 1 : runs.length
  const hasTail = tail < runs.length
  return (
    <div class="text-body">
      {runs.slice(0, tail).map((run, at) => <Run key={at} segments={at === tail - 1 ? withoutBlankEnd(run) : run} />)}
      {hasTail ? (
        <Button label={isOpen ? text.hideQuote : text.showQuote} class="text-fold" kind="quiet" expanded={isOpen} onClick={() => setOpen(!isOpen)} />
      ) : null}
      {hasTail && isOpen ? runs.slice(tail).map((run, at) => <Run key={at} segments={run} />) : null}
    </div>
  )
}
