/**
 * What an account's use falls by when entries go. Use counts distinct messages: a copy shares the row of its message and
 * costs nothing, and a message's bytes come back when its last entry goes.
 */
import type { MailboxId, MessageId } from '@bulkhead/base/ids.ts'
import type { FoldedAccount } from '../journal/fold.ts'
import { lowAt } from '../journal/columns.ts'
import { sharedBit } from '../journal/keywords.ts'

export interface Freed {
  readonly bytes: number
  readonly messages: number
}

/** Entries of `messages` over all mailboxes. Only those marked as shared can have more than one. */
const entriesOf = (state: FoldedAccount, messages: ReadonlyMap<MessageId, unknown>): ReadonlyMap<MessageId, number> => {
  const entries = new Map<MessageId, number>()
  for (const { messages: list } of state.mailboxes.values()) {
    for (let at = 0; at < list.count; at += 1) {
      if ((lowAt(list.columns, at) & sharedBit) === 0) continue
      const message = list.messageId(at)
      if (messages.has(message)) entries.set(message, (entries.get(message) ?? 0) + 1)
    }
  }
  return entries
}

export const freedBy = (state: FoldedAccount, mailbox: MailboxId, positions: readonly number[]): Freed => {
  const list = state.mailboxes.get(mailbox)?.messages
  if (list === undefined) return { bytes: 0, messages: 0 }
  let bytes = 0
  let messages = 0
  const shared = new Map<MessageId, { readonly sizeBytes: number; going: number }>()
  for (const at of positions) {
    const sizeBytes = list.sizes[at] ?? 0
    if ((lowAt(list.columns, at) & sharedBit) === 0) {
      bytes += sizeBytes
      messages += 1
      continue
    }
    const message = list.messageId(at)
    shared.set(message, { sizeBytes, going: (shared.get(message)?.going ?? 0) + 1 })
  }
  if (shared.size === 0) return { bytes, messages }
  const entries = entriesOf(state, shared)
  for (const [message, { sizeBytes, going }] of shared) {
    if ((entries.get(message) ?? 0) > going) continue
    bytes += sizeBytes
    messages += 1
  }
  return { bytes, messages }
}
