import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { specialUses } from '@bulkhead/mail/journal/event.ts'
import { setMetadataArguments, type EntryValue } from '@bulkhead/wire/imap/metadata-grammar.ts'
import { no, ok, type Tagged } from '@bulkhead/wire/imap/response.ts'
import { command } from '../command.ts'
import { specialUseEntry } from '../listing/metadata.ts'
import { refusalReplies } from '../refusals.ts'

const isShared = ({ entry }: EntryValue): boolean => entry.startsWith('/shared/')
const isPrivate = ({ entry }: EntryValue): boolean => entry.startsWith('/private/')

/** Of `/shared` of the server everybody would see the value: nobody but the operator has that to give. */
const ofServer = (values: readonly EntryValue[]): Tagged | undefined =>
  values.some(isShared) ? no('NOPERM', 'Shared entries of the server are not for accounts to set') : undefined

/** RFC 6154 section 4: one known attribute that no other mailbox has; nothing takes it away. */
const specialUse = (state: AccountState, { id }: MailboxState, text: string): string | undefined => {
  const use = specialUses.find((one) => one.toLowerCase() === text.trim().toLowerCase())
  return [...state.mailboxes.values()].some((other) => other.id !== id && other.specialUse === use) ? undefined : use
}

/** As it is kept: the attribute in its own spelling, empty for none, which an absent entry would not say. */
const keptValues = (state: AccountState, mailbox: MailboxState, values: readonly EntryValue[]): readonly EntryValue[] | undefined => {
  const kept: EntryValue[] = []
  for (const one of values) {
    if (one.entry !== specialUseEntry) {
      kept.push(one)
      continue
    }
    const text = one.value?.toString('latin1') ?? ''
    const use = text === '' ? '' : specialUse(state, mailbox, text)
    if (use === undefined) return undefined
    kept.push({ entry: one.entry, value: Buffer.from(use) })
  }
  return kept
}

/** `SETMETADATA SP mailbox SP entry-values` */
export const setMetadata = command({
  name: 'SETMETADATA',
  rfc: '5464 section 4.3, 6154 section 4',
  numbers: 'breaks',
  args: [setMetadataArguments],
  asks: 'annotate',
  decide({ state }, [{ mailbox: name, values }]) {
    if (name === '') return ofServer(values) ?? { mailbox: null, entries: values }
    const mailbox = state.byName(name)
    if (mailbox === undefined) return refusalReplies.noSuchMailbox
    if (mailbox.owner !== null && values.some(isPrivate)) return no('METADATA NOPRIVATE', 'A shared mailbox has no private entries')
    const entries = keptValues(state, mailbox, values)
    return entries === undefined ? no('USEATTR', 'Special use is not available') : { mailbox: mailbox.id, entries }
  },
  reply: { done: () => [ok('SETMETADATA completed')] },
})
