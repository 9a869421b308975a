/** People offered while a recipient is typed: contacts, and those written to lately. Loaded once, when the first field is used. */
import { signal } from '@preact/signals'
import { has } from '../jmap/account.ts'
import { batch, call, resultOf } from '../jmap/client.ts'
import type { GetAnswer, QueryAnswer } from '../jmap/types.ts'
import type { Address } from './address.ts'
import type { Draft } from './draft.ts'
import { groupsOfCards, peopleOfCards, type Card } from '../contacts/card.ts'
import { mergedPeople, peopleOfSent, type Group, type Person } from './people.ts'

const contactsCapability = 'urn:ietf:params:jmap:contacts'
/** Sent messages looked at for names. */
const sentMax = 100
/** The lists are asked for again after this; a contact made meanwhile is not missed for long. */
const freshMs = 5 * 60_000

export const knownPeople = signal<readonly Person[]>([])
export const knownGroups = signal<readonly Group[]>([])

interface SentEmail {
  readonly to: readonly Address[] | null
  readonly cc: readonly Address[] | null
  readonly bcc: readonly Address[] | null
}

const recipientsOf = ({ to, cc, bcc }: SentEmail): readonly Address[] => [...(to ?? []), ...(cc ?? []), ...(bcc ?? [])]

const sentLately = async (): Promise<readonly (readonly Address[])[]> => {
  const { list: mailboxes } = await call<GetAnswer<{ id: string; role: string | null }>>('Mailbox/get', { ids: null, properties: ['id', 'role'] })
  const sent = mailboxes.find(({ role }) => role === 'sent')
  if (sent === undefined) return []
  const [, { list }] = await batch<readonly [QueryAnswer, GetAnswer<SentEmail>]>([
    ['Email/query', { filter: { inMailbox: sent.id }, sort: [{ property: 'receivedAt', isAscending: false }], limit: sentMax }],
    ['Email/get', { '#ids': resultOf(0, 'Email/query', '/ids'), properties: ['to', 'cc', 'bcc'] }],
  ])
  return list.map(recipientsOf)
}

const cards = async (): Promise<readonly Card[]> => (has(contactsCapability) ? (await call<GetAnswer<Card>>('ContactCard/get', { ids: null })).list : [])

let loadedAt = -freshMs
/** Recipients of messages sent from this page since they were loaded. */
let sentHere: (readonly Address[])[] = []

export const loadKnown = async (): Promise<void> => {
  if (Date.now() - loadedAt < freshMs) return
  loadedAt = Date.now()
  const [contacts, sent] = await Promise.all([cards().catch(() => []), sentLately().catch(() => [])])
  knownPeople.value = mergedPeople(peopleOfCards(contacts), peopleOfSent([...sentHere, ...sent]))
  knownGroups.value = groupsOfCards(contacts)
}

export const rememberSent = (draft: Draft): void => {
  sentHere = [recipientsOf(draft), ...sentHere].slice(0, sentMax)
  loadedAt = -freshMs
}

/** Contacts were changed: what is offered is asked for again. */
export const forgetKnown = (): void => {
  loadedAt = -freshMs
}
