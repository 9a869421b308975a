/**
 * vCard 3.0 (RFC 2426) and 4.0 (RFC 6350) in and out, with the readings that Apple, Google and RFC 9554 write. Versions 2.1
 * of old phones are read too: quoted-printable and Shift_JIS values.
 */
import { decodeFile } from './shift-jis.ts'
import { isGroup, nameOf, type Card } from './card.ts'
import { contactsPerFileMax } from './csv.ts'
import { cardOf, emptyForm, formOf, type PersonForm } from './person-form.ts'

interface Property {
  readonly name: string
  readonly parameters: ReadonlyMap<string, string>
  readonly value: string
}

const propertiesMax = 500

/** Lines of an old file in quoted-printable go on after `=`; others after a space (RFC 6350 section 3.2). */
const unfolded = (text: string): string[] => {
  const lines: string[] = []
  let open = false
  for (const line of text.split(/\r\n|\r|\n/u)) {
    const last = lines.at(-1)
    if (last !== undefined && (line.startsWith(' ') || line.startsWith('\t')) && !open) lines[lines.length - 1] = last + line.slice(1)
    else if (last !== undefined && open) lines[lines.length - 1] = last.slice(0, -1) + line
    else lines.push(line)
    open = /ENCODING=QUOTED-PRINTABLE/iu.test(lines.at(-1) ?? '') && (lines.at(-1) ?? '').endsWith('=')
  }
  return lines
}

const decodedQuoted = (value: string, charset: string | undefined): string => {
  const bytes: number[] = []
  const encoder = new TextEncoder()
  for (let at = 0; at < value.length; at++) {
    const hex = /^=([0-9A-Fa-f]{2})/u.exec(value.slice(at, at + 3))
    if (hex === null) bytes.push(...encoder.encode(value[at] ?? ''))
    else {
      bytes.push(Number.parseInt(hex[1] ?? '', 16))
      at += 2
    }
  }
  const array = new Uint8Array(bytes)
  return /shift|sjis|932/iu.test(charset ?? '') ? new TextDecoder('shift_jis').decode(array) : decodeFile(array)
}

