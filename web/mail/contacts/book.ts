/** The person's contacts, as the page has them: loaded once, changed through the server (RFC 9610). */
import { signal } from '@preact/signals'
import { batch, call, resultOf } from '../jmap/client.ts'
import { coreLimit } from '../jmap/account.ts'
import type { GetAnswer, QueryAnswer, SetAnswer } from '../jmap/types.ts'
import { forgetKnown } from '../compose/recipients-known.ts'
import type { Card } from './card.ts'
import { freshCards } from './fresh-cards.ts'
import { patchOf } from './person-form.ts'

/** More than these are not loaded into a page. */
const cardsMax = 20_000

export const cards = signal<readonly Card[] | undefined>(undefined)

export const loadCards = async (): Promise<void> => {
  const step = Math.min(500, coreLimit('maxObjectsInGet'))
  const all: Card[] = []
  for (let position = 0; position < cardsMax; position += step) {
    const [{ ids }, { list }] = await batch<readonly [QueryAnswer, GetAnswer<Card>]>([
      ['ContactCard/query', { position, limit: step }],
      ['ContactCard/get', { '#ids': resultOf(0, 'ContactCard/query', '/ids') }],
    ])
    all.push(...list)
    if (ids.length < step) break
  }
  cards.value = all
}

export class NotSaved extends Error {
  readonly type: string
  constructor(type: string) {
    super(`the contact was not saved: ${type}`)
    this.name = 'NotSaved'
    this.type = type
  }
}

const changed = (next: readonly Card[]): void => {
  cards.value = next
  forgetKnown()
}

export const createCard = async (card: Card): Promise<string> => {
  const answer = await call<SetAnswer<Card>>('ContactCard/set', { create: { c: card } })
  const made = answer.created?.['c']
  if (made?.id === undefined) throw new NotSaved(answer.notCreated?.['c']?.type ?? 'serverFail')
  changed([...(cards.value ?? []), { ...card, ...made }])
  return made.id
}

export const updateCard = async (before: Card, after: Card): Promise<void> => {
  const id = before.id ?? ''
  const answer = await call<SetAnswer<Card>>('ContactCard/set', { update: { [id]: patchOf(before, after) } })
  const error = answer.notUpdated?.[id]
  if (error !== undefined) throw new NotSaved(error.type)
  changed((cards.value ?? []).map((card) => (card.id === id ? { ...after, id } : card)))
}

export const destroyCards = async (ids: readonly string[]): Promise<void> => {
  await call<SetAnswer>('ContactCard/set', { destroy: ids })
  changed((cards.value ?? []).filter(({ id }) => !ids.includes(id ?? '')))
}

export interface Imported {
  readonly added: number
  /** There already (`fresh-cards.ts`); they replace nothing. */
  readonly known: number
  /** The server took them not. */
  readonly failed: readonly Card[]
}

/** Cards of a file, in portions. */
export const importCards = async (read: readonly Card[], onProgress: (done: number) => void): Promise<Imported> => {
  const fresh = freshCards(read, cards.value ?? [])
  const portion = Math.min(100, coreLimit('maxObjectsInSet'))
  const failed: Card[] = []
  for (let at = 0; at < fresh.length; at += portion) {
    const some = fresh.slice(at, at + portion)
    const answer = await call<SetAnswer<Card>>('ContactCard/set', { create: Object.fromEntries(some.map((card, number) => [`c${number}`, card])) })
    failed.push(...some.filter((_, number) => !Object.hasOwn(answer.created ?? {}, `c${number}`)))
    onProgress(at + some.length)
  }
  await loadCards()
  forgetKnown()
  return { added: fresh.length - failed.length, known: read.length - fresh.length, failed }
}
