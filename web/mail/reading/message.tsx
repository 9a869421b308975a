/** One message: head, banners, attachments, text, and what can be done with it. */
import { useComputed, useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { isDark } from '../../kit/look.ts'
import { toast } from '../../kit/toast.tsx'
import type { Id } from '../jmap/types.ts'
import { Attachments } from './attachments.tsx'
import { Banners } from './banners.tsx'
import { HtmlFrames, type FrameOf } from './html-frame.tsx'
import { MessageActions } from './message-actions.tsx'
import { MessageHead } from './message-head.tsx'
import type { CharsetChoice, MessageView, ViewWish } from './message-view.ts'
import { charsetOf, isTrusted, rememberCharset, trustImages } from './reading-settings.ts'
import { TextBody } from './text-body.tsx'
import { reload, viewOf, type Loading } from './views.ts'
import { isVouchedFor } from './vouched.ts'
import { WholeText } from './whole-text.tsx'
import { words } from './words.ts'

export const firstWish = (): ViewWish => ({ charset: 'auto', images: false, dark: isDark.value, originalColours: false, preferPlain: false })

/** What the person set for this sender, known when the message says who that is. */
const forSender = (view: MessageView, wish: ViewWish): ViewWish => {
  const [sender] = view.from
  if (sender === undefined) return wish
  const isVouched = isVouchedFor(view)
  return {
    ...wish,
    images: wish.images || (isVouched && isTrusted(sender.email)),
    charset: wish.charset === 'auto' ? charsetOf(sender.email) : wish.charset,
  }
}

const isSame = (one: ViewWish, other: ViewWish): boolean => one.images === other.images && one.charset === other.charset

export interface MessageProps {
  readonly emailId: Id
  readonly isOpen: boolean
  /** Frames of messages that may come next; they stay in the document when one of them is shown. */
  readonly ahead?: readonly FrameOf[]
  /** Fills the pane it is alone in. */
  readonly fills: boolean
}

const Shown = (props: MessageProps & { view: MessageView; wish: ViewWish; onWish: (change: Partial<ViewWish>) => void }): JSX.Element => {
  const { view, wish, onWish, ahead = [], isOpen } = props
  const text = words()
  const sender = view.from[0]?.email
  const trust = (): void => {
    if (sender === undefined) return
    void trustImages(sender, true)
    toast({ text: text.trusted(sender), action: { label: text.untrust, run: () => void trustImages(sender, false) } })
  }
  const chooseCharset = (charset: CharsetChoice): void => {
    if (sender !== undefined) void rememberCharset(sender, charset)
    onWish({ charset })
  }
  const { body } = view
  const own: readonly FrameOf[] = body.is === 'html' ? [{ key: body.url, body, isShown: true }] : []
  const frames = [...own, ...ahead.filter(({ key }) => key !== own[0]?.key)]
  return (
    <>
      {/* What was opened or done for one message says nothing about the next; the frames stay. */}
      <div class="message-top" key={view.emailId}>
        <MessageHead view={view} />
        <Banners view={view} onShowImages={() => onWish({ images: true })} onTrust={trust} />
        <Attachments view={view} />
      </div>
      {body.is === 'text' ? <TextBody key={view.emailId} body={body} /> : null}
      {body.is === 'none' ? <p class="message-empty">{text.empty}</p> : null}
      {body.is === 'tooDear' ? <p class="message-truncated">{text.tooDear}</p> : null}
      {(body.is === 'text' || body.is === 'html') && body.truncated ? <WholeText key={`whole ${view.emailId}`} emailId={view.emailId} /> : null}
      {frames.length === 0 ? null : <HtmlFrames frames={frames} />}
      <MessageActions view={view} wish={wish} onWish={onWish} onCharset={chooseCharset} isOpen={isOpen} />
    </>
  )
}

export const Message = (props: MessageProps): JSX.Element => {
  const { emailId, fills } = props
  const changes = useSignal<Readonly<Record<Id, Partial<ViewWish>>>>({})
  const turn = useSignal(0)
  const id = useSignal(emailId)
  id.value = emailId
  const shown = useRef<Loading & { is: 'there' }>(undefined)
  const found = useComputed(() => {
    void turn.value
    const asked = { ...firstWish(), ...changes.value[id.value] }
    const first = viewOf(id.value, asked).value
    // What is here is shown until the other comes: buttons stay under the finger, and the focus where it is.
    const before = shown.current?.view.emailId === id.value ? shown.current : undefined
    if (first.is !== 'there') return { state: first.is === 'loading' ? (before ?? first) : first, wish: asked, isBusy: first.is === 'loading' }
    const wanted = forSender(first.view, asked)
    if (isSame(wanted, asked)) return { state: first, wish: asked, isBusy: false }
    const second = viewOf(id.value, wanted).value
    if (second.is === 'there') return { state: second, wish: wanted, isBusy: false }
    return { state: second.is === 'loading' ? (before ?? first) : first, wish: asked, isBusy: second.is === 'loading' }
  })
  const onWish = (change: Partial<ViewWish>): void => {
    changes.value = { [emailId]: { ...changes.peek()[emailId], ...change } }
  }
  const text = words()
  const { state, wish, isBusy } = found.value
  if (state.is === 'there') shown.current = state
  const again = (): void => {
    reload(emailId, wish)
    turn.value += 1
  }
  // What could not be loaded ahead, or some time ago, may be there now.
  useEffect(() => {
    if (found.peek().state.is === 'failed') again()
  }, [emailId])
  return (
    <article class={`message ${fills ? 'message-fills' : ''}`} aria-busy={isBusy}>
      {state.is === 'loading' ? <p class="message-loading">{text.loading}</p> : null}
      {state.is === 'failed' ? (
        <div class="message-failed" role="alert">
          <p>{state.type === 'notFound' ? text.notFound : text.failed}</p>
          {state.type === 'notFound' ? null : <Button label={text.again} onClick={again} />}
        </div>
      ) : null}
      {state.is === 'there' ? <Shown {...props} view={state.view} wish={wish} onWish={onWish} /> : null}
    </article>
  )
}
