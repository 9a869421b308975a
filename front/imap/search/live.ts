/**
 * Live results (RFC 5267 section 4.3): what SEARCH and SORT found, kept as the client was told of it, and told on when it
 * changes together with the mailbox: what leaves before EXPUNGE, what joins after EXISTS. Only messages that came or changed
 * are looked at again, so that what matches by its age alone joins no more.
 */
import type { Uid } from '@bulkhead/base/ids.ts'
import type { MessageList } from '@bulkhead/mail/account/mail-account.ts'
import type { Text } from '@bulkhead/wire/imap/language.ts'
import { encodeUntagged, type Untagged } from '@bulkhead/wire/imap/response.ts'
import type { ReturnOptions } from '@bulkhead/wire/imap/search-return.ts'
import { setText } from '@bulkhead/wire/imap/sequence-set.ts'
import type { SortCriterion } from '@bulkhead/wire/imap/sort-grammar.ts'
import type { Ports } from '../ports.ts'
import type { Selected, Session } from '../session.ts'
import { changesOf, type Changes } from '../view.ts'
import { questionOf } from './asking.ts'
import { needsSelected } from './question.ts'
import type { Found } from './result.ts'
import { searchList } from '@bulkhead/mail/search/search-list.ts'
import { sortPositions } from '@bulkhead/mail/search/sort.ts'
import type { LiveResult } from './live-result.ts'

/** Live results of one session. */
export const liveResultsMax = 16
/** UIDs in all of them together. */
export const liveUidsMax = 500_000

const uidsIn = (results: readonly LiveResult[]): number => results.reduce((sum, { uids }) => sum + uids.length, 0)

/** Why a result can't be live. Message numbers and `$` would mean other messages later than they do now. */
export const whyNotLive = ({ live }: Selected, { keys, criteria }: Pick<LiveResult, 'keys' | 'criteria'>, { positions }: Found): Text | undefined => {
  if (needsSelected(keys.key)) return 'Message numbers do not last'
  if (criteria?.some(({ key }) => key === 'RELEVANCY') === true) return 'Relevancy does not last'
  return live.length >= liveResultsMax || uidsIn(live) + positions.length > liveUidsMax ? 'Too many live results' : undefined
}

export const isLive = (returns: ReturnOptions | null): boolean => returns?.options.has('UPDATE') === true

export const noUpdate = (tag: string, text: Text): Untagged => ({ is: 'untagged', line: `NO [NOUPDATE "${tag}"] `, text })

interface Change {
  readonly result: LiveResult
  /** Texts of REMOVEFROM, in the numbers of before, and of ADDTO, in those of now. */
  readonly left: string
  readonly joined: string
}

interface Views {
  readonly was: MessageList
  readonly now: MessageList
}

/** Places of a result in runs: `position set`, the position of the first counted from 1. */
const pairs = (places: readonly number[], numberOf: (place: number) => number): readonly string[] => {
  const runs: number[][] = []
  for (const place of places) {
    const run = runs.at(-1)
    if (run !== undefined && run.at(-1) === place - 1) run.push(place)
    else runs.push([place])
  }
  return runs.map((run) => `${(run[0] ?? 0) + 1} ${setText(run.map(numberOf))}`)
}

const inMailboxOrder = (numbers: readonly number[]): readonly string[] =>
  (numbers.length === 0 ? [] : [`0 ${setText(numbers.toSorted((left, right) => left - right))}`])

const placesOf = (uids: Uint32Array, isIn: (uid: number) => boolean): readonly number[] =>
  Array.from(uids.keys()).filter((place) => isIn(uids[place] ?? 0))

const itemText = (name: string, items: readonly string[]): string => (items.length === 0 ? '' : ` ${name} (${items.join(' ')})`)

/** Sorted ones leave from the last place on, so that the places before stay what they are. */
const changeOf = (result: LiveResult, uids: Uint32Array, { was, now }: Views): Change => {
  const before = new Set(result.uids)
  const after = new Set(uids)
  const numberIn = (list: MessageList) => (uid: number): number => (result.byUid ? uid : list.indexOf(uid as Uid) + 1)
  const leaving = placesOf(result.uids, (uid) => !after.has(uid))
  const joining = placesOf(uids, (uid) => !before.has(uid))
  const leavingNumber = (place: number): number => numberIn(was)(result.uids[place] ?? 0)
  const joiningNumber = (place: number): number => numberIn(now)(uids[place] ?? 0)
  const sorted = result.criteria !== null
  return {
    result: { ...result, uids },
    left: itemText('REMOVEFROM', sorted ? pairs(leaving, leavingNumber).toReversed() : inMailboxOrder(leaving.map(leavingNumber))),
    joined: itemText('ADDTO', sorted ? pairs(joining, joiningNumber) : inMailboxOrder(joining.map(joiningNumber))),
  }
}

