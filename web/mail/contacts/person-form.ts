/** A contact as people edit it, and the card it becomes (RFC 9553). What the form does not know of a card stays in it. */
import { firstOf, joinedName, type Card, type CardAddress, type NameComponent } from './card.ts'

export interface PersonForm {
  readonly surname: string
  readonly given: string
  readonly surnameYomi: string
  readonly givenYomi: string
  readonly organization: string
  readonly organizationYomi: string
  readonly department: string
  readonly title: string
  readonly emails: readonly string[]
  readonly phones: readonly string[]
  readonly postcode: string
  /** 都道府県 */
  readonly region: string
  /** 市区町村 */
  readonly locality: string
  readonly street: string
  readonly note: string
}

export const emptyForm: PersonForm = {
  surname: '', given: '', surnameYomi: '', givenYomi: '', organization: '', organizationYomi: '', department: '', title: '',
  emails: [''], phones: [''], postcode: '', region: '', locality: '', street: '', note: '',
}

const part = (components: readonly { readonly kind: string; readonly value: string }[] | undefined, kind: string): string =>
  components?.find((one) => one.kind === kind)?.value ?? ''

const phonetic = (components: readonly NameComponent[] | undefined, kind: string): string => components?.find((one) => one.kind === kind)?.phonetic ?? ''

const orOne = (values: readonly string[]): readonly string[] => (values.length === 0 ? [''] : values)

const streetOf = (address: CardAddress | undefined): string =>
  part(address?.components, 'name') || (address?.components === undefined ? (address?.full ?? '') : '')

export const formOf = (card: Card): PersonForm => {
  const parts = card.name?.components
  const organization = firstOf(card.organizations)
  const address = firstOf(card.addresses)
  const hasParts = part(parts, 'surname') !== '' || part(parts, 'given') !== ''
  return {
    surname: hasParts ? part(parts, 'surname') : (card.name?.full ?? ''),
    given: part(parts, 'given'),
    surnameYomi: phonetic(parts, 'surname'),
    givenYomi: phonetic(parts, 'given'),
    organization: organization?.name ?? '',
    organizationYomi: organization?.sortAs ?? '',
    department: organization?.units?.[0]?.name ?? '',
    title: firstOf(card.titles)?.name ?? '',
    emails: orOne(Object.values(card.emails ?? {}).map((one) => one.address)),
    phones: orOne(Object.values(card.phones ?? {}).map((one) => one.number)),
    postcode: part(address?.components, 'postcode'),
    region: part(address?.components, 'region'),
    locality: part(address?.components, 'locality'),
    street: streetOf(address),
    note: firstOf(card.notes)?.note ?? '',
  }
}

const isKana = (text: string): boolean => /^[\p{Script=Hiragana}ー\s\u3000]*$/u.test(text)

const nameComponents = (form: PersonForm): NameComponent[] =>
  ([['surname', form.surname, form.surnameYomi], ['given', form.given, form.givenYomi]] as const)
    .filter(([, value, yomi]) => value.trim() !== '' || yomi.trim() !== '')
    .map(([kind, value, yomi]) => ({ kind, value: value.trim(), ...(yomi.trim() === '' ? {} : { phonetic: yomi.trim() }) }))

/** Entries whose value stays keep their key and what else they hold. */
const kept = <Entry extends object>(
  before: Readonly<Record<string, Entry>> | undefined,
  values: readonly string[],
  valueOf: (entry: Entry) => string,
  make: (value: string) => Entry,
  letter: string,
): Record<string, Entry> | undefined => {
  const old = Object.entries(before ?? {})
  const wanted = [...new Set(values.map((value) => value.trim()).filter((value) => value !== ''))]
  let number = old.length
  const entries = wanted.map((value) => old.find(([, entry]) => valueOf(entry) === value) ?? ([`${letter}${++number}`, make(value)] as const))
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

const organizationsOf = (form: PersonForm, before: Card): Card['organizations'] => {
  const { organization: name, organizationYomi: sortAs, department } = form
  if (name.trim() + department.trim() === '') return undefined
  const [key = 'o1', old = {}] = Object.entries(before.organizations ?? {})[0] ?? []
  const { sortAs: _sort, units: _units, name: _name, ...rest } = old as Record<string, unknown>
  const made = {
    ...rest,
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(sortAs.trim() === '' ? {} : { sortAs: sortAs.trim() }),
    ...(department.trim() === '' ? {} : { units: [{ name: department.trim() }] }),
  }
  return { ...before.organizations, [key]: made }
}

const addressesOf = (form: PersonForm, before: Card): Card['addresses'] => {
  const components = ([['postcode', form.postcode], ['region', form.region], ['locality', form.locality], ['name', form.street]] as const)
    .filter(([, value]) => value.trim() !== '').map(([kind, value]) => ({ kind, value: value.trim() }))
  if (components.length === 0) return undefined
  const [key = 'a1'] = Object.keys(before.addresses ?? {})
  return { ...before.addresses, [key]: { components } }
}

/** Undefined properties are taken away from the card. */
export const cardOf = (form: PersonForm, before: Card = {}): Card => {
  const components = nameComponents(form)
  const yomi = form.surnameYomi + form.givenYomi
  const full = joinedName(form.surname.trim(), form.given.trim())
  const changed: Record<string, unknown> = {
    name: components.length === 0 && full === '' ? undefined : {
      components, isOrdered: false, ...(full === '' ? {} : { full }), ...(yomi === '' ? {} : { phoneticScript: isKana(yomi) ? 'Hira' : 'Kana' }),
    },
    organizations: organizationsOf(form, before),
    titles: form.title.trim() === '' ? undefined : { ...before.titles, [Object.keys(before.titles ?? {})[0] ?? 't1']: { name: form.title.trim() } },
    emails: kept(before.emails, form.emails, ({ address }) => address, (address) => ({ address }), 'e'),
    phones: kept(before.phones, form.phones, ({ number }) => number, (number) => ({ number }), 'p'),
    addresses: addressesOf(form, before),
    notes: form.note.trim() === '' ? undefined : { ...before.notes, [Object.keys(before.notes ?? {})[0] ?? 'n1']: { note: form.note.trim() } },
  }
  const merged = { ...before, '@type': 'Card', version: '1.0', kind: before.kind ?? 'individual', ...changed }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
}

/** The patch of ContactCard/set: properties that differ, null for those that went. */
export const patchOf = (before: Card, after: Card): Record<string, unknown> => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const valueOf = (card: Card, name: string): unknown => (card as Record<string, unknown>)[name]
  return Object.fromEntries([...names]
    .filter((name) => JSON.stringify(valueOf(before, name)) !== JSON.stringify(valueOf(after, name)))
    .map((name) => [name, valueOf(after, name) ?? null]))
}
