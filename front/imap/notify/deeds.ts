/** What a session did itself, which NOTIFY does not tell it (RFC 5465 section 5): noted by its commands, until the next notices. */
import type { MailboxId, Uid } from '@bulkhead/base/ids.ts'
import type { AccountState } from '@bulkhead/mail/account/mail-account.ts'
import { superiorsOf } from '@bulkhead/mail/journal/mailbox-name.ts'
import type { AnswerOf, OperationName, RequestOf } from '../operations.ts'
import type { Refused } from '@bulkhead/mail/refusal.ts'
import { newSession, type Session } from '../session.ts'
import type { Deed } from './deed.ts'

type DeedsOf<O extends OperationName> = (request: RequestOf<O>, answer: Exclude<AnswerOf<O>, Refused>, after: AccountState) => readonly Deed[]

const withSuperiors = (name: string): readonly string[] => [name, ...superiorsOf(name)]

const arrivedIn = (after: AccountState, name: string, uids: readonly (readonly [Uid, Uid])[]): readonly Deed[] => {
  const mailbox = after.byName(name)
  return mailbox === undefined ? [] : [{ is: 'arrived', mailbox: mailbox.id, uids: uids.map(([, target]) => target) }]
}

const changedSelected: Deed = { is: 'changedSelected' }

const deeds: { readonly [O in OperationName]?: DeedsOf<O> } = {
  createMailbox: ({ name }, { mailbox }, after) => [{ is: 'named', names: withSuperiors(after.mailboxes.get(mailbox)?.name ?? name) }],
  deleteMailbox: ({ name }) => [{ is: 'named', names: withSuperiors(name) }],
  renameMailbox: ({ from, to }, _, after) => [{ is: 'named', names: [from, ...withSuperiors(after.byName(to)?.name ?? to)] }],
  subscribe: ({ name }) => [{ is: 'subscribed', name }],
  annotate: ({ mailbox, entries }) => [{ is: 'annotated', mailbox, entries: entries.map(({ entry }) => entry) }],
  copyMessages: ({ to }, { uids }, after) => arrivedIn(after, to, uids),
  moveMessages: ({ to }, { uids }, after) => [changedSelected, ...arrivedIn(after, to, uids)],
  expunge: () => [changedSelected],
  fetch: ({ marksSeen }) => (marksSeen ? [changedSelected] : []),
}

export const deedsOf = <O extends OperationName>(
  operation: O, request: RequestOf<O>, answer: Exclude<AnswerOf<O>, Refused>, after: AccountState,
): readonly Deed[] => (deeds[operation] as DeedsOf<O> | undefined)?.(request, answer, after) ?? []

/** Some FETCH or STATUS nobody asks for may follow, which is of others' doings alone. */
const heeds = ({ notify, selected }: Session): boolean => notify !== null || (selected?.live.some(({ fetches }) => fetches.length > 0) ?? false)

export const noting = (session: Session, done: readonly Deed[]): Session =>
  (done.length > 0 && heeds(session) ? { ...session, deeds: [...session.deeds, ...done] } : session)

/** Told. */
export const forgetting = (session: Session): Session => (session.deeds.length === 0 ? session : { ...session, deeds: newSession.deeds })

/** Those of `uids` that this session filed in a mailbox itself. */
export const ownArrivals = (done: readonly Deed[], mailbox: MailboxId): ReadonlySet<number> =>
  new Set(done.flatMap((deed) => (deed.is === 'arrived' && deed.mailbox === mailbox ? deed.uids : [])))

export const ownNames = (done: readonly Deed[]): ReadonlySet<string> =>
  new Set(done.flatMap((deed) => (deed.is === 'named' ? deed.names : [])))

export const ownSubscriptions = (done: readonly Deed[]): ReadonlySet<string> =>
  new Set(done.flatMap((deed) => (deed.is === 'subscribed' ? [deed.name] : [])))

export const ownEntries = (done: readonly Deed[], mailbox: MailboxId | null): ReadonlySet<string> =>
  new Set(done.flatMap((deed) => (deed.is === 'annotated' && deed.mailbox === mailbox ? deed.entries : [])))
