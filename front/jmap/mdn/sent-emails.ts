/** Which sent Emails messages are, by their Message-ID (RFC 9007 section 1, `forEmailId`): looked for in the mailboxes for sent mail, newest first. */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { emailId } from '@bulkhead/mail/email/ids.ts'
import type { MessageId } from '@bulkhead/base/ids.ts'

/** In one mailbox; what was sent before them is not found. */
const lookedAtMax = 5_000

const bare = (messageId: string): string => messageId.trim().replace(/^<|>$/g, '')

/** By Message-ID as it is given, with or without its brackets. */
export const sentEmails = async (account: MailAccount, messageIds: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const wanted = new Set(messageIds.map(bare))
  const found = new Map<string, string>()
  for (const { specialUse, messages } of account.state().own.mailboxes.values()) {
    if (specialUse !== '\\Sent' || found.size === wanted.size) continue
    const count = Math.min(messages.count, lookedAtMax)
    const newest: readonly MessageId[] = Array.from({ length: count }, (_, at) => messages.messageId(messages.count - 1 - at))
    let at = 0
    for await (const batch of account.indexBatches(newest, ['overview'])) {
      for (const index of batch) {
        const message = newest[at]
        at += 1
        const id = bare(index?.overview.messageId ?? '')
        if (message !== undefined && wanted.has(id) && !found.has(id)) found.set(id, emailId(message))
      }
      if (found.size === wanted.size) break
    }
  }
  return new Map(messageIds.flatMap((given) => {
    const id = found.get(bare(given))
    return id === undefined ? [] : [[given, id] as const]
  }))
}
