/** What commands may ask for: one name per thing that happens outside the session. `connection.ts` performs them. */
import type { MailboxId, ModSeq, Uid } from '@bulkhead/base/ids.ts'
import type { CopyAnswer, MailAccount, RightsChange, Usage } from '@bulkhead/mail/account/mail-account.ts'
import type { Member } from '@bulkhead/mail/journal/acl.ts'
import type { Annotation, SpecialUse, UidRanges } from '@bulkhead/mail/journal/event.ts'
import type { Refused } from '@bulkhead/mail/refusal.ts'
import type { Question } from './search/asked.ts'
import type { Found } from './search/result.ts'
import { searched, searchedEach, type EachQuestion, type FoundElsewhere } from './search/search.ts'
import { sortPositions } from '@bulkhead/mail/search/sort.ts'
import { inOrder, type SortQuestion } from './search/sort.ts'
import { threaded, type Threaded, type ThreadQuestion } from './search/thread.ts'
import type { FetchJob } from './fetch/job.ts'
import { fetchPieces, type Pieces } from './fetch/pieces.ts'
import { fetchUrls, resetKeys, signUrls } from './urls/urlauth.ts'
import { mailboxNamed, type Ports } from './ports.ts'
import { listenToFiling, listenToFlags } from './saying.ts'

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

/** Tells who listens when it is done, and only then. */
const heard = async <A extends Done | Refused>(listener: () => void, act: Promise<A>): Promise<A> => {
  const answer = await act
  if (answer.is === 'done') listener()
  return answer
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
  copyMessages: async (ports: Ports, { from, uids, to }: Messages): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota' | 'noPermission'>> => {
    const target = await mailboxNamed(ports.account, to)
    if (target === undefined) return noTarget
    return uids.length === 0 ? nothingCopied : heard(listenToFiling(ports, from, uids, target, true), ports.account.copyMessages(from, uids, target.id))
  },
  moveMessages: async (ports: Ports, { from, uids, to }: Messages): Promise<CopyAnswer | Refused<'noSuchMailbox' | 'overQuota' | 'noPermission'>> => {
    const target = await mailboxNamed(ports.account, to)
    if (target === undefined) return noTarget
    return uids.length === 0 ? nothingCopied : heard(listenToFiling(ports, from, uids, target, false), ports.account.moveMessages(from, uids, target.id))
  },
  storeFlags: async (
    ports: Ports,
    request: StoreRequest,
  ): Promise<Done & { readonly modified: UidRanges } | Refused<'noSuchMailbox' | 'noPermission'>> => {
    const { mailbox, uids, mode, flags, unchangedSince } = request
    if (uids.length === 0) return nothingStored
    return heard(listenToFlags(ports, mailbox, uids, mode, flags), ports.account.storeFlags(mailbox, uids, mode, flags, unchangedSince ?? undefined))
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
