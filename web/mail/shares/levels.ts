/** What somebody may do in a shared mailbox, in three steps instead of the letters of RFC 4314. Pure. */
import type { MailboxRights } from '../jmap/types.ts'

export const levels = ['read', 'write', 'everything'] as const
export type Level = (typeof levels)[number]

/** The highest that they reach. */
export const levelOf = ({ mayRemoveItems, mayAddItems, maySetKeywords }: Pick<MailboxRights, 'mayRemoveItems' | 'mayAddItems' | 'maySetKeywords'>): Level => {
  if (!mayAddItems || !maySetKeywords) return 'read'
  return mayRemoveItems ? 'everything' : 'write'
}

/**
 * Letters that a step gives. `read`: lookup, read, and the mark of reading. `write`: other marks, and putting mail in. `everything`: taking mail out too;
 * administering, and the mailbox itself, stay with the owner.
 */
export const lettersOf: Readonly<Record<Level, string>> = { read: 'lrs', write: 'lrswi', everything: 'lrswite' }

/** Undefined where they are of no step, as another program may give them. In the order in which the server says them. */
export const levelOfLetters = (letters: string): Level | undefined => levels.find((level) => lettersOf[level] === letters)
