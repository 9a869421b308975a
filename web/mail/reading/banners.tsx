/** What stands above the text, in order: an official notice, dangers, cautions, remote images, the way off the list. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { icon } from '../../kit/icon.tsx'
import { IconCheck, IconMail, IconWarning } from '../../kit/icons.ts'
import { toast } from '../../kit/toast.tsx'
import { compose } from '../compose/requests.ts'
import { call } from '../jmap/client.ts'
import type { MessageView, Unsubscribe, Warning } from './message-view.ts'
import { isOfficial } from './official.ts'
import { words } from './words.ts'

const IconPicture = icon('M3 4h14v12H3z', 'M3 13.5l4-4 3.5 3.5 2.5-2.5 4 4', 'M13 7.5v.1')

const WarningBanner = ({ warning: { kind, level, facts } }: { warning: Warning }): JSX.Element => {
  const text = words()
  return (
    <div class={`banner banner-${level}`} role={level === 'danger' ? 'alert' : undefined}>
      <IconWarning class="banner-icon" />
      <div class="banner-text">
        <p>
          <strong>{level === 'danger' ? text.danger : text.caution}</strong> {text.warnings[kind]}
        </p>
        {facts.length === 0 ? null : (
          <ul class="banner-facts">
            {facts.map((fact) => (
              <li key={fact}><bdi>{fact}</bdi></li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}

interface Answer {
  readonly outcome: 'done' | 'failed' | 'tooMany' | 'byHand' | 'notOffered'
}

const mailtoHref = ({ to, subject, body }: NonNullable<Unsubscribe['mailto']>): string =>
  `mailto:${encodeURIComponent(to)}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`

/** One click where it is vouched for, else a message that the person sends, else the sender's page. */
const UnsubscribeBanner = ({ view, unsubscribe }: { view: MessageView; unsubscribe: Unsubscribe }): JSX.Element => {
  const [state, setState] = useState<'idle' | 'asking' | 'working' | 'done'>('idle')
  const text = words()
  const { oneClickHost, mailto, url, listId } = unsubscribe
  const post = async (): Promise<void> => {
    setState('working')
    const answer = await call<Answer>('Unsubscribe/send', { emailId: view.emailId }).catch((): Answer => ({ outcome: 'failed' }))
    setState(answer.outcome === 'done' ? 'done' : 'idle')
    toast(answer.outcome === 'done' ? { text: text.unsubscribed } : { text: text.unsubscribeFailed, kind: 'error' })
  }
  const write = (): void => {
    if (mailto === null) return
    compose({ is: 'mailto', href: mailtoHref(mailto) })
    toast({ text: text.unsubscribeByMail })
  }
  const start = oneClickHost === null ? write : () => setState('asking')
  return (
    <div class="banner banner-plain">
      <IconMail class="banner-icon" />
      <div class="banner-text">
        <p>{listId === null ? text.listed : text.list(listId)}</p>
      </div>
      {state === 'done' ? (
        <p class="banner-done"><IconCheck /> {text.unsubscribed}</p>
      ) : oneClickHost === null && mailto === null && url !== null ? (
        <a class="button button-quiet" href={url} target="_blank" rel="noopener noreferrer nofollow">{text.openPage}</a>
      ) : (
        <Button label={state === 'working' ? text.unsubscribing : text.unsubscribe} disabled={state === 'working'} onClick={start} />
      )}
      {state === 'asking' ? (
        <Dialog title={text.unsubscribeTitle} onClose={() => setState('idle')} actions={
          <>
            <Button label={text.cancel} onClick={() => setState('idle')} />
            <Button label={text.unsubscribe} kind="primary" onClick={() => void post()} />
          </>
        }>
          <p>{text.unsubscribeSure(oneClickHost ?? '')}</p>
        </Dialog>
      ) : null}
    </div>
  )
}

export interface BannersProps {
  readonly view: MessageView
  readonly onShowImages: () => void
  readonly onTrust: () => void
}

export const Banners = ({ view, onShowImages, onTrust }: BannersProps): JSX.Element => {
  const text = words()
  const { body, unsubscribe, warnings } = view
  const sender = view.from[0]
  const official = isOfficial(view)
  const hidden = body.is === 'html' && !body.imagesShown ? body.remoteImages : 0
  // Nobody is trusted by a name that anyone could have written.
  const mayTrust = sender !== undefined && (view.verification.state === 'verified' || view.verification.state === 'partly')
  return (
    <div class="banners">
      {official ? (
        <div class="banner banner-official">
          <IconCheck class="banner-icon" />
          <div class="banner-text">
            <p><strong>{text.official}</strong></p>
            <p class="banner-hint">{text.officialHint}</p>
          </div>
        </div>
      ) : null}
      {warnings.filter(({ kind }) => !official || kind !== 'claimsOfficial').map((warning) => (
        <WarningBanner key={`${warning.kind} ${warning.facts.join()}`} warning={warning} />
      ))}
      {hidden > 0 ? (
        <div class="banner banner-plain">
          <IconPicture class="banner-icon" />
          <div class="banner-text">
            <p>{text.imagesOff(hidden)}</p>
          </div>
          <Button label={text.showImages} onClick={onShowImages} />
          {mayTrust ? <Button label={text.trust(sender.email)} kind="quiet" onClick={onTrust} /> : null}
        </div>
      ) : null}
      {unsubscribe === null ? null : <UnsubscribeBanner view={view} unsubscribe={unsubscribe} />}
    </div>
  )
}
