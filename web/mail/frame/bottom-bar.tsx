/** On phones: what is reached by the thumb. */
import type { JSX } from 'preact'
import type { Icon } from '../../kit/icon.tsx'
import { IconCompose, IconInbox, IconSearch, IconSettings } from '../../kit/icons.ts'
import { goTo } from '../../kit/router.ts'
import { compose } from '../compose/requests.ts'
import { mailboxName } from '../mailboxes/names.ts'
import { place } from '../place.ts'
import { searchInputId } from '../search/search-box.tsx'
import { words } from '../words.ts'

const Item = (props: { label: string; icon: Icon; current?: boolean; onClick: () => void }): JSX.Element => {
  const Picture = props.icon
  return (
    <button type="button" class="bottom-item" aria-current={props.current === true ? 'page' : undefined} onClick={props.onClick}>
      <Picture />
      <span>{props.label}</span>
    </button>
  )
}

export const BottomBar = (): JSX.Element => {
  const text = words()
  const here = place.value
  return (
    <nav class="bottom-bar" aria-label={text.navigation}>
      <Item
        label={mailboxName({ role: 'inbox', name: '' })}
        icon={IconInbox}
        current={here.is === 'mailbox' && here.mailbox?.role === 'inbox'}
        onClick={() => goTo('/mail/inbox')}
      />
      <Item label={text.search} icon={IconSearch} current={here.is === 'search'} onClick={() => document.getElementById(searchInputId)?.focus()} />
      <Item label={text.compose} icon={IconCompose} onClick={() => compose({ is: 'new' })} />
      <Item label={text.settings} icon={IconSettings} current={here.is === 'page' && here.page.path === '/settings'} onClick={() => goTo('/settings')} />
    </nav>
  )
}
