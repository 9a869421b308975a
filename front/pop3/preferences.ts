/**
 * What an account has chosen for POP3, kept as server annotations (RFC 5464), so that every IMAP client can set it:
 * `/private/vendor/bulkhead/pop3-mailbox`, the name of the mailbox that is the maildrop (default INBOX);
 * `/private/vendor/bulkhead/pop3-expire-days`, after how many days a message that was retrieved goes (default never).
 */
import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'

export const mailboxEntry = '/private/vendor/bulkhead/pop3-mailbox'
export const expireEntry = '/private/vendor/bulkhead/pop3-expire-days'
const expireDaysMax = 36_500

/** Undefined where the mailbox chosen is gone: nobody is shown another one instead. */
export const maildropMailbox = (state: AccountState): MailboxState | undefined => {
  const chosen = state.annotations.get(mailboxEntry)
  return chosen === undefined ? state.inbox : state.byName(chosen.toString('utf8'))
}

/** Null: never. */
export const expireDays = (state: AccountState): number | null => {
  const text = state.annotations.get(expireEntry)?.toString('latin1') ?? ''
  const days = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  return days >= 1 && days <= expireDaysMax ? days : null
}
