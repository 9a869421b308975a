/** What a session asked NOTIFY for (RFC 5465). */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { AccountState, MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { FetchAttribute } from '@bulkhead/wire/imap/fetch-grammar.ts'
import type { MailboxFilter, NotifyEvent } from '@bulkhead/wire/imap/notify-grammar.ts'

export interface OtherGroup {
  readonly filter: MailboxFilter
  readonly events: ReadonlySet<NotifyEvent>
}

export interface SelectedGroup {
  /** Expunged messages wait for a command that may tell them (section 6.1.2). */
  readonly delayed: boolean
  readonly events: ReadonlySet<NotifyEvent>
  readonly fetches: readonly FetchAttribute[]
}

export interface Notifying {
  /** Null: events of messages in the selected mailbox are not told. */
  readonly selected: SelectedGroup | null
  readonly others: readonly OtherGroup[]
  /** The account as the client was told of it. */
  readonly told: AccountState
  /** The selected mailbox where the client was told less of its messages than that. */
  readonly lagging: { readonly mailbox: MailboxId; readonly messages: MessageList } | null
}
