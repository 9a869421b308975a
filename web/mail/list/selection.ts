/** Which rows are chosen, and the row the keys are at. Chosen are ids, not places: they stay chosen while mail comes in. */
import { batch, computed, signal } from '@preact/signals'
import { these } from '../actions/actions.ts'
import type { Target } from '../actions/targets.ts'
import type { Id } from '../jmap/types.ts'
import { openEmailId } from '../place.ts'
import { current } from '../store/current.ts'
import { knownRow } from '../store/emails.ts'
import { threadFacts } from '../store/threads.ts'

export const cursor = signal<Id | undefined>(undefined)
export const chosen = signal<ReadonlySet<Id>>(new Set())
/** All of the list, loaded or not. */
export const wholeList = signal(false)

let anchor: Id | undefined

export const knownIds = (): readonly Id[] => (current.peek()?.ids.peek() ?? []).filter((id) => id !== undefined)

export const clearChoice = (): void =>
  batch(() => {
    wholeList.value = false
    if (chosen.peek().size > 0) chosen.value = new Set()
    anchor = undefined
  })

export const toggle = (id: Id): void => {
  const next = new Set(chosen.peek())
  if (!next.delete(id)) next.add(id)
  anchor = id
  wholeList.value = false
  chosen.value = next
}

/** From the last one that was chosen to this one, as far as the rows between are known. */
export const chooseTo = (id: Id): void => {
  const ids = knownIds()
  const from = ids.indexOf(anchor ?? cursor.peek() ?? id)
  const to = ids.indexOf(id)
  const between = ids.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1)
  wholeList.value = false
  chosen.value = new Set([...chosen.peek(), ...between])
}

export const chooseKnown = (which: (id: Id) => boolean = () => true): void => {
  chosen.value = new Set(knownIds().filter(which))
}

export const chosenCount = computed(() => (wholeList.value ? (current.value?.ids.value?.length ?? 0) : chosen.value.size))

/** Rows of a list of conversations stand for all of their messages that are in its mailbox. */
export const targetOf = (ids: readonly Id[]): Target => {
  const query = current.peek()?.query
  const within = query?.filter?.['inMailbox']
  if (query?.collapseThreads !== true || typeof within !== 'string') return these(ids)
  const all = ids.flatMap((id) => {
    const row = knownRow(id)
    return [id, ...((row === undefined ? undefined : threadFacts(row).peek()?.emailIds) ?? [])]
  })
  return { is: 'these', ids: [...new Set(all)], within }
}

/** What an action is for now: what is chosen, else the message that is open, else the row the keys are at. */
export const targetNow = (): Target | undefined => {
  const list = current.peek()
  if (wholeList.peek() && list !== undefined) return { is: 'all', accountId: list.query.accountId, filter: list.query.filter }
  if (chosen.peek().size > 0) return targetOf([...chosen.peek()])
  const one = openEmailId.peek() ?? cursor.peek()
  return one === undefined ? undefined : targetOf([one])
}

export const placeOf = (id: Id | undefined): number => (id === undefined ? -1 : (current.peek()?.ids.peek()?.indexOf(id) ?? -1))

export const idAt = (at: number): Id | undefined => current.peek()?.ids.peek()?.[at]

/** The message after (1) or before (-1) the one that is open, or where the keys are. */
export const neighbour = (step: 1 | -1): Id | undefined => {
  const at = placeOf(openEmailId.peek() ?? cursor.peek())
  return idAt(at < 0 ? 0 : at + step)
}
