/** Which contacts of a file the address book has not: a table has no uid, and one that is brought in twice would double everybody. */
import { isGroup, nameOf, type Card } from './card.ts'

const folded = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim()
const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts.map(folded))].toSorted()

/** The name with all addresses; who has none is told apart by telephone. Undefined for groups, which are more than their name. */
const likenessOf = (card: Card): string | undefined => {
  if (isGroup(card)) return undefined
  const emails = sorted(Object.values(card.emails ?? {}).map(({ address }) => address))
  const phones = emails.length > 0 ? [] : sorted(Object.values(card.phones ?? {}).map(({ number }) => number.normalize('NFKC').replaceAll(/[^\d+]/gu, '')))
  return JSON.stringify([folded(nameOf(card)), emails, phones])
}

/** Those that are neither there, by uid or by name and addresses, nor before in the file. */
export const freshCards = (read: readonly Card[], there: readonly Card[]): readonly Card[] => {
  const uids = new Set<string>()
  const likenesses = new Set<string>()
  const isNew = (card: Card): boolean => {
    const { uid } = card
    const likeness = likenessOf(card)
    const isKnown = (uid !== undefined && uids.has(uid)) || (likeness !== undefined && likenesses.has(likeness))
    if (uid !== undefined) uids.add(uid)
    if (likeness !== undefined) likenesses.add(likeness)
    return !isKnown
  }
  for (const card of there) isNew(card)
  return read.filter(isNew)
}
