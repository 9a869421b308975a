/**
 * The document of an HTML message in a frame that runs nothing and belongs to no origin. The page can't measure it: the browser makes the
 * frame as tall as its document where it can (`frame-sizing`), elsewhere its lines say about how tall it is. Frames of messages that may
 * come next stand beside it, loaded and unseen.
 */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { HtmlBody } from './message-view.ts'
import { words } from './words.ts'

const linePixels = 26
const marginPixels = 64
const shortest = 120

export interface FrameOf {
  readonly key: string
  readonly body: HtmlBody
  readonly isShown: boolean
}

const HtmlFrame = ({ body, isShown }: Omit<FrameOf, 'key'>): JSX.Element => {
  const frame = useRef<HTMLIFrameElement>(null)
  useLayoutEffect(() => {
    frame.current?.style.setProperty('--frame-height', `${Math.max(shortest, body.lines * linePixels + marginPixels)}px`)
  }, [body.lines])
  return (
    <iframe
      ref={frame}
      class={`message-frame ${isShown ? '' : 'message-frame-ahead'} ${body.recoloured ? 'message-frame-dark' : ''}`}
      title={words().body}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerpolicy="no-referrer"
      src={body.url}
      tabIndex={isShown ? 0 : -1}
      aria-hidden={isShown ? undefined : true}
    />
  )
}

/** Less than this does not break lines anew so that it shows. */
const widthStepPx = 24
const settledMs = 300

/** Counts how often the width of `box` became another: a browser takes the height of a document when it loads, and not again. */
const useWidthTurns = (box: { readonly current: HTMLElement | null }): number => {
  const [turns, setTurns] = useState(0)
  useEffect(() => {
    if (box.current === null || !CSS.supports('frame-sizing', 'content-height')) return undefined
    let loadedPx = box.current.clientWidth
    let timer = 0
    const observer = new ResizeObserver(([entry]) => {
      const px = entry?.contentRect.width ?? 0
      window.clearTimeout(timer)
      if (px === 0 || Math.abs(px - loadedPx) < widthStepPx) return
      timer = window.setTimeout(() => {
        loadedPx = px
        setTurns((before) => before + 1)
      }, settledMs)
    })
    observer.observe(box.current)
    return () => {
      window.clearTimeout(timer)
      observer.disconnect()
    }
  }, [])
  return turns
}

export const HtmlFrames = ({ frames }: { frames: readonly FrameOf[] }): JSX.Element => {
  const box = useRef<HTMLDivElement>(null)
  const turns = useWidthTurns(box)
  return (
    <div ref={box} class="message-frames">
      {frames.map(({ key, body, isShown }) => (
        <HtmlFrame key={`${turns} ${key}`} body={body} isShown={isShown} />
      ))}
    </div>
  )
}
