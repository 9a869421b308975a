/** What a session did itself, which NOTIFY does not tell it (RFC 5465 section 5). */
import type { MailboxId, Uid } from '@bulkhead/base/ids.ts'

export type Deed =
  /** Made, deleted or renamed mailboxes of these names. */
  | { readonly is: 'named'; readonly names: readonly string[] }
  | { readonly is: 'subscribed'; readonly name: string }
  | { readonly is: 'annotated'; readonly mailbox: MailboxId | null; readonly entries: readonly string[] }
  | { readonly is: 'arrived'; readonly mailbox: MailboxId; readonly uids: readonly Uid[] }
  /** The command's own result is told by what changed in the selected mailbox. */
  | { readonly is: 'changedSelected' }