const readLine = (line: string): Property | undefined => {
  const colon = /^(?:[^":]|"[^"]*")*?:/u.exec(line)?.[0].length
  if (colon === undefined) return undefined
  const [head = '', ...rest] = line.slice(0, colon - 1).split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/u)
  const parameters = new Map<string, string>()
  for (const parameter of rest) {
    const [name = '', value] = parameter.split(/=(.*)/su)
    const key = value === undefined ? 'TYPE' : name.toUpperCase()
    parameters.set(key, [parameters.get(key), (value ?? name).replace(/^"|"$/gu, '')].filter(Boolean).join(','))
  }
  const raw = line.slice(colon)
  const isQuoted = /quoted-printable/iu.test(`${parameters.get('ENCODING') ?? ''}${parameters.get('TYPE') ?? ''}`)
  return { name: head.replace(/^[^.]*\./u, '').toUpperCase(), parameters, value: isQuoted ? decodedQuoted(raw, parameters.get('CHARSET')) : raw }
}

const unescaped = (value: string): string => value.replace(/\\([\\,;nN])/gu, (_, char: string) => (char.toLowerCase() === 'n' ? '\n' : char)).trim()

/** Components of a structured value; several values of one are joined. */
const components = (value: string): string[] => value.split(/(?<!\\)(?:\\\\)*;/u).map(unescaped)

type Draft = { -readonly [Key in keyof PersonForm]: PersonForm[Key] }

const takeName = (form: Draft, { value, parameters }: Property): void => {
  const [surname = '', given = ''] = components(value)
  if (parameters.has('PHONETIC') || parameters.get('SCRIPT') === 'Hira' || parameters.get('SCRIPT') === 'Kana') {
    form.surnameYomi ||= surname
    form.givenYomi ||= given
    return
  }
  form.surname ||= surname
  form.given ||= given
  const [surnameYomi = '', givenYomi = ''] = (parameters.get('SORT-AS') ?? '').split(',')
  if (/^[\p{Script=Hiragana}\p{Script=Katakana}ー]+$/u.test(surnameYomi)) {
    form.surnameYomi ||= surnameYomi
    form.givenYomi ||= givenYomi
  }
}

const takes: Readonly<Record<string, (form: Draft, property: Property) => void>> = {
  N: takeName,
  'X-PHONETIC-LAST-NAME': (form, { value }) => void (form.surnameYomi = unescaped(value)),
  'X-PHONETIC-FIRST-NAME': (form, { value }) => void (form.givenYomi = unescaped(value)),
  SOUND: (form, { value, parameters }) => {
    if (!/X-IRMC-N/iu.test(parameters.get('TYPE') ?? '')) return
    const [surname = '', given = ''] = components(value)
    form.surnameYomi ||= surname.normalize('NFKC')
    form.givenYomi ||= given.normalize('NFKC')
  },
  ORG: (form, { value, parameters }) => {
    const [name = '', department = ''] = components(value)
    form.organization ||= name
    form.department ||= department
    form.organizationYomi ||= parameters.get('SORT-AS') ?? ''
  },
  'X-PHONETIC-ORG': (form, { value }) => void (form.organizationYomi = unescaped(value)),
  TITLE: (form, { value }) => void (form.title ||= unescaped(value)),
  EMAIL: (form, { value }) => void (form.emails = [...form.emails.filter((one) => one !== ''), unescaped(value).replace(/^mailto:/iu, '')]),
  TEL: (form, { value }) => void (form.phones = [...form.phones.filter((one) => one !== ''), unescaped(value).replace(/^tel:/iu, '')]),
  ADR: (form, { value }) => {
    const [, extended = '', street = '', locality = '', region = '', postcode = ''] = components(value)
    if (form.street + form.locality + form.region + form.postcode !== '') return
    form.street = [street, extended].filter((text) => text !== '').join(' ')
    form.locality = locality
    form.region = region
    form.postcode = postcode
  },
  NOTE: (form, { value }) => void (form.note ||= unescaped(value)),
}

const cardOfProperties = (properties: readonly Property[]): Card => {
  const form: Draft = { ...emptyForm }
  for (const property of properties.slice(0, propertiesMax)) takes[property.name]?.(form, property)
  const full = unescaped(properties.find(({ name }) => name === 'FN')?.value ?? '')
  const card = cardOf(form.surname + form.given === '' ? { ...form, surname: full === form.organization ? '' : full } : form)
  const uid = properties.find(({ name }) => name === 'UID')?.value.trim() ?? ''
  const members = properties.filter(({ name }) => name === 'MEMBER' || name === 'X-ADDRESSBOOKSERVER-MEMBER').map(({ value }) => value.trim())
  const kind = properties.find(({ name }) => name === 'KIND' || name === 'X-ADDRESSBOOKSERVER-KIND')?.value.trim().toLowerCase()
  return {
    ...card,
    ...(uid === '' || uid.length > 500 ? {} : { uid }),
    ...(kind === 'group' ? { kind: 'group', members: Object.fromEntries(members.map((member) => [member, true as const])) } : {}),
  }
}

export const cardsOfVcards = (text: string): Card[] => {
  const cards: Card[] = []
  let open: Property[] | undefined
  for (const line of unfolded(text.replace(/^\ufeff/u, ''))) {
    const property = readLine(line)
    if (property === undefined) continue
    if (property.name === 'BEGIN' && /vcard/iu.test(property.value)) open = []
    else if (property.name === 'END' && open !== undefined) {
      cards.push(cardOfProperties(open))
      open = undefined
      if (cards.length >= contactsPerFileMax) break
    } else open?.push(property)
  }
  return cards.filter((card) => card.name !== undefined || card.emails !== undefined || card.organizations !== undefined || card.phones !== undefined)
}

const escaped = (value: string): string => value.replace(/[\\,;]/gu, '\\$&').replace(/\r\n|\r|\n/gu, '\\n')

/** At most 75 octets a line (RFC 6350 section 3.2), never inside a character. */
const folded = (line: string): string => {
  const encoder = new TextEncoder()
  let size = 0
  let written = ''
  for (const char of line) {
    const bytes = encoder.encode(char).length
    if (size + bytes > 75) {
      written += '\r\n '
      size = 1
    }
    written += char
    size += bytes
  }
  return written
}

const linesOf = (card: Card, version: '3.0' | '4.0'): string[] => {
  const form = formOf(card)
  const row = (name: string, value: string): string[] => (value === '' ? [] : [`${name}:${escaped(value)}`])
  const rows = (name: string, values: readonly string[]): string[] => values.flatMap((value) => row(name, value))
  const structured = (name: string, values: readonly string[]): string[] =>
    values.every((value) => value === '') ? [] : [`${name}:${values.map(escaped).join(';')}`]
  const member = version === '4.0' ? 'MEMBER' : 'X-ADDRESSBOOKSERVER-MEMBER'
  const yomi = form.surnameYomi + form.givenYomi
  const script = version === '4.0' && yomi !== '' ? `N;ALTID=1;PHONETIC=script;SCRIPT=${/\p{Script=Katakana}/u.test(yomi) ? 'Kana' : 'Hira'}` : ''
  return [
    'BEGIN:VCARD', `VERSION:${version}`, ...row('UID', card.uid ?? ''), ...row('FN', nameOf(card)),
    ...(isGroup(card) ? [version === '4.0' ? 'KIND:group' : 'X-ADDRESSBOOKSERVER-KIND:group'] : []),
    `${script === '' ? 'N' : 'N;ALTID=1'}:${[form.surname, form.given, '', '', ''].map(escaped).join(';')}`,
    ...(script === '' ? [] : structured(script, [form.surnameYomi, form.givenYomi, '', '', ''])),
    ...row('X-PHONETIC-LAST-NAME', form.surnameYomi), ...row('X-PHONETIC-FIRST-NAME', form.givenYomi),
    ...structured('ORG', form.department === '' ? [form.organization] : [form.organization, form.department]), ...row('X-PHONETIC-ORG', form.organizationYomi),
    ...row('TITLE', form.title), ...rows('EMAIL', form.emails), ...rows('TEL', form.phones),
    ...structured('ADR', ['', '', form.street, form.locality, form.region, form.postcode, '']), ...row('NOTE', form.note),
    ...Object.keys(card.members ?? {}).map((uid) => `${member}:${uid}`), 'END:VCARD',
  ]
}

export const vcardsOf = (cards: readonly Card[], version: '3.0' | '4.0'): string =>
  cards.flatMap((card) => linesOf(card, version)).map((line) => `${folded(line)}\r\n`).join('')
