import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import { IconMail, IconPlus } from '../../kit/icons.ts'
import type { MenuItem } from '../../kit/menu.tsx'
import { markSeen } from '../actions/actions.ts'
import type { Target } from '../actions/targets.ts'
import { accountId } from '../jmap/account.ts'
import { askDestroy } from '../list/destroy-dialog.tsx'
import { ColourDialog, colouring } from '../labels/colour-dialog.tsx'
import { words as labelWords } from '../labels/words.ts'
import { mailboxTree } from '../store/mailboxes.ts'
import type { TreeRow } from '../store/mailbox-tree.ts'
import { sharing } from '../shares/sharing.ts'
import { words as sharedWords } from '../shares/words.ts'
import { SharedMailboxes } from '../shares/shared-mailboxes.tsx'
import { askMailbox, MailboxDialogs } from './mailbox-dialogs.tsx'
import './mailbox-list.css'
import { MailboxRow } from './mailbox-row.tsx'
import { mailboxName } from './names.ts'
import { words } from './words.ts'

const itemsFor = ({ mailbox, hasChildren }: TreeRow): readonly MenuItem[] => {
  const text = words()
  const { myRights, role, id } = mailbox
  const own = role === null
  const whole: Target = { is: 'all', accountId: accountId(), filter: { inMailbox: id } }
  return [
    {
      label: text.markAllSeen,
      icon: IconMail,
      disabled: mailbox.unreadEmails === 0,
      run: () => void markSeen(whole, true),
    },
    ...(myRights.mayCreateChild ? [{ label: text.createIn(mailboxName(mailbox)), icon: IconPlus, run: () => askMailbox({ is: 'create', parentId: id }) }] : []),
    ...(own ? [{ label: labelWords().colour, run: () => void (colouring.value = mailbox) }] : []),
    ...(own ? [{ label: sharedWords().share, run: () => void (sharing.value = { is: 'make', mailbox }) }] : []),
    ...(own && myRights.mayRename ? [{ label: text.rename, run: () => askMailbox({ is: 'rename', mailbox }) }] : []),
    ...(own && myRights.mayDelete ? [{ label: text.remove, danger: true, run: () => askMailbox({ is: 'remove', mailbox, hasChildren }) }] : []),
    ...(role === 'trash' || role === 'junk'
      ? [
          {
            label: text.empty,
            danger: true,
            disabled: mailbox.totalEmails === 0,
            run: () => askDestroy(whole, mailbox.totalEmails),
          },
        ]
      : []),
  ]
}

/** `onOpen`: a narrow page puts the list away when one is chosen. */
export const MailboxList = ({ onOpen }: { onOpen: () => void }): JSX.Element => {
  const text = words()
  return (
    <nav class="mailboxes" aria-label={text.mailboxes}>
      <ul>
        {mailboxTree.value.map((row) => (
          <MailboxRow key={row.mailbox.id} mailbox={row.mailbox} depth={row.depth} items={() => itemsFor(row)} onOpen={onOpen} />
        ))}
      </ul>
      <Button label={text.create} icon={IconPlus} kind="quiet" class="mailbox-create" onClick={() => askMailbox({ is: 'create', parentId: null })} />
      <SharedMailboxes onOpen={onOpen} />
      <MailboxDialogs />
      <ColourDialog />
    </nav>
  )
}
