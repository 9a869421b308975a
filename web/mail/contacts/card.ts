/** Contacts as JSContact cards (RFC 9553, RFC 9610): what this webmail reads and writes of them. Unknown properties stay untouched. */
import type { Group, Person } from '../compose/people.ts'

export interface NameComponent {
  readonly kind: string
  readonly value: string
  readonly phonetic?: string
}

export interface CardName {
  readonly components?: readonly NameComponent[]
  readonly full?: string
  readonly isOrdered?: boolean
  readonly phoneticScript?: string
}

export interface CardPhone {
  readonly number: string
  readonly contexts?: Readonly<Record<string, true>>
  readonly features?: Readonly<Record<string, true>>
}

export interface CardAddress {
  readonly components?: readonly { readonly kind: string; readonly value: string }[]
  readonly full?: string
  readonly contexts?: Readonly<Record<string, true>>
}

export interface Card {
  readonly id?: string
  readonly addressBookIds?: Readonly<Record<string, true>>
  readonly '@type'?: 'Card'
  readonly version?: '1.0'
  readonly uid?: string
  readonly kind?: string
  readonly name?: CardName
  readonly nicknames?: Readonly<Record<string, { readonly name: string }>>
  readonly organizations?: Readonly<Record<string, { readonly name?: string; readonly sortAs?: string; readonly units?: readonly { readonly name: string }[] }>>
  readonly titles?: Readonly<Record<string, { readonly name: string; readonly kind?: string }>>
  readonly emails?: Readonly<Record<string, { readonly address: string; readonly contexts?: Readonly<Record<string, true>>; readonly label?: string }>>
  readonly phones?: Readonly<Record<string, CardPhone>>
  readonly addresses?: Readonly<Record<string, CardAddress>>
  readonly notes?: Readonly<Record<string, { readonly note: string }>>
  readonly members?: Readonly<Record<string, true>>
}

const component = (card: Card, kind: string): NameComponent | undefined => card.name?.components?.find((one) => one.kind === kind)

const cjk = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}々〆ー・\s\u3000]+$/u

/** 姓 before 名 where both are Japanese, else given name first; never a comma. */
export const joinedName = (surname: string, given: string): string => {
  if (surname === '' || given === '') return surname + given
  return cjk.test(surname) && cjk.test(given) ? `${surname} ${given}` : `${given} ${surname}`
}

export const firstOf = <Item>(items: Readonly<Record<string, Item>> | undefined): Item | undefined => Object.values(items ?? {})[0]

export const nameOf = (card: Card): string => {
  const full = card.name?.full?.trim() ?? ''
  const joined = full === '' ? joinedName(component(card, 'surname')?.value ?? '', component(card, 'given')?.value ?? '') : full
  return joined || (firstOf(card.nicknames)?.name ?? '') || (firstOf(card.organizations)?.name ?? '') || (firstOf(card.emails)?.address ?? '')
}

/** ふりがな; of an organization the text it is sorted by. */
export const yomiOf = (card: Card): string => {
  const phonetic = ['surname', 'given'].map((kind) => component(card, kind)?.phonetic ?? '').filter((text) => text !== '').join(' ')
  return phonetic || (firstOf(card.organizations)?.sortAs ?? '')
}

export const isGroup = ({ kind }: Card): boolean => kind === 'group'

const asPerson = (card: Card, email: string): Person =>
  ({ name: nameOf(card), email, yomi: yomiOf(card), organization: firstOf(card.organizations)?.name ?? '', weight: 0 })

export const peopleOfCards = (cards: readonly Card[]): Person[] =>
  cards.filter((card) => !isGroup(card)).flatMap((card) => Object.values(card.emails ?? {}).map(({ address }) => asPerson(card, address)))

/** Members of a group, found by uid; of each the first address. */
export const groupsOfCards = (cards: readonly Card[]): Group[] => {
  const byUid = new Map(cards.map((card) => [card.uid, card]))
  return cards.filter(isGroup).map((group) => ({
    name: nameOf(group),
    yomi: yomiOf(group),
    members: Object.keys(group.members ?? {}).flatMap((uid) => {
      const member = byUid.get(uid)
      const address = member === undefined ? undefined : firstOf(member.emails)?.address
      return member === undefined || address === undefined ? [] : [asPerson(member, address)]
    }),
  }))
}
