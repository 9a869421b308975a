/**
 * How names of mailboxes moved between two states of an account, in an order that a client can follow which keeps a list of
 * names: a LIST with OLDNAME takes all below the old name along (RFC 5465 section 5.4, RFC 9051 section 6.3.9.7).
 */
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { AccountState, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import { superiorOf } from '@bulkhead/mail/journal/mailbox-name.ts'

export type NameChange =
  | { readonly is: 'gone'; readonly name: string }
  | { readonly is: 'renamed'; readonly name: string; readonly before: string }
  /** `mailbox` may have been there, under a name it could not be followed from. */
  | { readonly is: 'came'; readonly name: string; readonly mailbox: MailboxId }

/** Renames that are told as such; where more were made in between, their mailboxes are told as gone and new. */
const followedMax = 50

interface Move {
  readonly before: string
  readonly mailbox: MailboxState
}

/** Mailboxes renamed since, those that went along with one above them left out. */
const movesOf = (then: AccountState, now: AccountState): readonly Move[] => {
  const all = new Map<string, Move>()
  for (const [id, mailbox] of now.mailboxes) {
    const before = then.mailboxes.get(id)?.name
    if (before !== undefined && before !== mailbox.name) all.set(mailbox.name, { before, mailbox })
  }
  const wentAlong = ({ before, mailbox: { name } }: Move): boolean => {
    const [above, aboveBefore] = [superiorOf(name), superiorOf(before)]
    return above !== undefined && aboveBefore !== undefined && all.get(above)?.before === aboveBefore
      && name.slice(above.length) === before.slice(aboveBefore.length)
  }
  return [...all.values()].filter((move) => !wentAlong(move))
}

const isAtOrBelow = (name: string, above: string): boolean => name === above || name.startsWith(`${above}/`)

/** What the client believes: mailboxes, as they are now, by the names it knows them by. */
type Believed = Map<string, MailboxState>

const movedBy = (believed: Believed, { before }: Move): readonly (readonly [name: string, mailbox: MailboxState])[] =>
  [...believed].filter(([name]) => isAtOrBelow(name, before))

/** Takes the rename where everything it moves ends at its right and free place. */
const follows = (believed: Believed, move: Move): boolean => {
  const { before, mailbox: { name: after } } = move
  const moved = movedBy(believed, move)
  const isRight = moved.every(([name, mailbox]) =>
    mailbox.name === after + name.slice(before.length) && (isAtOrBelow(mailbox.name, before) || !believed.has(mailbox.name)))
  if (!isRight) return false
  for (const [name] of moved) believed.delete(name)
  for (const [, mailbox] of moved) believed.set(mailbox.name, mailbox)
  return true
}

/** Drops what a rename would have moved from where it is not. */
const dropped = (believed: Believed, move: Move): Believed => {
  const wrong = movedBy(believed, move).filter(([name, mailbox]) => mailbox.name !== name)
  for (const [name] of wrong) believed.delete(name)
  return new Map(wrong)
}

export const nameChanges = (then: AccountState, now: AccountState): readonly NameChange[] => {
  if (then.mailboxes === now.mailboxes) return []
  const changes: NameChange[] = []
  const believed: Believed = new Map()
  for (const { id, name } of then.mailboxes.values()) {
    const current = now.mailboxes.get(id)
    if (current === undefined) changes.push({ is: 'gone', name })
    else believed.set(name, current)
  }
  const again: MailboxState[] = []
  let left = movesOf(then, now)
  const canFollow = left.length <= followedMax
  while (left.length > 0) {
    const followed = canFollow ? left.filter((move) => follows(believed, move)) : []
    changes.push(...followed.map(({ before, mailbox: { name } }) => ({ is: 'renamed', name, before }) as const))
    left = left.filter((move) => !followed.includes(move))
    const [stuck] = left
    if (stuck === undefined || followed.length > 0) continue
    const wrong = dropped(believed, stuck)
    changes.push(...[...wrong.keys()].map((name) => ({ is: 'gone', name }) as const))
    again.push(...wrong.values())
    left = left.filter(({ before }) => !wrong.has(before))
  }
  const came = [...now.mailboxes.values()].filter(({ id }) => !then.mailboxes.has(id))
  return [...changes, ...[...again, ...came].map(({ id, name }) => ({ is: 'came', name, mailbox: id }) as const)]
}
