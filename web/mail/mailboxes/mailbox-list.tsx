import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { Button } from '../../kit/button.tsx'
import type { Icon } from '../../kit/icon.tsx'
import { IconArchive, IconDraft, IconFolder, IconInbox, IconJunk, IconMail, IconMore, IconPlus, IconSend, IconStar, IconTrash } from '../../kit/icons.ts'
import { MenuButton, type MenuItem } from '../../kit/menu.tsx'
import { markSeen } from '../actions/actions.ts'
import type { Mailbox } from '../jmap/types.ts'
import { carriesMail, drop } from '../list/drag.ts'
import { askDestroy } from '../list/destroy-dialog.tsx'
import { place, pathOfMailbox } from '../place.ts'
import { mailboxTree } from '../store/mailboxes.ts'
import type { TreeRow } from '../store/mailbox-tree.ts'
import { askMailbox, MailboxDialogs } from './mailbox-dialogs.tsx'
import './mailbox-list.css'
import { mailboxName } from './names.ts'
import { words } from './words.ts'

const icons: Readonly<Record<string, Icon>> = {
  inbox: IconInbox, drafts: IconDraft, sent: IconSend, trash: IconTrash, junk: IconJunk, archive: IconArchive, flagged: IconStar, all: IconMail,
}

const draggedOver = signal<string | undefined>(undefined)

const itemsFor = ({ mailbox, hasChildren }: TreeRow): readonly MenuItem[] => {
  const text = words()
  const { myRights, role, id } = mailbox
  const own = role === null
  return [
    {
      label: text.markAllSeen,
      icon: IconMail,
      disabled: mailbox.unreadEmails === 0,
      run: () => void markSeen({ is: 'all', filter: { inMailbox: id } }, true),
    },
    ...(myRights.mayCreateChild ? [{ label: text.createIn(mailboxName(mailbox)), icon: IconPlus, run: () => askMailbox({ is: 'create', parentId: id }) }] : []),
    ...(own && myRights.mayRename ? [{ label: text.rename, run: () => askMailbox({ is: 'rename', mailbox }) }] : []),
    ...(own && myRights.mayDelete ? [{ label: text.remove, danger: true, run: () => askMailbox({ is: 'remove', mailbox, hasChildren }) }] : []),
    ...(role === 'trash' || role === 'junk'
      ? [
          {
            label: text.empty,
            danger: true,
            disabled: mailbox.totalEmails === 0,
            run: () => askDestroy({ is: 'all', filter: { inMailbox: id } }, mailbox.totalEmails),
          },
        ]
      : []),
  ]
}

/** Drafts are counted whole: all of them wait for something. */
const countOf = ({ role, totalEmails, unreadEmails }: Mailbox): number => {
  if (role === 'drafts') return totalEmails
  return role === 'sent' || role === 'trash' ? 0 : unreadEmails
}

const MailboxRow = ({ row, onOpen }: { row: TreeRow; onOpen: () => void }): JSX.Element => {
  const { mailbox, depth } = row
  const text = words()
  const name = mailboxName(mailbox)
  const Picture = icons[mailbox.role ?? ''] ?? IconFolder
  const count = countOf(mailbox)
  const here = place.value.is === 'mailbox' && place.value.mailbox?.id === mailbox.id
  const over = (event: DragEvent): void => {
    if (!carriesMail(event) || !mailbox.myRights.mayAddItems) return
    event.preventDefault()
    draggedOver.value = mailbox.id
  }
  return (
    <li
      class={`mailbox ${here ? 'mailbox-here' : ''} ${draggedOver.value === mailbox.id ? 'mailbox-over' : ''}`}
      onDragOver={over}
      onDragLeave={() => (draggedOver.value = undefined)}
      onDrop={(event) => {
        draggedOver.value = undefined
        drop(event, mailbox)
      }}
    >
      <a
        class="mailbox-link"
        href={pathOfMailbox(mailbox)}
        aria-current={here ? 'page' : undefined}
        style={{ paddingInlineStart: `${0.75 + depth * 0.875}rem` }}
        draggable={false}
        onClick={onOpen}
      >
        <Picture />
        <span class={`mailbox-name one-line ${mailbox.unreadEmails > 0 ? 'mailbox-unread' : ''}`}>{name}</span>
        {count === 0 ? null : (
          <span class="mailbox-count numbers">
            <span aria-hidden="true">{count.toLocaleString('ja')}</span>
            <span class="only-heard">{mailbox.role === 'drafts' ? count : text.unread(count)}</span>
          </span>
        )}
      </a>
      <MenuButton label={text.actionsOf(name)} icon={IconMore} iconOnly kind="quiet" class="mailbox-more" items={() => itemsFor(row)} />
    </li>
  )
}

/** `onOpen`: a narrow page puts the list away when one is chosen. */
export const MailboxList = ({ onOpen }: { onOpen: () => void }): JSX.Element => {
  const text = words()
  return (
    <nav class="mailboxes" aria-label={text.mailboxes}>
      <ul>
        {mailboxTree.value.map((row) => (
          <MailboxRow key={row.mailbox.id} row={row} onOpen={onOpen} />
        ))}
      </ul>
      <Button label={text.create} icon={IconPlus} kind="quiet" class="mailbox-create" onClick={() => askMailbox({ is: 'create', parentId: null })} />
      <MailboxDialogs />
    </nav>
  )
}
