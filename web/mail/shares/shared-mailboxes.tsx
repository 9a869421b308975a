/** Below the own mailboxes: those that are shared, by whose they are. */
import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import { IconMail } from '../../kit/icons.ts'
import { lazy } from '../../kit/lazy.tsx'
import type { MenuItem } from '../../kit/menu.tsx'
import { markSeen } from '../actions/actions.ts'
import { askMailbox } from '../mailboxes/mailbox-dialogs.tsx'
import { MailboxRow } from '../mailboxes/mailbox-row.tsx'
import { words as mailboxWords } from '../mailboxes/words.ts'
import { shareGroups, type Share } from '../store/shares.ts'
import './shared.css'
import { sharing } from './sharing.ts'
import { words } from './words.ts'

const ShareSheet = lazy(() => import('./share-sheet.tsx'))

const seenItem = ({ accountId, mailbox: { id, unreadEmails } }: Share): MenuItem => ({
  label: mailboxWords().markAllSeen,
  icon: IconMail,
  disabled: unreadEmails === 0,
  run: () => void markSeen({ is: 'all', accountId, filter: { inMailbox: id } }, true),
})

/** Whose it is says who has it, what it is called, and when it ends. */
const ownerItems = ({ accountId, mailbox }: Share): readonly MenuItem[] => [
  { label: words().settings, run: () => void (sharing.value = { is: 'members', accountId }) },
  { label: mailboxWords().rename, run: () => askMailbox({ is: 'rename', mailbox }) },
  { label: mailboxWords().remove, danger: true, run: () => askMailbox({ is: 'remove', mailbox, hasChildren: false }) },
]

const itemsFor = (share: Share, isOwn: boolean): (() => readonly MenuItem[]) | undefined => {
  const { maySetSeen } = share.mailbox.myRights
  return maySetSeen || isOwn ? () => [...(maySetSeen ? [seenItem(share)] : []), ...(isOwn ? ownerItems(share) : [])] : undefined
}

const Group = ({ owner, list, onOpen }: { owner: string | null; list: readonly Share[]; onOpen: () => void }): JSX.Element => {
  const id = useId()
  const text = words()
  return (
    <section aria-labelledby={id}>
      <h2 class="shared-head one-line" id={id}>
        {owner === null ? text.sharedByMe : text.sharedBy(owner)}
      </h2>
      <ul>
        {list.map((share) => (
          <MailboxRow
            key={share.accountId}
            mailbox={share.mailbox}
            depth={0}
            items={itemsFor(share, owner === null)}
            onOpen={onOpen}
          />
        ))}
      </ul>
    </section>
  )
}

export const SharedMailboxes = ({ onOpen }: { onOpen: () => void }): JSX.Element => (
  <>
    {shareGroups.value.map(({ owner, list }) => (
      <Group key={owner ?? ''} owner={owner} list={list} onOpen={onOpen} />
    ))}
    {sharing.value === undefined ? null : <ShareSheet />}
  </>
)
