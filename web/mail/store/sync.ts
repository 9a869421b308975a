/** Keeps the page with the server: news of the event stream, coalesced; at most one round at a time. Nothing is asked for again that did not change. */
import { signal } from '@preact/signals'
import { batch, call } from '../jmap/client.ts'
import { errorType } from '../jmap/errors.ts'
import { listen, type Changed } from '../jmap/push.ts'
import type { ChangesAnswer, EmailRow, GetAnswer, Id } from '../jmap/types.ts'
import { current } from './current.ts'
import { dropRows, keepRows, knownRow, mergeRows, rowProperties } from './emails.ts'
import { mailboxOfRole, refreshMailboxes } from './mailboxes.ts'

const coalesceMs = 120
const changesMax = 200
/** More rounds than these mean that too much happened to follow it; what is looked at is loaded anew. */
const roundsMax = 5
const updatedProperties = ['id', 'mailboxIds', 'keywords']

/** What came into the inbox unread since the page was opened, newest last: told, and shown in the title. */
export const arrived = signal<readonly EmailRow[]>([])
const arrivedMax = 20

let state: string | undefined

export const startState = async (): Promise<void> => {
  const { state: now } = await call<GetAnswer<EmailRow>>('Email/get', { ids: [] })
  state ??= now
}

const getRows = async <Row>(ids: readonly Id[], properties: readonly string[]): Promise<readonly Row[]> =>
  ids.length === 0 ? [] : (await call<GetAnswer<Row>>('Email/get', { ids, properties })).list

const takeNews = (created: readonly EmailRow[]): void => {
  const inbox = mailboxOfRole('inbox')?.id ?? ''
  const news = created.filter(({ mailboxIds, keywords }) => mailboxIds[inbox] === true && keywords['$seen'] === undefined)
  if (news.length > 0) arrived.value = [...arrived.value, ...news].slice(-arrivedMax)
}

/** Rows that are here are brought up to date; of new ones only so many are read as can be told. */
const followEmails = async (rounds = 0): Promise<void> => {
  if (state === undefined) return startState()
  const [changes] = await batch<readonly [ChangesAnswer]>([['Email/changes', { sinceState: state, maxChanges: changesMax }]])
  state = changes.newState
  dropRows(changes.destroyed)
  const [updated, created] = await Promise.all([
    getRows<Pick<EmailRow, 'id' | 'mailboxIds' | 'keywords'>>(changes.updated.filter((id) => knownRow(id) !== undefined), updatedProperties),
    getRows<EmailRow>(changes.created.slice(-arrivedMax), rowProperties),
  ])
  mergeRows(updated)
  keepRows(created)
  takeNews(created)
  if (!changes.hasMoreChanges) return undefined
  return rounds < roundsMax ? followEmails(rounds + 1) : startOver()
}

const startOver = async (): Promise<void> => {
  state = undefined
  current.value?.reload()
  await startState()
}

const followAll = async (): Promise<void> => {
  const emails = followEmails().catch((error: unknown) => (errorType(error) === 'cannotCalculateChanges' ? startOver() : undefined))
  await Promise.all([emails, refreshMailboxes().catch(() => undefined), current.value?.refresh()])
}

let running: Promise<void> | undefined
let again = false
let timer: number | undefined

const run = async (): Promise<void> => {
  do {
    again = false
    await followAll()
  } while (again)
}

/** Asks the server what changed, soon; called after what was done here, and when it says so. */
export const syncSoon = (): void => {
  again = true
  if (running !== undefined || timer !== undefined) return
  timer = window.setTimeout(() => {
    timer = undefined
    running = run().finally(() => {
      running = undefined
      if (again) syncSoon()
    })
  }, coalesceMs)
}

type Follower = (changed: Changed) => void
const followers = new Set<Follower>()

/** Other parts hear of changes of their types (contacts, settings). Returns what ends it. */
export const whenChanged = (types: readonly string[], act: () => void): (() => void) => {
  const follower: Follower = (changed) => {
    if (types.some((type) => changed[type] !== undefined)) act()
  }
  followers.add(follower)
  return () => followers.delete(follower)
}

/** Listens until the page is left. A stream that was away may have missed something. */
export const startSync = (stop: AbortSignal): void => {
  void listen(
    (changed) => {
      syncSoon()
      for (const follower of followers) follower(changed)
    },
    syncSoon,
    stop,
  )
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') syncSoon()
  })
}
