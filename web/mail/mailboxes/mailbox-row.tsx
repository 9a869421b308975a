/** A mailbox of the rail: where it leads, how much is unread, and its menu. Mail may be dropped on it. */
import { signal, useComputed } from '@preact/signals'
import type { JSX } from 'preact'
import type { Icon } from '../../kit/icon.tsx'
import { IconArchive, IconDraft, IconFolder, IconInbox, IconJunk, IconMail, IconMore, IconSend, IconStar, IconTrash } from '../../kit/icons.ts'
import { MenuButton, type MenuItem } from '../../kit/menu.tsx'
import type { Mailbox } from '../jmap/types.ts'
import { colourOf } from '../labels/colours.ts'
import { drop, mayDrop } from '../list/drag.ts'
import { mailboxIdHere, pathOfMailbox } from '../place.ts'
import { mailboxName } from './names.ts'
import { words } from './words.ts'

const icons: Readonly<Record<string, Icon>> = {
  inbox: IconInbox, drafts: IconDraft, sent: IconSend, trash: IconTrash, junk: IconJunk, archive: IconArchive, flagged: IconStar, all: IconMail,
}

const draggedOver = signal<string | undefined>(undefined)

/** Drafts are counted whole: all of them wait for something. */
const countOf = ({ role, totalEmails, unreadEmails }: Mailbox): number => {
  if (role === 'drafts') return totalEmails
  return role === 'sent' || role === 'trash' ? 0 : unreadEmails
}

export interface MailboxRowProps {
  readonly mailbox: Mailbox
  readonly depth: number
  /** Its menu, where there is something to be done with it. */
  readonly items: (() => readonly MenuItem[]) | undefined
  readonly onOpen: () => void
}

export const MailboxRow = ({ mailbox, depth, items, onOpen }: MailboxRowProps): JSX.Element => {
  const text = words()
  const name = mailboxName(mailbox)
  const Picture = icons[mailbox.role ?? ''] ?? IconFolder
  const count = countOf(mailbox)
  const isHere = useComputed(() => mailboxIdHere.value === mailbox.id)
  const here = isHere.value
  const over = (event: DragEvent): void => {
    if (!mayDrop(event, mailbox)) return
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
        {mailbox.role === null ? <span class={`mailbox-label label-${colourOf(mailbox.id)}`}><Picture /></span> : <Picture />}
        <span class={`mailbox-name one-line ${mailbox.unreadEmails > 0 ? 'mailbox-unread' : ''}`}>{name}</span>
        {count === 0 ? null : (
          <span class="mailbox-count numbers">
            <span aria-hidden="true">{count.toLocaleString('ja')}</span>
            <span class="only-heard">{mailbox.role === 'drafts' ? count : text.unread(count)}</span>
          </span>
        )}
      </a>
      {items === undefined ? null : <MenuButton label={text.actionsOf(name)} icon={IconMore} iconOnly kind="quiet" class="mailbox-more" items={items} />}
    </li>
  )
}
