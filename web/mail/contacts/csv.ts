/** Comma-separated values (RFC 4180), as Outlook, Gmail and Thunderbird write address books; columns are found by their names in both languages. */
import { readRecipients } from '../compose/address.ts'
import { formOf, emptyForm, cardOf, type PersonForm } from './person-form.ts'
import type { Card } from './card.ts'

/** Rows read of one file. */
export const contactsPerFileMax = 5_000
const columnsMax = 200
/** With the names of the columns, and the first that is too many. */
const rowsMax = contactsPerFileMax + 2

export interface CsvRow {
  /** As table programs count: empty rows too, from 1. */
  readonly number: number
  readonly fields: readonly string[]
}

/** Rows that are not empty; a quote that is never closed ends with the file. One more than may be read says that there are more. */
export const readCsv = (text: string): CsvRow[] => {
  const rows: CsvRow[] = []
  const first = text.slice(0, 2_000).split('\n')[0] ?? ''
  const comma = first.includes('\t') && !first.includes(',') ? '\t' : ','
  let row: string[] = []
  let field = ''
  let quoted = false
  let number = 0
  const endField = (): void => {
    if (row.length < columnsMax) row.push(field)
    field = ''
  }
  const endRow = (): void => {
    endField()
    number += 1
    if (row.some((one) => one !== '')) rows.push({ number, fields: row })
    row = []
  }
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length && rows.length < rowsMax; at++) {
    const char = text[at] ?? ''
    if (quoted) {
      if (char !== '"') field += char
      else if (text[at + 1] === '"') {
        field += '"'
        at++
      } else quoted = false
    } else if (char === '"' && field === '') quoted = true
    else if (char === comma) endField()
    else if (char === '\n' || char === '\r') {
      if (char === '\r' && text[at + 1] === '\n') at++
      endRow()
    } else field += char
  }
  if (rows.length < rowsMax) endRow()
  return rows
}

type Column = keyof PersonForm | 'full' | 'fullYomi'

const names: Readonly<Record<Column, readonly string[]>> = {
  surname: ['姓', 'last name', 'family name', 'surname'],
  given: ['名', 'first name', 'given name'],
  full: ['氏名', '名前', '表示名', 'display name', 'name', 'full name'],
  surnameYomi: [
    'せい', '姓(ふりがな)', '姓フリガナ', '姓ふりがな', 'フリガナ(姓)', 'ふりがな(姓)', 'surname yomi', 'family name yomi', 'phonetic last name', 'last name phonetic', '姓(よみ)',
  ],
  givenYomi: [
    'めい', '名(ふりがな)', '名フリガナ', '名ふりがな', 'フリガナ(名)', 'ふりがな(名)', 'given yomi', 'given name yomi', 'phonetic first name', 'first name phonetic', '名(よみ)',
  ],
  fullYomi: ['ふりがな', 'フリガナ', '氏名(ふりがな)', '氏名フリガナ', '読み', 'よみ', 'yomi'],
  organization: ['会社名', '会社', '組織', '勤務先', 'company', 'organization', 'organization 1 - name', 'organization name'],
  organizationYomi: ['会社名(ふりがな)', '会社名フリガナ', '会社フリガナ', 'company yomi', 'organization 1 - yomi name'],
  department: ['部署', '部署名', 'department', 'organization 1 - department', 'organization department'],
  title: ['役職', '肩書き', 'job title', 'title', 'organization 1 - title', 'organization title'],
  emails: ['電子メール アドレス', '電子メール', 'メールアドレス', 'メール', 'e-mail address', 'email address', 'e-mail', 'email', 'primary email'],
  phones: ['電話番号', '携帯電話', '会社電話', '自宅電話', '電話', 'mobile phone', 'business phone', 'home phone', 'phone', 'mobile number', 'work phone'],
  postcode: [
    '郵便番号', '自宅郵便番号', '会社郵便番号', '郵便番号(会社)', '郵便番号(自宅)',
    'home postal code', 'business postal code', 'postal code', 'address 1 - postal code', 'work zipcode', 'home zipcode',
  ],
  region: ['都道府県', '都道府県(会社)', '都道府県(自宅)', 'home state', 'business state', 'state', 'address 1 - region', 'work state'],
  locality: ['市区町村', '市区町村(会社)', '市区町村(自宅)', 'home city', 'business city', 'city', 'address 1 - city', 'work city'],
  street: ['番地', '住所', '番地(会社)', '番地(自宅)', 'home street', 'business street', 'street', 'address 1 - street', 'work address', 'home address'],
  note: ['メモ', '備考', 'notes', 'note'],
}

const folded = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s*([()])\s*/gu, '$1').trim()
const byName = new Map(Object.entries(names).flatMap(([column, all]) => all.map((name) => [folded(name), column as Column])))

/** `電子メール 2 アドレス`, `E-mail 2 - Value`, `Phone 1 - Value`, `メールアドレス2`, `別のメールアドレス`. */
const columnOf = (header: string): Column | undefined => {
  const name = folded(header)
  if (/^(?:e-?mail|電子メール|メールアドレス|メール)\s*\d?\s*(?:- value|アドレス|address)?$/u.test(name) || /^(?:別のメールアドレス|secondary email)$/u.test(name)) return 'emails'
  if (/^(?:phone|電話|電話番号)\s*\d\s*(?:- value)?$/u.test(name) || /^(?:会社|自宅|勤務先)?(?:電話|の電話)(?:番号)?\d?$/u.test(name)) return 'phones'
  return byName.get(name)
}

