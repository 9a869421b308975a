/**
 * A MailboxShare, of ours: who has which rights in a shared mailbox, whose id it has. Members are addresses, rights letters of RFC 4314. Not
 * `shareWith` of RFC 9670, whose principals would be a directory of who there is: an address is told to be one only by being given rights.
 */
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { everyRight } from '@bulkhead/mail/journal/acl.ts'
import type { FoldedMailbox } from '@bulkhead/mail/journal/mailbox-fold.ts'
import { has } from '@bulkhead/mail/sharing/rights.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { BadValue, mapOf, nullable, text, type Reader } from '@bulkhead/wire/jmap/readers.ts'

export const shareProperties = ['id', 'name', 'owner', 'members'] as const

/** Of an account, those whose rights the session may see and give (RFC 4314 section 4: `a`). */
export const administered = (account: MailAccount): readonly FoldedMailbox[] =>
  [...account.state().own.mailboxes.values()].filter(({ owner, rights }) => owner !== null && has(rights, 'a'))

export const shareJson = (account: MailAccount, { id, name, owner }: FoldedMailbox): JsonObject => ({
  id,
  name,
  owner,
  members: Object.fromEntries((account.members(id) ?? []).map(({ identifier, rights }) => [identifier, rights])),
})

const rightsText: Reader<string> = (value, path) => {
  const given = text(everyRight.length)(value, path)
  if (given === '' || ![...given].every((right) => everyRight.includes(right))) throw new BadValue(path, `letters of ${everyRight} are wanted`)
  return given
}

const membersMax = 100

/** Changes of members, by address: their rights, or null for who is to have none. Members that are not named stay as they are. */
export const memberChanges = mapOf(nullable(rightsText), membersMax)