const line = ({ tag, byUid }: LiveResult, items: string): string => `* ESEARCH (TAG "${tag}")${byUid ? ' UID' : ''}${items}\r\n`

/** Positions of now that are to be looked at again. */
const changedPositions = ({ flagged, gone }: Changes, { was, now }: Views): readonly number[] => {
  const positions = [...flagged]
  for (let at = was.count - gone.length; at < now.count; at += 1) positions.push(at)
  return positions
}

interface Told {
  readonly ports: Ports
  readonly session: Session
  readonly selected: Selected
}

interface Ordering {
  readonly ports: Ports
  readonly list: MessageList
  readonly criteria: readonly SortCriterion[]
}

/** More are put in order together with all the others. */
const insertedSinglyMax = 32

const inOrder = async ({ ports, list, criteria }: Ordering, uids: readonly number[]): Promise<readonly number[]> => {
  const positions = uids.map((uid) => list.indexOf(uid as Uid)).sort((left, right) => left - right)
  return (await sortPositions(ports, list, positions, criteria)).map((at) => list.uids[at] ?? 0)
}

/** A few that join a long result are compared with a few of it each, not all with all. */
const insertedInOrder = async (ordering: Ordering, staying: Uint32Array, joining: readonly number[]): Promise<Uint32Array> => {
  if (joining.length > insertedSinglyMax) return Uint32Array.from(await inOrder(ordering, [...staying, ...joining]))
  const uids = [...staying]
  for (const uid of joining) {
    let low = 0
    let high = uids.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const [first] = await inOrder(ordering, [uid, uids[middle] ?? 0])
      if (first === uid) high = middle
      else low = middle + 1
    }
    uids.splice(low, 0, uid)
  }
  return Uint32Array.from(uids)
}

const uidsNow = async ({ ports, session, selected }: Told, result: LiveResult, views: Views, changes: Changes): Promise<Uint32Array> => {
  const { was, now } = views
  const question = questionOf({ session, selected, nowMs: ports.clock.now() }, result.keys, null)
  // The keys were good once; a set of UIDs, the one thing that is read against the view, always is.
  if ('is' in question) return result.uids
  const changed = changedPositions(changes, views)
  const matching = new Set((await searchList(ports, now, question.test, changed)).map((at) => now.uids[at] ?? 0))
  const doubtful = new Set([...changes.gone.map((at) => was.uids[at] ?? 0), ...changed.map((at) => now.uids[at] ?? 0)])
  const staying = result.uids.filter((uid) => !doubtful.has(uid) || matching.has(uid))
  const before = new Set(staying)
  const joining = [...matching].filter((uid) => !before.has(uid))
  if (joining.length === 0) return staying
  if (result.criteria === null) return Uint32Array.from([...staying, ...joining]).sort()
  return insertedInOrder({ ports, list: now, criteria: result.criteria }, staying, joining)
}

export interface LiveChanges {
  /** Before EXPUNGE, and after EXISTS. */
  readonly before: readonly string[]
  readonly after: readonly string[]
  readonly session: Session
}

/** Ends them all, and says so. */
const ended = (session: Session, selected: Selected, why: Text): LiveChanges => ({
  before: [],
  after: selected.live.map(({ tag }) => encodeUntagged(noUpdate(tag, why), session.language)),
  session: { ...session, selected: { ...selected, live: [] } },
})

/** What changed in the live results between two views of a session. `faulted`: it can't be known; the results end. */
export const liveChanges = async (ports: Ports, was: Session, session: Session, faulted: (error: unknown) => unknown): Promise<LiveChanges> => {
  const { selected } = session
  const none: LiveChanges = { before: [], after: [], session }
  if (selected === null || selected.live.length === 0 || was.selected === null || was.selected.shown === selected.shown) return none
  const views: Views = { was: was.selected.shown, now: selected.shown }
  const changes = changesOf(views.was, views.now)
  const each: Change[] = []
  try {
    for (const result of selected.live) each.push(changeOf(result, await uidsNow({ ports, session, selected }, result, views, changes), views))
  } catch (error) {
    faulted(error)
    return ended(session, selected, 'Not now, try again later')
  }
  const live = each.map(({ result }) => result)
  if (uidsIn(live) > liveUidsMax) return ended(session, selected, 'Too many live results')
  return {
    before: each.flatMap(({ result, left }) => (left === '' ? [] : [line(result, left)])),
    after: each.flatMap(({ result, joined }) => (joined === '' ? [] : [line(result, joined)])),
    session: { ...session, selected: { ...selected, live } },
  }
}
