/** QUOTA responses (RFC 9208 section 4.2): one root, the account; storage is limited, the number of messages is not. */
import type { Usage } from '@bulkhead/mail/account/mail-account.ts'
import { string, untagged, type Untagged } from '@bulkhead/wire/imap/response.ts'

export const accountRoot = ''

/** Section 5.1: STORAGE is counted in these. */
const unitBytes = 1_024

/** What has no limit is not listed. */
export const quotaLine = ({ usedBytes, quotaBytes }: Usage): Untagged => {
  const used = Math.ceil(usedBytes / unitBytes)
  const resources = quotaBytes === null ? '' : `STORAGE ${used} ${Math.floor(quotaBytes / unitBytes)}`
  return untagged(`QUOTA ${string(accountRoot)} (${resources})`)
}
