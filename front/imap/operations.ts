/** What commands may ask for: one name per thing that happens outside the session. `connection.ts` performs them. */
import type { Clock } from '@bulkhead/base/clock.ts'
import type { MailboxId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { CopyAnswer, MailAccount, MailboxState, RightsChange, Usage } from '@bulkhead/mail/account/mail-account.ts'
import type { Member } from '@bulkhead/mail/journal/acl.ts'
import type { Annotation, SpecialUse, UidRanges } from '@bulkhead/mail/journal/event.ts'
import type { Refused } from '@bulkhead/mail/refusal.ts'
import type { Question } from './search/asking.ts'
import type { Found } from './search/result.ts'
import { searched, searchedEach, type EachQuestion, type FoundElsewhere } from './search/search.ts'
import { sortPositions } from '@bulkhead/mail/search/sort.ts'
import { inOrder, type SortQuestion } from './search/sort.ts'
import { threaded, type Threaded, type ThreadQuestion } from './search/thread.ts'
import type { FetchJob } from './fetch/job.ts'
import { fetchPieces, type Pieces } from './fetch/pieces.ts'
import { fetchUrls, resetKeys, signUrls } from './urls/urlauth.ts'

export interface Ports {
  readonly account: MailAccount
  /** Brings the account's state up to when the client sent what is being performed, also where another mailroom moved it. */
  refresh(): Promise<void>
  /** `done` of `goal` messages are dealt with: told to a client that has waited for long. */
  progress(done: number, goal: number): void | Promise<void>
  readonly clock: Clock
  /** Aborts when the client is gone. */
  readonly gone: AbortSignal
  /** Canonical address of the login. */
  readonly login: string
  /** Our own, as URLs name it. */
  readonly hostName: string
}

const done = { is: 'done' } as const
interface Done {
  readonly is: 'done'
}
type Empty = Readonly<Record<never, never>>

interface Messages {
  readonly from: MailboxId
  readonly uids: UidRanges
  /** Name of the target. */
  readonly to: string
}

/** A mailbox that is not known here may have been made through another mailroom a moment ago. */
export const mailboxNamed = async (account: MailAccount, name: string): Promise<MailboxState | undefined> =>
  account.state().byName(name) ?? (await account.refresh()).byName(name)

const noTarget: Refused<'noSuchMailbox'> = { is: 'refused', why: 'noSuchMailbox' }
const nothingStored = { is: 'done', modified: [] } as const
const nothingCopied: CopyAnswer = { is: 'done', uidValidity: 0, uids: [] }

type Expunged = Done & { readonly uids: readonly Uid[] }
const nothingExpunged: Expunged = { is: 'done', uids: [] }

interface ExpungeRequest {
  readonly mailbox: MailboxId
  readonly uids: UidRanges | null
}

interface Members extends Done {
  readonly members: readonly Member[]
}

interface RightsRequest {
  /** Its name. */
  readonly mailbox: string
  readonly identifier: string
  readonly change: RightsChange
}

interface Annotating {
  /** Null: the server's. */
  readonly mailbox: MailboxId | null
  readonly entries: readonly Annotation[]
}

export const operations = {
  nothing: async (_ports: Ports, _request: Empty): Promise<Done> => done,
  refresh: async (ports: Ports, _request: Empty): Promise<Done> => {
    await ports.refresh()
    return done
  },
  /** Of the account itself (null), or of a shared mailbox. */
  usage: async ({ account }: Ports, { mailbox }: { readonly mailbox: MailboxId | null }): Promise<Done & { readonly usage: Usage }> => ({
    is: 'done',
    usage: await account.usage(mailbox ?? undefined),
  }),
  annotate: ({ account }: Ports, { mailbox, entries }: Annotating) => account.annotate(mailbox, entries),
  createMailbox: ({ account }: Ports, { name, specialUse }: { readonly name: string; readonly specialUse: SpecialUse | null }) =>
    account.createMailbox(name, specialUse),
  deleteMailbox: ({ account }: Ports, { name }: { readonly name: string }) => account.deleteMailbox(name),
  renameMailbox: ({ account }: Ports, { from, to }: { readonly from: string; readonly to: string }) =>
    account.renameMailbox(from, to),
  subscribe: async ({ account }: Ports, { name, on }: { readonly name: string; readonly on: boolean }): Promise<Done> => {
    await account.subscribe(name, on)
    return done
  },
  copyMessages: async ({ account }: Ports, { from, uids, to }: Messages): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota' | 'noPermission'>> => {
    const target = await mailboxNamed(account, to)
    if (target === undefined) return noTarget
    return uids.length === 0 ? nothingCopied : account.copyMessages(from, uids, target.id)
  },
  moveMessages: async ({ account }: Ports, { from, uids, to }: Messages): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota' | 'noPermission'>> => {
    const target = await mailboxNamed(account, to)
    if (target === undefined) return noTarget
    return uids.length === 0 ? nothingCopied : account.moveMessages(from, uids, target.id)
  },
  storeFlags: async (
    { account }: Ports,
    request: StoreRequest,
  ): Promise<Done & { readonly modified: UidRanges } | Refused<'noSuchMailbox' | 'noPermission'>> => {
    const { mailbox, uids, mode, flags, unchangedSince } = request
    if (uids.length === 0) return nothingStored
    return account.storeFlags(mailbox, uids, mode, flags, unchangedSince ?? undefined)
  },
  /** Null: every message. */
  expunge: async ({ account }: Ports, { mailbox, uids }: ExpungeRequest): Promise<Expunged | Refused<'noSuchMailbox' | 'noPermission'>> =>
    uids?.length === 0 ? nothingExpunged : account.expunge(mailbox, uids, 'deleted'),
  /** Who may what in a mailbox, its owner first; whoever may not change that is not told either (RFC 4314 section 4). */
  members: async ({ account, login }: Ports, { mailbox: name }: { readonly mailbox: string }): Promise<Members | Refused<'noSuchMailbox' | 'noPermission'>> => {
    const mailbox = await mailboxNamed(account, name)
    if (mailbox === undefined) return noTarget
    if (!mailbox.rights.includes('a')) return { is: 'refused', why: 'noPermission' }
    return { is: 'done', members: account.members(mailbox.id) ?? [{ identifier: login, rights: mailbox.rights }] }
  },
  setRights: async ({ account }: Ports, { mailbox: name, identifier, change }: RightsRequest): ReturnType<MailAccount['setRights']> => {
    const mailbox = await mailboxNamed(account, name)
    return mailbox === undefined ? noTarget : account.setRights(mailbox.id, identifier, change)
  },
  search: async (ports: Ports, question: Question): Promise<Done & Found> => ({ is: 'done', ...(await searched(ports, question)) }),
  searchEach: async (ports: Ports, questions: EachQuestion): Promise<Done & FoundElsewhere> => ({
    is: 'done',
    ...(await searchedEach(ports, questions)),
  }),
  sort: async (ports: Ports, question: SortQuestion): Promise<Done & Found> => {
    const found = await searched(ports, question)
    const positions = await sortPositions(ports, found.shown, found.positions, question.criteria, found.relevancy)
    return { is: 'done', ...found, positions, relevancy: inOrder(found, positions) }
  },
  thread: async (ports: Ports, question: ThreadQuestion): Promise<Done & Threaded> => ({ is: 'done', ...(await threaded(ports, question)) }),
  fetch: async (ports: Ports, job: FetchJob): Promise<Done & { readonly pieces: Pieces }> => ({
    is: 'done',
    pieces: fetchPieces(ports, job),
  }),
  signUrls,
  resetKeys,
  fetchUrls,
} as const

export interface StoreRequest {
  readonly mailbox: MailboxId
  readonly uids: UidRanges
  readonly mode: 'add' | 'remove' | 'replace'
  readonly flags: readonly string[]
  readonly unchangedSince: ModSeq | null
}

type Operations = typeof operations
export type OperationName = keyof Operations
export type RequestOf<O extends OperationName> = Parameters<Operations[O]>[1]
export type AnswerOf<O extends OperationName> = Awaited<ReturnType<Operations[O]>>
