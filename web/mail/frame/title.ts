/** `(3) 受信箱 - brand`: the unread of the inbox, where one is, whose page it is. */
import { computed } from '@preact/signals'
import { brandName } from '../../brand/brand.ts'
import { words as listWords } from '../list/words.ts'
import { mailboxName } from '../mailboxes/names.ts'
import { place } from '../place.ts'
import { mailboxOfRole } from '../store/mailboxes.ts'

const placeName = (): string => {
  const here = place.value
  if (here.is === 'page') return here.page.name()
  if (here.is === 'search') return listWords().results
  return here.mailbox === undefined ? '' : mailboxName(here.mailbox)
}

export const titleNow = computed(() => {
  const unread = mailboxOfRole('inbox')?.unreadEmails ?? 0
  const name = placeName()
  return `${unread > 0 ? `(${unread}) ` : ''}${name === '' ? '' : `${name} - `}${brandName.value}`
})
