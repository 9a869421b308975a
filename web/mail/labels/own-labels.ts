/** Labels are mailboxes that people made: those with a role are places. Pure. */
import type { Id, Mailbox } from '../jmap/types.ts'

export const isLabel = ({ role }: Pick<Mailbox, 'role'>): boolean => role === null

/** Those of a message, in the order of the mailboxes. `here`: the mailbox that is looked at, of which all there have the label. */
export const labelsOf = (mailboxIds: Readonly<Record<Id, true>>, mailboxes: Iterable<Mailbox>, here?: Id): readonly Mailbox[] =>
  [...mailboxes].filter((mailbox) => isLabel(mailbox) && mailbox.id !== here && mailboxIds[mailbox.id] === true)

export type LabelState = 'on' | 'off' | 'some'

/** Of several messages: all have it, none, or some of them. */
export const stateOf = (label: Id, messages: readonly { readonly mailboxIds: Readonly<Record<Id, true>> }[]): LabelState => {
  const count = messages.filter(({ mailboxIds }) => mailboxIds[label] === true).length
  if (count === 0) return 'off'
  return count === messages.length ? 'on' : 'some'
}

/** What a click makes of it: some become all, all become none. */
export const turned = (state: LabelState): boolean => state !== 'on'
