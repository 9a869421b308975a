/**
 * The document of an HTML message in a frame that runs nothing and belongs to no origin. The page can't measure it; its lines say about
 * how tall it is. Frames of messages that may come next stand beside it, loaded and unseen.
 */
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
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

export const HtmlFrames = ({ frames }: { frames: readonly FrameOf[] }): JSX.Element => (
  <div class="message-frames">
    {frames.map(({ key, body, isShown }) => (
      <HtmlFrame key={key} body={body} isShown={isShown} />
    ))}
  </div>
)
