/** Mailboxes as filters name them: by path, and by use where they have one. */
import { mailboxName } from '../../mailboxes/names.ts'
import type { Id, Mailbox } from '../../jmap/types.ts'
import { mailboxes, mailboxTree } from '../../store/mailboxes.ts'

/** RFC 6154. Others are found by name. */
const uses: Readonly<Record<string, string>> = { archive: '\\Archive', drafts: '\\Drafts', junk: '\\Junk', sent: '\\Sent', trash: '\\Trash' }
const depthMax = 32

const pathOf = (mailbox: Mailbox): string => {
  const names = [mailbox.name]
  for (let above = mailbox.parentId; above !== null && names.length < depthMax; ) {
    const parent = mailboxes.value.get(above)
    if (parent === undefined) break
    names.unshift(parent.name)
    above = parent.parentId
  }
  return names.join('/')
}

export interface MailboxPath {
  readonly id: Id
  /** As a filter has it. */
  readonly path: string
  readonly use: string | null
  /** As people read it. */
  readonly shown: string
}

export const mailboxPaths = (): readonly MailboxPath[] =>
  mailboxTree.value.map(({ mailbox }) => {
    const path = mailbox.role === 'inbox' ? 'INBOX' : pathOf(mailbox)
    return { id: mailbox.id, path, use: uses[mailbox.role ?? ''] ?? null, shown: mailbox.role === null ? path : mailboxName(mailbox) }
  })

export const shownPath = (path: string): string => mailboxPaths().find((one) => one.path === path)?.shown ?? path
