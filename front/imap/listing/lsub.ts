/** What LSUB answers (RFC 3501 section 6.3.9): subscribed names, and with `%` the levels above them. */
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import { mailbox as mailboxText, untagged, type Untagged } from '@bulkhead/wire/imap/response.ts'
import { nameMatcher } from './pattern.ts'
import { listedNames } from './tree.ts'

export const subscribedListed = (state: AccountState, pattern: string, utf8: boolean): readonly Untagged[] => {
  const matches = nameMatcher(pattern)
  const showsLevels = pattern.endsWith('%')
  return listedNames(state)
    .filter(({ name, subscribed, subscribedBelow }) => (subscribed || (showsLevels && subscribedBelow)) && matches(name))
    .map(({ name, subscribed }) => untagged(`LSUB (${subscribed ? '' : '\\Noselect'}) "/" ${mailboxText(name, utf8)}`))
}
