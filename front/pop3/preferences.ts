/**
 * What an account has chosen for POP3, kept as server annotations (RFC 5464), so that every IMAP client can set it:
 * `/private/vendor/bulkhead/pop3-mailbox`, the mailbox that is the maildrop, or several, a name a line (default INBOX);
 * `/private/vendor/bulkhead/pop3-expire-days`, after how many days a message that was retrieved goes (default never).
 */
import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'

export const mailboxEntry = '/private/vendor/bulkhead/pop3-mailbox'
export const expireEntry = '/private/vendor/bulkhead/pop3-expire-days'
const expireDaysMax = 36_500

/** Mailboxes of one maildrop. */
const mailboxesMax = 50

/** Undefined where one that was chosen is gone: nobody is shown another one instead, or believes that its mail was deleted. */
export const maildropMailboxes = (state: AccountState): readonly MailboxState[] | undefined => {
  const chosen = state.annotations.get(mailboxEntry)
  if (chosen === undefined) return [state.inbox]
  const names = new Set(chosen.toString('utf8').split(/\r?\n/).filter((name) => name !== ''))
  const found = [...names].map((name) => state.byName(name)).filter((mailbox) => mailbox !== undefined)
  return found.length === names.size && found.length > 0 && found.length <= mailboxesMax ? found : undefined
}

/** Null: never. */
export const expireDays = (state: AccountState): number | null => {
  const text = state.annotations.get(expireEntry)?.toString('latin1') ?? ''
  const days = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  return days >= 1 && days <= expireDaysMax ? days : null
}
