/** QUOTA responses (RFC 9208 section 4.2): a root for the account, and one for every shared mailbox, by its name. */
import type { MailboxState, Usage } from '@bulkhead/mail/account/mail-account.ts'
import { parenthesised, string, untagged, type Untagged } from '@bulkhead/wire/imap/response.ts'

export const accountRoot = ''

/** The root of a mailbox, also of one that could be created. */
export const rootOf = (mailbox: MailboxState | undefined): string => (mailbox?.owner == null ? accountRoot : mailbox.name)

/** Section 5.1: STORAGE is counted in these. */
const unitBytes = 1_024

/** What has no limit is not listed. */
export const quotaLine = (root: string, { usedBytes, quotaBytes, messages, quotaMessages }: Usage): Untagged => {
  const resources = [
    ...(quotaBytes === null ? [] : [`STORAGE ${Math.ceil(usedBytes / unitBytes)} ${Math.floor(quotaBytes / unitBytes)}`]),
    ...(quotaMessages === null ? [] : [`MESSAGE ${messages} ${quotaMessages}`]),
  ]
  return untagged(`QUOTA ${string(root)} ${parenthesised(resources)}`)
}
