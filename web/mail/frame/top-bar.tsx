import type { JSX } from 'preact'
import { brand, brandName } from '../../brand/brand.ts'
import { Button } from '../../kit/button.tsx'
import { IconContacts, IconHelp, IconMenu } from '../../kit/icons.ts'
import { language } from '../../kit/language.ts'
import { MenuButton } from '../../kit/menu.tsx'
import { goTo } from '../../kit/router.ts'
import { endSession } from '../../session/session.ts'
import { resource } from '../jmap/account.ts'
import { helpOpen } from '../keyboard/bindings.ts'
import { layout } from '../preferences.ts'
import { SearchBox } from '../search/search-box.tsx'
import { words } from '../words.ts'
import { railOpen } from './rail-open.ts'

const Account = (): JSX.Element => {
  const text = words()
  const name = resource.value?.username ?? ''
  return (
    <MenuButton
      label={name === '' ? text.account : `${text.account}: ${name}`}
      icon={IconContacts}
      iconOnly
      kind="quiet"
      items={[
        { label: text.settings, run: () => goTo('/settings') },
        { label: text.security, run: () => goTo('/settings/security') },
        { label: text.signOut, apart: true, run: () => void endSession() },
      ]}
    />
  )
}

const Help = (): JSX.Element => {
  const text = words()
  const page = brand.value?.help
  const items = [
    ...(page == null ? [] : [{ label: page.title[language.value], run: () => void open(page.url, '_blank', 'noopener') }]),
    { label: text.keys, hint: '?', run: () => void (helpOpen.value = true) },
  ]
  return <MenuButton label={text.help} icon={IconHelp} iconOnly kind="quiet" items={items} />
}

export const TopBar = (): JSX.Element => {
  const text = words()
  const narrow = layout.value === 'one'
  const logo = brand.value?.logo ?? null
  return (
    <header class="top-bar">
      {narrow ? (
        <Button
          label={text.openRail}
          icon={IconMenu}
          iconOnly
          kind="quiet"
          onClick={() => (railOpen.value = !railOpen.value)}
          expanded={railOpen.value}
          controls={railOpen.value ? 'rail' : undefined}
        />
      ) : null}
      {narrow ? null : (
        <a class="brand" href="/">
          {logo === null ? <span class="one-line">{brandName.value}</span> : <img class="brand-logo" src={logo} alt={brandName.value} />}
        </a>
      )}
      <SearchBox />
      <div class="top-bar-end">
        {narrow ? null : <Help />}
        <Account />
      </div>
    </header>
  )
}
