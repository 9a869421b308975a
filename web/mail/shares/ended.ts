/** Says calmly that a mailbox is no longer shared; who is in it is taken to the inbox. */
import { announce } from '../../kit/live.tsx'
import { address, goTo } from '../../kit/router.ts'
import { toast } from '../../kit/toast.tsx'
import { forgetListsOf } from '../store/current.ts'
import { endedShare } from '../store/shares.ts'
import { words } from './words.ts'

const isAt = (mailboxId: string): boolean => {
  const { path, search } = address.peek()
  return search.get('in') === mailboxId || path.split('/')[2] === mailboxId
}

/** Follows until the page is left. */
export const tellEndedShares = (): void => {
  endedShare.subscribe((ended) => {
    if (ended === undefined) return
    const said = words().ended(ended.mailbox.name)
    forgetListsOf(ended.accountId)
    if (isAt(ended.mailbox.id)) goTo('/mail/inbox', 'replace')
    announce(said)
    toast({ text: said })
  })
}
