/** A Mailbox object (RFC 8621 section 2). Only a person's own mailboxes are shown (ADR 0026), so their rights are whole. */
import type { Counts } from '@bulkhead/mail/email/counts.ts'
import type { JmapMailbox } from '@bulkhead/mail/email/mailboxes.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'

export const countProperties = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'] as const
export const mailboxProperties = [
  'id', 'name', 'parentId', 'role', 'sortOrder', ...countProperties, 'myRights', 'isSubscribed',
] as const

/** INBOX stays what it is. */
export const rightsOf = ({ role }: Pick<JmapMailbox, 'role'>): JsonObject => ({
  mayReadItems: true,
  mayAddItems: true,
  mayRemoveItems: true,
  maySetSeen: true,
  maySetKeywords: true,
  mayCreateChild: true,
  mayRename: role !== 'inbox',
  mayDelete: role !== 'inbox',
  maySubmit: true,
})

export const mailboxObject = (mailbox: JmapMailbox, { totalEmails, unreadEmails, totalThreads, unreadThreads }: Counts): JsonObject => ({
  id: mailbox.mailbox.id,
  name: mailbox.name,
  parentId: mailbox.parentId,
  role: mailbox.role,
  sortOrder: mailbox.sortOrder,
  totalEmails,
  unreadEmails,
  totalThreads,
  unreadThreads,
  myRights: rightsOf(mailbox),
  isSubscribed: mailbox.isSubscribed,
})
