/** A Mailbox object (RFC 8621 section 2). */
import type { Counts } from '@bulkhead/mail/email/counts.ts'
import type { JmapMailbox } from '@bulkhead/mail/email/mailboxes.ts'
import { has } from '@bulkhead/mail/sharing/rights.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'

export const countProperties = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'] as const
export const mailboxProperties = [
  'id', 'name', 'parentId', 'role', 'sortOrder', ...countProperties, 'myRights', 'isSubscribed',
] as const

/** RFC 8621 section 2, from letters of RFC 4314, which are whole in the person's own mailboxes. INBOX stays what it is; a share has one level. */
export const rightsOf = ({ role, mailbox: { rights, owner } }: Pick<JmapMailbox, 'role' | 'mailbox'>): JsonObject => ({
  mayReadItems: has(rights, 'r'),
  mayAddItems: has(rights, 'i'),
  mayRemoveItems: has(rights, 'te'),
  maySetSeen: has(rights, 's'),
  maySetKeywords: has(rights, 'w'),
  mayCreateChild: owner === null && has(rights, 'k'),
  mayRename: role !== 'inbox' && has(rights, 'x'),
  mayDelete: role !== 'inbox' && has(rights, 'x'),
  maySubmit: owner === null,
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
