/** Keeps the page with the server: news of the event stream, coalesced; at most one round at a time. Nothing is asked for again that did not change. */
import { effect, signal } from '@preact/signals'
import { accountId, loadResource, resource } from '../jmap/account.ts'
import { batch, call } from '../jmap/client.ts'
import { errorType } from '../jmap/errors.ts'
import { listen } from '../jmap/shared-stream.ts'
import type { ChangesAnswer, EmailRow, GetAnswer, Id } from '../jmap/types.ts'
import { current } from './current.ts'
import { dropRows, keepRows, knownRow, mergeRows, rowProperties } from './emails.ts'
import { mailboxOfRole, refreshMailboxes } from './mailboxes.ts'
import { loadShares, refreshShare, sharedAccounts, shares } from './shares.ts'

const coalesceMs = 120
const changesMax = 200
/** More rounds than these mean that too much happened to follow it; what is looked at is loaded anew. */
const roundsMax = 5
const updatedProperties = ['id', 'mailboxIds', 'keywords']

/** What came into the inbox unread since the page was opened, newest last: told, and shown in the title. */
export const arrived = signal<readonly EmailRow[]>([])
const arrivedMax = 20

/** Of Emails, by account. One that is followed from here on has none before. */
const states = new Map<Id, string>()

/** From now on changes of its Emails are followed. */
export const startState = async (id: Id = accountId()): Promise<void> => {
  const { state } = await call<GetAnswer<EmailRow>>('Email/get', { accountId: id, ids: [] })
  if (!states.has(id)) states.set(id, state)
}

const loadAndFollowShares = async (): Promise<void> => {
  const unknown = [...sharedAccounts().keys()].filter((id) => !states.has(id))
  await Promise.all([loadShares(), ...unknown.map((id) => startState(id).catch(() => undefined))])
}

/** The shares of the session as it is now, and from now on. Resolves when they are known. */
export const startShares = async (): Promise<void> => {
  let first: Promise<void> | undefined
  effect(() => {
    void resource.value
    const loading = loadAndFollowShares()
    first ??= loading
  })
  await first
}

const getRows = async <Row>(id: Id, ids: readonly Id[], properties: readonly string[]): Promise<readonly Row[]> =>
  ids.length === 0 ? [] : (await call<GetAnswer<Row>>('Email/get', { accountId: id, ids, properties })).list

const takeNews = (created: readonly EmailRow[]): void => {
  const inbox = mailboxOfRole('inbox')?.id ?? ''
  const news = created.filter(({ mailboxIds, keywords }) => mailboxIds[inbox] === true && keywords['$seen'] === undefined)
  if (news.length > 0) arrived.value = [...arrived.value, ...news].slice(-arrivedMax)
}

/** Rows that are here are brought up to date; of new ones only so many are read as can be told. */
const followEmails = async (id: Id, rounds = 0): Promise<void> => {
  const sinceState = states.get(id)
  if (sinceState === undefined) return startState(id)
  const [changes] = await batch<readonly [ChangesAnswer]>([['Email/changes', { accountId: id, sinceState, maxChanges: changesMax }]])
  states.set(id, changes.newState)
  dropRows(changes.destroyed)
  const [updated, created] = await Promise.all([
    getRows<Pick<EmailRow, 'id' | 'mailboxIds' | 'keywords'>>(id, changes.updated.filter((one) => knownRow(one) !== undefined), updatedProperties),
    getRows<EmailRow>(id, changes.created.slice(-arrivedMax), rowProperties),
  ])
  mergeRows(updated)
  keepRows(created)
  takeNews(created)
  if (!changes.hasMoreChanges) return undefined
  return rounds < roundsMax ? followEmails(id, rounds + 1) : startOver(id)
}

const startOver = async (id: Id): Promise<void> => {
  states.delete(id)
  if (current.value?.query.accountId === id) current.value.reload()
  await startState(id)
}

/** A share's one mailbox is read whole: its changes do not tell of rights. */
const followMailboxes = (id: Id): Promise<void> => (id === accountId() ? refreshMailboxes() : refreshShare(id))

const follow = async (id: Id): Promise<void> => {
  const emails = followEmails(id).catch((error: unknown) => (errorType(error) === 'cannotCalculateChanges' ? startOver(id) : undefined))
  const list = current.value?.query.accountId === id ? current.value.refresh() : undefined
  await Promise.all([emails, followMailboxes(id).catch(() => undefined), list])
}

/** Accounts of which something may have changed. */
let waiting = new Set<Id>()

const followWaiting = async (): Promise<void> => {
  const ids = waiting
  waiting = new Set()
  const known = [...ids].filter((id) => id === accountId() || shares.peek().has(id))
  // An account that is not known came, one that is no more went: the session says which there are.
  const session = known.length < ids.size ? loadResource().then(() => undefined, () => undefined) : undefined
  await Promise.all([session, ...known.map(follow)])
}

let running: Promise<void> | undefined
let timer: number | undefined

const run = async (): Promise<void> => {
  while (waiting.size > 0) await followWaiting()
}

const everyAccount = (): readonly Id[] => [accountId(), ...shares.peek().keys()]

/** Asks the server what changed in these accounts, soon; called after what was done here, and when it says so. */
export const syncSoon = (accounts: readonly Id[] = everyAccount()): void => {
  for (const id of accounts) waiting.add(id)
  if (running !== undefined || timer !== undefined) return
  timer = window.setTimeout(() => {
    timer = undefined
    running = run().finally(() => {
      running = undefined
      if (waiting.size > 0) syncSoon([])
    })
  }, coalesceMs)
}

type Follower = (changed: Readonly<Record<string, string>>) => void
const followers = new Set<Follower>()

/** Other parts hear of changes of their types in the own account (contacts, settings). Returns what ends it. */
export const whenChanged = (types: readonly string[], act: () => void): (() => void) => {
  const follower: Follower = (changed) => {
    if (types.some((type) => changed[type] !== undefined)) act()
  }
  followers.add(follower)
  return () => followers.delete(follower)
}

/** Listens until the page is left. A stream that was away may have missed something. */
export const startSync = (stop: AbortSignal): void => {
  void listen((word) => {
    if (word.is === 'open') return syncSoon()
    if (word.is === 'alive') return
    syncSoon(Object.keys(word.changed))
    const own = word.changed[accountId()]
    if (own !== undefined) for (const follower of followers) follower(own)
  }, stop)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') syncSoon()
  })
}
