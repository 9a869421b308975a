/**
 * The way off a mailing list: one click where it is vouched for, else a message that the person sends, else the sender's page. What it says
 * afterwards is what the sender's server answered, no more: nobody here knows whether the list forgets an address.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { IconCheck, IconMail } from '../../kit/icons.ts'
import { announce } from '../../kit/live.tsx'
import { toast } from '../../kit/toast.tsx'
import { compose } from '../compose/requests.ts'
import { call } from '../jmap/client.ts'
import type { MessageView, Unsubscribe } from './message-view.ts'
import { words } from './words.ts'

export type Outcome = 'done' | 'unclear' | 'failed' | 'unreachable' | 'tooMany' | 'byHand' | 'notOffered'

interface Answer {
  readonly outcome: Outcome
  readonly status?: number | null
}

/** What was answered while this page is open, by message: opened again it says so still. */
const answers = new Map<string, Answer>()
const answersMax = 200

const remember = (emailId: string, answer: Answer): void => {
  answers.set(emailId, answer)
  const [oldest] = answers.keys()
  if (answers.size > answersMax && oldest !== undefined) answers.delete(oldest)
}

const mailtoHref = ({ to, subject, body }: NonNullable<Unsubscribe['mailto']>): string =>
  `mailto:${encodeURIComponent(to)}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`

const write = (mailto: NonNullable<Unsubscribe['mailto']>): void => {
  compose({ is: 'mailto', href: mailtoHref(mailto) })
  toast({ text: words().unsubscribeByMail })
}

/** Other ways than one click, where there are some. */
const OtherWays = ({ unsubscribe: { mailto, url, oneClickHost } }: { unsubscribe: Unsubscribe }): JSX.Element | null => {
  const text = words()
  if (mailto !== null) return <Button label={oneClickHost === null ? text.unsubscribe : text.unsubscribeMail} onClick={() => write(mailto)} />
  return url === null ? null : <a class="button button-quiet" href={url} target="_blank" rel="noopener noreferrer nofollow">{text.openPage}</a>
}

/** A List-Id without a name stands between angle brackets (RFC 2919), which say nothing to people. */
const listName = (listId: string): string => /^<([^<>]+)>$/u.exec(listId.trim())?.[1] ?? listId

const said = ({ outcome, status }: Answer, host: string): string => {
  const { unsubscribeOutcomes, unsubscribeRefused } = words()
  return outcome === 'failed' && typeof status === 'number' ? unsubscribeRefused(host, status) : unsubscribeOutcomes[outcome](host)
}

const Asking = ({ host, onClose, onYes }: { host: string; onClose: () => void; onYes: () => void }): JSX.Element => {
  const text = words()
  return (
    <Dialog title={text.unsubscribeTitle} onClose={onClose} actions={
      <>
        <Button label={text.cancel} onClick={onClose} />
        <Button label={text.unsubscribe} kind="primary" onClick={onYes} />
      </>
    }>
      <p>{text.unsubscribeSure(host)}</p>
    </Dialog>
  )
}

const ListName = ({ unsubscribe: { listId } }: { unsubscribe: Unsubscribe }): JSX.Element => {
  const text = words()
  return <p>{listId === null ? text.listed : text.list(listName(listId))}</p>
}

/** In a shared mailbox: the address on the list is another's, who may want the mail. */
export const SharedListBanner = ({ unsubscribe }: { unsubscribe: Unsubscribe }): JSX.Element => (
  <div class="banner banner-plain">
    <IconMail class="banner-icon" />
    <div class="banner-text">
      <ListName unsubscribe={unsubscribe} />
      <p>{words().unsubscribeShared}</p>
    </div>
  </div>
)

export const UnsubscribeBanner = ({ view: { emailId }, unsubscribe }: { view: MessageView; unsubscribe: Unsubscribe }): JSX.Element => {
  const [state, setState] = useState<'idle' | 'asking' | 'working'>('idle')
  const [answer, setAnswer] = useState(answers.get(emailId))
  const text = words()
  const { oneClickHost } = unsubscribe
  const post = async (): Promise<void> => {
    setState('working')
    const found = await call<Answer>('Unsubscribe/send', { emailId }).catch((): Answer => ({ outcome: 'unreachable' }))
    remember(emailId, found)
    setState('idle')
    setAnswer(found)
    announce(said(found, oneClickHost ?? ''))
  }
  const label = state === 'working' ? text.unsubscribing : answer === undefined ? text.unsubscribe : text.again
  return (
    <div class="banner banner-plain">
      <IconMail class="banner-icon" />
      <div class="banner-text">
        <ListName unsubscribe={unsubscribe} />
        {answer === undefined ? null : (
          <p class={answer.outcome === 'done' ? 'banner-done' : 'banner-failed'}>
            {answer.outcome === 'done' ? <IconCheck /> : null} {said(answer, oneClickHost ?? '')}
          </p>
        )}
      </div>
      {oneClickHost === null || answer?.outcome === 'done' ? null : <Button label={label} disabled={state === 'working'} onClick={() => setState('asking')} />}
      {oneClickHost === null || (answer !== undefined && answer.outcome !== 'done') ? <OtherWays unsubscribe={unsubscribe} /> : null}
      {state === 'asking' ? <Asking host={oneClickHost ?? ''} onClose={() => setState('idle')} onYes={() => void post()} /> : null}
    </div>
  )
}
