/**
 * Changes to Emails that are there, gathered so that a thousand of them are a few appends: first flags, then copies, moves and what
 * is expunged, each by mailbox with all of its messages together.
 */
import type { MailboxId, Uid } from '@bulkhead/base/ids.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { rangesOf } from '@bulkhead/mail/account/uid-ranges.ts'
import type { Place } from '@bulkhead/mail/email/emails.ts'
import { isRefused, type Refused } from '@bulkhead/mail/refusal.ts'
import { has, storable } from '@bulkhead/mail/sharing/rights.ts'
import type { SetError } from '@bulkhead/wire/jmap/errors.ts'
import { droppedSentCopies, setErrorOf } from './filing.ts'

/** What one Email is to become. */
export interface EmailChange {
  readonly id: string
  /** Where it is, at least one. */
  readonly places: readonly Place[]
  readonly addFlags: readonly string[]
  readonly removeFlags: readonly string[]
  /** Null: it stays where it is. Empty: it goes altogether. */
  readonly mailboxes: readonly MailboxId[] | null
}

interface Group {
  readonly uids: Uid[]
  readonly ids: string[]
}

const uidAt = ({ mailbox, at }: Place): Uid => (mailbox.messages.uids[at] ?? 0) as Uid

/** Groups by a key of texts that hold no newline. */
class Groups {
  readonly #groups = new Map<string, Group>()

  add(key: readonly string[], place: Place, id: string): void {
    const text = key.join('\n')
    let group = this.#groups.get(text)
    if (group === undefined) this.#groups.set(text, (group = { uids: [], ids: [] }))
    group.uids.push(uidAt(place))
    group.ids.push(id)
  }

  all(): readonly { readonly key: readonly string[]; readonly uids: readonly Uid[]; readonly ids: readonly string[] }[] {
    return [...this.#groups].map(([text, group]) => ({ key: text.split('\n'), ...group }))
  }
}

interface Stages {
  readonly flags: Groups
  readonly copies: Groups
  readonly moves: Groups
  readonly expunges: Groups
}

const planMailboxes = ({ id, places, mailboxes }: EmailChange, stages: Stages): void => {
  if (mailboxes === null) return
  const added = mailboxes.filter((mailbox) => !places.some((place) => place.mailbox.id === mailbox))
  const removed = places.filter((place) => !mailboxes.includes(place.mailbox.id))
  const [source] = places
  for (const mailbox of added) {
    const leaving = removed.shift()
    if (leaving !== undefined) stages.moves.add([leaving.mailbox.id, mailbox], leaving, id)
    else if (source !== undefined) stages.copies.add([source.mailbox.id, mailbox], source, id)
  }
  for (const place of removed) stages.expunges.add([place.mailbox.id], place, id)
}

const planned = (changes: readonly EmailChange[]): Stages => {
  const stages: Stages = { flags: new Groups(), copies: new Groups(), moves: new Groups(), expunges: new Groups() }
  for (const change of changes) {
    for (const place of change.places) {
      if (change.addFlags.length > 0) stages.flags.add([place.mailbox.id, 'add', ...change.addFlags.toSorted()], place, change.id)
      if (change.removeFlags.length > 0) stages.flags.add([place.mailbox.id, 'remove', ...change.removeFlags.toSorted()], place, change.id)
    }
    planMailboxes(change, stages)
  }
  return stages
}

/** Whether rights (RFC 4314) allow all of a change: one that they allow in part is not begun. */
const isAllowed = (account: MailAccount, { places, addFlags, removeFlags, mailboxes }: EmailChange): boolean => {
  const { mailboxes: known } = account.state()
  const rightsIn = (id: MailboxId): string => known.get(id)?.rights ?? ''
  const flags = [...addFlags, ...removeFlags]
  const stores = places.every(({ mailbox: { id } }) => storable(rightsIn(id), flags).length === flags.length)
  const leaves = mailboxes === null || places.every(({ mailbox: { id } }) => mailboxes.includes(id) || has(rightsIn(id), 'te'))
  const comes = (mailboxes ?? []).every((id) => places.some((place) => place.mailbox.id === id) || has(rightsIn(id), 'i'))
  return stores && leaves && comes
}

/** Carries all of it out; by id what could not be done. */
export const carryOut = async (account: MailAccount, changes: readonly EmailChange[], nowMs: number): Promise<ReadonlyMap<string, SetError>> => {
  const failed = new Map<string, SetError>()
  const { flags, copies, moves, expunges } = planned(changes.filter((change) => {
    const allowed = isAllowed(account, change)
    if (!allowed) failed.set(change.id, setErrorOf('noPermission'))
    return allowed
  }))
  const run = async (groups: Groups, act: (key: readonly string[], uids: readonly Uid[]) => Promise<object>): Promise<void> => {
    await Promise.all(groups.all().map(async ({ key, uids, ids }) => {
      const done: object = await act(key, uids)
      if (isRefused(done)) for (const id of ids) failed.set(id, setErrorOf((done satisfies Refused).why))
    }))
  }
  const arrived = async (into: string, answer: Awaited<ReturnType<MailAccount['copyMessages']>>): Promise<object> => {
    if (!isRefused(answer)) await droppedSentCopies(account, into as MailboxId, answer.uids.map(([, uid]) => uid), nowMs)
    return answer
  }
  await run(flags, ([mailbox = '', mode, ...names], uids) =>
    account.storeFlags(mailbox as MailboxId, rangesOf(uids), mode === 'add' ? 'add' : 'remove', names))
  await run(copies, async ([from = '', to = ''], uids) => arrived(to, await account.copyMessages(from as MailboxId, rangesOf(uids), to as MailboxId)))
  await run(moves, async ([from = '', to = ''], uids) => arrived(to, await account.moveMessages(from as MailboxId, rangesOf(uids), to as MailboxId)))
  await run(expunges, ([mailbox = ''], uids) => account.expunge(mailbox as MailboxId, rangesOf(uids), 'always'))
  return failed
}
