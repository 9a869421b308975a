/** Methods of RFC 8621 that read mail, and Mailbox/set. */
import type { Method } from '../method.ts'
import { emailChangesMethod } from './email-changes.ts'
import { emailGet } from './email-get.ts'
import { emailQueryChanges } from './email-query-changes.ts'
import { emailQuery } from './email-query.ts'
import { mailboxChangesMethod } from './mailbox-changes.ts'
import { mailboxGet } from './mailbox-get.ts'
import { mailboxQueryChanges } from './mailbox-query-changes.ts'
import { mailboxQuery } from './mailbox-query.ts'
import { mailboxSet } from './mailbox-set.ts'
import { searchSnippetGet } from './search-snippet-get.ts'
import { threadChangesMethod } from './thread-changes.ts'
import { threadGet } from './thread-get.ts'

export const mailMethods: readonly Method[] = [
  mailboxGet, mailboxChangesMethod, mailboxQuery, mailboxQueryChanges, mailboxSet,
  threadGet, threadChangesMethod,
  emailGet, emailChangesMethod, emailQuery, emailQueryChanges, searchSnippetGet,
]
