/** Over the list of a shared mailbox: whose it is, and what the person may do in it. */
import { useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import { resource } from '../jmap/account.ts'
import { shareHere } from '../place.ts'
import { levelOf } from './levels.ts'
import './shared.css'
import { words } from './words.ts'

export const SharedBar = (): JSX.Element | null => {
  const said = useComputed(() => {
    const share = shareHere.value
    if (share === undefined) return undefined
    const text = words()
    if (share.owner === resource.value?.username) return text.mine
    return text.ofOwner(share.owner, text.may[levelOf(share.mailbox.myRights)])
  })
  return said.value === undefined ? null : <p class="shared-bar">{said.value}</p>
}
