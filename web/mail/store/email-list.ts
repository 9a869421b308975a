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
const changesMax = 500

const sort = [{ property: 'receivedAt', isAscending: false }]

const queryArgs = ({ filter, collapseThreads }: ListQuery): Args => ({ filter, sort, collapseThreads })

export const keyOf = (query: ListQuery): string => JSON.stringify([query.filter, query.collapseThreads])

/** Asks for one window with its rows, in one request. */
const askWindow = (query: ListQuery, position: number, limit: number, calculateTotal: boolean, stop: AbortSignal) =>
  batch<readonly [QueryAnswer, GetAnswer<EmailRow>]>(
    [
      ['Email/query', { ...queryArgs(query), position, limit, calculateTotal }],
      ['Email/get', { '#ids': resultOf(0, 'Email/query', '/ids'), properties: rowProperties }],
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
  const loadFirst = async (): Promise<void> => {
    const own = turn
    const [answer, { list }] = await askWindow(query, 0, firstRows, false, closing.signal)
    if (own !== turn) return
    if (answer.ids.length < firstRows) {
      took(answer, list, answer.ids.length)
      counting.value = false
      return
    }
    took(answer, list, answer.ids.length)
    await loadWindow(0)
    counting.value = false
  }
  const loadWindow = async (number: number): Promise<void> => {
    const own = turn
    const position = number * windowRows
    const [answer, { list }] = await askWindow(query, position, windowRows, true, closing.signal)
    if (own === turn) took(answer, list, answer.total ?? position + answer.ids.length)
  }
  const load = (number: number): void => {
    if (loading.has(number) || closing.signal.aborted) return
    loading.add(number)
    const first = query.isSearch && number === 0 && ids.value === undefined
    const loaded = first ? loadFirst() : loadWindow(number)
    loaded.catch(failed).finally(() => loading.delete(number))
  }
  /** Rows of ids that came by changes, or were dropped for room. */
  const loadRows = (wanted: readonly Id[]): void => {
    const missing = wanted.filter((id) => !fetching.has(id)).slice(0, windowRows)
    if (missing.length === 0) return
    for (const id of missing) fetching.add(id)
    call<GetAnswer<EmailRow>>('Email/get', { ids: missing, properties: rowProperties })
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
    if (counting.value) return undefined
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
      ids.value = withChanges(ids.value ?? [], answer, takenOut)
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
