/**
 * One list of Emails (a mailbox, or a search) over the server's windows: only what is looked at is asked for, changes come
 * by Email/queryChanges, and no answer is larger than a window of rows.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals'
import { batch, call, resultOf } from '../jmap/client.ts'
import { errorType } from '../jmap/errors.ts'
import type { Args, EmailRow, GetAnswer, Id, QueryAnswer, QueryChangesAnswer } from '../jmap/types.ts'
import { keepRows, knownRow, rowProperties } from './emails.ts'
import { holes, withChanges, withWindow, without, type Sparse } from './sparse.ts'

export interface ListQuery {
  readonly accountId: Id
  readonly filter: Args | null
  readonly collapseThreads: boolean
  /** A search shows its first rows before it knows how many there are. */
  readonly isSearch: boolean
}

export interface EmailList {
  readonly key: string
  readonly query: ListQuery
  /** Holes where nothing was asked for yet. Undefined until the first answer. */
  readonly ids: ReadonlySignal<Sparse | undefined>
  readonly status: Signal<'loading' | 'ready' | 'failed'>
  /** A search of which more than the first rows is still being looked for. */
  readonly counting: Signal<boolean>
  /** Loads what is missing of these rows. */
  readonly ensure: (first: number, end: number) => void
  /** Takes in what changed on the server; gives the ids that came. */
  readonly refresh: () => Promise<readonly Id[]>
  /** Takes them out here, before the server has. */
  readonly takeOut: (ids: readonly Id[]) => void
  /** Forgets what is known and loads what is looked at. */
  readonly reload: () => void
  readonly close: () => void
}

/** Rows of an answer: with the longest previews 80 KB. */
export const windowRows = 50
const firstRows = 25
/** How long a search may look before it shows what it has; the longer it takes the less often it asks. */
const patienceFirstMs = 250
const patienceMostMs = 2_000
const changesMax = 500

const sort = [{ property: 'receivedAt', isAscending: false }]

const queryArgs = ({ accountId, filter, collapseThreads }: ListQuery): Args => ({ accountId, filter, sort, collapseThreads })

export const keyOf = (query: ListQuery): string => JSON.stringify([query.accountId, query.filter, query.collapseThreads])

const isSame = (one: Sparse, other: Sparse): boolean => one.length === other.length && one.every((id, at) => id === other[at])

interface Window {
  readonly position: number
  readonly limit: number
  readonly calculateTotal: boolean
  readonly patienceMs?: number
}

/** Asks for one window with its rows, in one request. */
const askWindow = (query: ListQuery, window: Window, stop: AbortSignal) =>
  batch<readonly [QueryAnswer, GetAnswer<EmailRow>]>(
    [
      ['Email/query', { ...queryArgs(query), ...window }],
      ['Email/get', { accountId: query.accountId, '#ids': resultOf(0, 'Email/query', '/ids'), properties: rowProperties }],
    ],
    { signal: stop },
  )

