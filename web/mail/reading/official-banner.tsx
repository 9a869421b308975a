/** The sign of a notice of the provider. It stands outside the frame that shows what senders wrote, and leads to the security page. */
import type { JSX } from 'preact'
import { brand } from '../../brand/brand.ts'
import { IconShield } from '../../kit/icons.ts'
import { language } from '../../kit/language.ts'
import { words } from './words.ts'

export const securityPath = '/settings/security'

export const OfficialBanner = (): JSX.Element => {
  const text = words()
  return (
    <section class="banner banner-official" aria-label={text.officialName}>
      <IconShield class="banner-icon" />
      <div class="banner-text">
        <p><strong>{text.official(brand.value?.name[language.value] ?? '')}</strong></p>
        <p class="banner-hint">{text.officialHint}</p>
      </div>
      <a class="banner-link" href={securityPath}>{text.officialLink}</a>
    </section>
  )
}