const splitName = (full: string): readonly [string, string] => {
  const [surname = '', ...rest] = full.trim().split(/[\s\u3000]+/u)
  return [surname, rest.join(' ')]
}

const formOfRow = (columns: readonly (Column | undefined)[], row: readonly string[]): PersonForm => {
  const lists = { emails: [] as string[], phones: [] as string[] }
  const plain: Record<string, string> = {}
  columns.forEach((column, at) => {
    const value = (row[at] ?? '').trim()
    if (column === undefined || value === '') return
    // Gmail puts several values of one kind into one field.
    if (column === 'emails' || column === 'phones') lists[column].push(...value.split(' ::: ').map((one) => one.trim()))
    else plain[column] ??= value
  })
  const [surname, given] = splitName(plain['full'] ?? '')
  const [surnameYomi, givenYomi] = splitName(plain['fullYomi'] ?? '')
  const named = plain['surname'] === undefined && plain['given'] === undefined ? { surname, given } : {}
  const read = plain['surnameYomi'] === undefined && plain['givenYomi'] === undefined ? { surnameYomi, givenYomi } : {}
  const { full: _full, fullYomi: _yomi, ...rest } = plain
  return { ...emptyForm, ...rest, ...named, ...read, ...lists }
}

/** Why a row is left out: `value` is what stood there. */
export type LeftOut =
  | { readonly row: number; readonly why: 'badAddress'; readonly value: string }
  | { readonly row: number; readonly why: 'nothing' | 'tooMany' | 'refused' }

export interface CsvCards {
  readonly cards: readonly { readonly row: number; readonly card: Card }[]
  readonly left: readonly LeftOut[]
}

/** The addresses of one field of a row, as they are written to; or the text that is none. */
const addressesIn = (field: string): readonly string[] | { readonly bad: string } => {
  const { addresses, rest } = readRecipients(field)
  return rest.length === 0 ? addresses.map(({ email }) => email) : { bad: field }
}

const isBad = (found: readonly string[] | { readonly bad: string }): found is { readonly bad: string } => 'bad' in found

const cardOfRow = (columns: readonly (Column | undefined)[], { number: row, fields }: CsvRow): CsvCards['cards'][number] | LeftOut => {
  const form = formOfRow(columns, fields)
  const found = form.emails.map(addressesIn)
  const bad = found.find(isBad)
  if (bad !== undefined) return { row, why: 'badAddress', value: bad.bad }
  const card = cardOf({ ...form, emails: found.flatMap((one) => (isBad(one) ? [] : one)) })
  const isSomebody = card.name !== undefined || card.emails !== undefined || card.organizations !== undefined
  return isSomebody ? { row, card } : { row, why: 'nothing' }
}

/** undefined: no column is one of ours. */
export const cardsOfCsv = (text: string): CsvCards | undefined => {
  const [header, ...rows] = readCsv(text)
  const columns = (header?.fields ?? []).map(columnOf)
  if (!columns.some((column) => column === 'emails' || column === 'surname' || column === 'full' || column === 'phones')) return undefined
  const found = rows.slice(0, contactsPerFileMax).map((row) => cardOfRow(columns, row))
  const beyond = rows.slice(contactsPerFileMax).map(({ number: row }) => ({ row, why: 'tooMany' as const }))
  return { cards: found.filter((one) => 'card' in one), left: [...found.filter((one) => 'why' in one), ...beyond] }
}

const written: readonly (readonly [string, (form: PersonForm) => string])[] = [
  ['姓', ({ surname }) => surname], ['名', ({ given }) => given], ['姓(ふりがな)', ({ surnameYomi }) => surnameYomi], ['名(ふりがな)', ({ givenYomi }) => givenYomi],
  ['会社名', ({ organization }) => organization], ['会社名(ふりがな)', ({ organizationYomi }) => organizationYomi],
  ['部署', ({ department }) => department], ['役職', ({ title }) => title],
  ['電子メール アドレス', ({ emails }) => emails[0] ?? ''], ['電子メール 2 アドレス', ({ emails }) => emails[1] ?? ''],
  ['電子メール 3 アドレス', ({ emails }) => emails[2] ?? ''],
  ['電話番号', ({ phones }) => phones[0] ?? ''], ['電話番号 2', ({ phones }) => phones[1] ?? ''],
  ['郵便番号', ({ postcode }) => postcode], ['都道府県', ({ region }) => region],
  ['市区町村', ({ locality }) => locality], ['番地', ({ street }) => street], ['メモ', ({ note }) => note],
]

/** A field that a table program would take for a formula begins with an apostrophe. */
const field = (value: string): string => {
  const safe = /^[=+@\t\r]|^-(?!\d)/u.test(value) && !/^\+[\d\s()-]+$/u.test(value) ? `'${value}` : value
  return /[",\r\n]|^\s|\s$/u.test(safe) ? `"${safe.replace(/"/gu, '""')}"` : safe
}

export const csvOfCards = (cards: readonly Card[]): string => {
  const rows = cards.map((card) => written.map(([, read]) => field(read(formOf(card)))).join(','))
  return `${[written.map(([name]) => field(name)).join(','), ...rows].join('\r\n')}\r\n`
}