export const emailList = (query: ListQuery, onThreads?: (rows: readonly EmailRow[]) => void): EmailList => {
  const ids = signal<Sparse | undefined>(undefined)
  const status = signal<'loading' | 'ready' | 'failed'>('loading')
  const counting = signal(query.isSearch)
  const closing = new AbortController()
  const takenOut = new Set<Id>()
  const loading = new Set<number>()
  const fetching = new Set<Id>()
  let queryState: string | undefined
  let seen = { first: 0, end: windowRows }
  let refreshing: Promise<readonly Id[]> | undefined
  /** A window came with what was taken out here and not yet there: places behind it are off until both agree. */
  let hasShifted = false
  /** Answers to questions from before a reload are of another list. */
  let turn = 0

  const took = (answer: QueryAnswer, rows: readonly EmailRow[], total: number): void => {
    keepRows(rows)
    onThreads?.(rows)
    queryState = answer.queryState
    const shown = answer.ids.filter((id) => !takenOut.has(id))
    if (shown.length < answer.ids.length) hasShifted = true
    ids.value = withWindow(ids.value ?? holes(total), answer.position, shown, total)
    status.value = 'ready'
  }
  const failed = (error: unknown): void => {
    if (!closing.signal.aborted && errorType(error) !== 'unknown') status.value = 'failed'
  }
  /** Of a search: the first rows as soon as there are some, then how many there are; what is found meanwhile can be looked at. */
  const loadFound = async (): Promise<void> => {
    const own = turn
    for (let patienceMs = patienceFirstMs; ; patienceMs = Math.min(2 * patienceMs, patienceMostMs)) {
      const isFirst = ids.value === undefined
      const window = isFirst ? { limit: firstRows, calculateTotal: false } : { limit: windowRows, calculateTotal: true }
      const [answer, { list }] = await askWindow(query, { position: 0, ...window, patienceMs }, closing.signal)
      if (own !== turn) return
      const isPartial = answer.isPartial === true
      if (answer.ids.length > 0 || !isPartial) grew(answer, list, answer.total ?? answer.ids.length)
      if (!isPartial && (!isFirst || answer.ids.length < firstRows)) break
    }
    counting.value = false
  }
  /** What a search finds comes behind what it found before. */
  const grew = (answer: QueryAnswer, rows: readonly EmailRow[], total: number): void => {
    const known = ids.value ?? []
    if (known.length < windowRows || total < known.length) return took(answer, rows, total)
    if (total > known.length) ids.value = [...known, ...holes(total - known.length)]
    return undefined
  }
  const loadWindow = async (number: number): Promise<void> => {
    const own = turn
    const position = number * windowRows
    // While more is looked for, this is about what was found so far.
    const sofar = counting.peek() ? { calculateTotal: false, patienceMs: patienceFirstMs } : { calculateTotal: true }
    const [answer, { list }] = await askWindow(query, { position, limit: windowRows, ...sofar }, closing.signal)
    const total = sofar.calculateTotal ? (answer.total ?? position + answer.ids.length) : (ids.peek()?.length ?? 0)
    if (own === turn) took(answer, list, total)
  }
  const load = (number: number): void => {
    if (loading.has(number) || closing.signal.aborted) return
    loading.add(number)
    const first = query.isSearch && number === 0 && ids.value === undefined
    const loaded = first ? loadFound() : loadWindow(number)
    loaded.catch(failed).finally(() => loading.delete(number))
  }
  /** Rows of ids that came by changes, or were dropped for room. */
  const loadRows = (wanted: readonly Id[]): void => {
    const missing = wanted.filter((id) => !fetching.has(id)).slice(0, windowRows)
    if (missing.length === 0) return
    for (const id of missing) fetching.add(id)
    call<GetAnswer<EmailRow>>('Email/get', { accountId: query.accountId, ids: missing, properties: rowProperties })
      .then(({ list }) => {
        keepRows(list)
        onThreads?.(list)
        // Headings of days hang on rows that are known now.
        ids.value = ids.value === undefined ? undefined : [...ids.value]
      }, failed)
      .finally(() => {
        for (const id of missing) fetching.delete(id)
      })
  }
  const ensure = (first: number, end: number): void => {
    seen = { first, end }
    const known = ids.value
    // An empty list has no hole that would be asked for.
    if (known === undefined || (known.length === 0 && queryState === undefined)) return load(0)
    const windows = new Set<number>()
    const rows: Id[] = []
    for (let at = first; at < Math.min(end, known.length); at += 1) {
      const id = known[at]
      if (id === undefined) windows.add(Math.floor(at / windowRows))
      else if (knownRow(id) === undefined) rows.push(id)
    }
    for (const number of windows) load(number)
    loadRows(rows)
    return undefined
  }
  const reload = (): void => {
    turn += 1
    loading.clear()
    queryState = undefined
    hasShifted = false
    takenOut.clear()
    ids.value = ids.value === undefined ? undefined : holes(ids.value.length)
    status.value = ids.value === undefined ? 'loading' : status.value
    ensure(seen.first, seen.end)
  }
  const askChanges = async (): Promise<readonly Id[]> => {
    if (queryState === undefined || ids.value === undefined) return []
    const own = turn
    try {
      const asked = { ...queryArgs(query), sinceQueryState: queryState, maxChanges: changesMax, calculateTotal: true }
      const answer = await call<QueryChangesAnswer>('Email/queryChanges', asked)
      if (own !== turn || closing.signal.aborted) return []
      queryState = answer.newQueryState
      const before = ids.value ?? []
      const after = withChanges(before, answer, takenOut)
      // The list is drawn anew with every other array.
      if (!isSame(before, after)) ids.value = after
      for (const id of answer.removed) takenOut.delete(id)
      if (hasShifted && takenOut.size === 0) reload()
      else ensure(seen.first, seen.end)
      return answer.added.map(({ id }) => id)
    } catch (error) {
      if (own === turn && errorType(error) !== 'unreachable') reload()
      return []
    }
  }
  return {
    key: keyOf(query),
    query,
    ids,
    status,
    counting,
    ensure,
    reload,
    refresh: () =>
      (refreshing ??= askChanges().finally(() => {
        refreshing = undefined
      })),
    takeOut: (gone) => {
      for (const id of gone) takenOut.add(id)
      if (ids.value !== undefined) ids.value = without(ids.value, takenOut)
    },
    close: () => closing.abort(),
  }
}
