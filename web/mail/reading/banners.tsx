/** What stands above the text, in order: an official notice, dangers, cautions, remote images, the way off the list. */
import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { icon } from '../../kit/icon.tsx'
import { IconWarning } from '../../kit/icons.ts'
import { shareHere } from '../place.ts'
import type { MessageView, Warning } from './message-view.ts'
import { isFromProvider } from './from-provider.ts'
import { OfficialBanner } from './official-banner.tsx'
import { SharedListBanner, UnsubscribeBanner } from './unsubscribe-banner.tsx'
import { isVouchedFor } from './vouched.ts'
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

export interface BannersProps {
  readonly view: MessageView
  readonly onShowImages: () => void
  readonly onTrust: () => void
}

export const Banners = ({ view, onShowImages, onTrust }: BannersProps): JSX.Element => {
  const text = words()
  const { body, unsubscribe, warnings } = view
  const sender = view.from[0]
  const speaksForProvider = view.official || isFromProvider(view)
  const hidden = body.is === 'html' && !body.imagesShown ? body.remoteImages : 0
  const mayTrust = sender !== undefined && isVouchedFor(view)
  return (
    <div class="banners">
      {view.official ? <OfficialBanner /> : null}
      {warnings.filter(({ kind }) => !speaksForProvider || kind !== 'claimsOfficial').map((warning) => (
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
      {unsubscribe === null ? null : shareHere.value === undefined
        ? <UnsubscribeBanner view={view} unsubscribe={unsubscribe} />
        : <SharedListBanner unsubscribe={unsubscribe} />}
    </div>
  )
}
