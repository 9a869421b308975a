/** Every method there is. Each subject lists its own in one line below the others. */
import { assert } from '@bulkhead/base/assert.ts'
import { blobCopy } from './blob/copy.ts'
import { blobGet } from './blob/get.ts'
import { blobLookup } from './blob/lookup.ts'
import { blobUpload } from './blob/upload-method.ts'
import { contactMethods } from './contacts/methods.ts'
import { coreEcho } from './core/echo.ts'
import { deviceGet } from './device/get.ts'
import { deviceSet } from './device/set.ts'
import { emailCopy } from './mail/email-copy.ts'
import { emailImport } from './mail/email-import.ts'
import { emailParse } from './mail/email-parse.ts'
import { emailSet } from './mail/email-set.ts'
import { identityChanges } from './submission/identity-changes.ts'
import { identityGet } from './submission/identity-get.ts'
import { identitySet } from './submission/identity-set.ts'
import { mailMethods } from './mail/mail-methods.ts'
import { submissionChanges } from './submission/submission-changes.ts'
import { submissionGet } from './submission/submission-get.ts'
import { submissionQueryChanges } from './submission/submission-query-changes.ts'
import { submissionQuery } from './submission/submission-query.ts'
import { submissionSet } from './submission/submission-set.ts'
import { mdnParse } from './mdn/mdn-parse.ts'
import { mdnSend } from './mdn/mdn-send.ts'
import type { Method } from './method.ts'
import { contentIssue } from './reading/content-issue.ts'
import { messageViewGet } from './reading/message-view-get.ts'
import { officialNoticeGet } from './reading/official-notice-get.ts'
import { unsubscribeSend } from './reading/unsubscribe-send.ts'
import { reportSend } from './reporting/report-send.ts'
import { pushSubscriptionGet } from './push/get.ts'
import { pushSubscriptionSet } from './push/set.ts'
import { quotaChanges } from './quota/changes.ts'
import { quotaGet } from './quota/get.ts'
import { quotaQueryChanges } from './quota/query-changes.ts'
import { quotaQuery } from './quota/query.ts'
import { settingMethods } from './settings/methods.ts'
import { mailboxShareGet } from './sharing/mailbox-share-get.ts'
import { mailboxShareSet } from './sharing/mailbox-share-set.ts'
import { ruleMethods } from './sieve/methods.ts'

export const methods: readonly Method[] = [
  coreEcho,
  blobCopy, blobGet, blobLookup, blobUpload,
  quotaGet, quotaChanges, quotaQuery, quotaQueryChanges,
  pushSubscriptionGet, pushSubscriptionSet,
  emailSet, emailImport, emailCopy, emailParse,
  identityGet, identityChanges, identitySet,
  mdnSend, mdnParse,
  deviceGet, deviceSet,
  mailboxShareGet, mailboxShareSet,
  ...mailMethods,
  messageViewGet, contentIssue, unsubscribeSend, officialNoticeGet, reportSend,
  ...contactMethods,
  ...settingMethods,
  ...ruleMethods,
  submissionGet, submissionChanges, submissionQuery, submissionQueryChanges, submissionSet,
]

export const methodTable = (all: readonly Method[] = methods): ReadonlyMap<string, Method> => {
  const table = new Map(all.map((method) => [method.name, method]))
  assert(table.size === all.length, 'a method is listed once')
  return table
}
