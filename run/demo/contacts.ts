/** The address book of the demonstration, as cards (RFC 9553). */
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { people, type Person } from './people.ts'

interface Reading {
  readonly person: Person
  readonly surname: readonly [written: string, read: string]
  readonly given: readonly [written: string, read: string]
  readonly organization?: string
  readonly phone?: string
}

const japanese: readonly Reading[] = [
  { person: 'taro', surname: ['波戸', 'はと'], given: ['太郎', 'たろう'], phone: '090-0000-0001' },
  { person: 'tanaka', surname: ['田中', 'たなか'], given: ['美咲', 'みさき'], organization: 'つばめトラベル' },
  { person: 'sato', surname: ['佐藤', 'さとう'], given: ['健一', 'けんいち'], organization: '山吹工務店', phone: '03-0000-0002' },
  { person: 'suzuki', surname: ['鈴木', 'すずき'], given: ['一郎', 'いちろう'], organization: '潮騒学園' },
  { person: 'kobayashi', surname: ['小林', 'こばやし'], given: ['さくら', 'さくら'], organization: 'ひなた電機' },
  { person: 'ken', surname: ['赤橋', 'あかはし'], given: ['健', 'けん'] },
  { person: 'mother', surname: ['港', 'みなと'], given: ['芳江', 'よしえ'], phone: '0138-00-0003' },
]
const others: readonly (readonly [Person, organization: string])[] = [
  ['yuki', ''], ['emma', 'Northlight Studio'], ['daniel', 'Brightwater Library'], ['lucia', 'Casa Azul'], ['choir', ''],
]

const card = (person: Person, name: JsonObject, organization = '', phone = ''): JsonObject => ({
  '@type': 'Card', version: '1.0', name, emails: { e1: { address: people[person].email } },
  ...(organization === '' ? {} : { organizations: { o1: { name: organization } } }),
  ...(phone === '' ? {} : { phones: { p1: { number: phone } } }),
})

export const cards: readonly JsonObject[] = [
  ...japanese.map(({ person, surname, given, organization, phone }) => card(person, {
    full: `${surname[0]} ${given[0]}`, isOrdered: true,
    components: [{ kind: 'surname', value: surname[0], phonetic: surname[1] }, { kind: 'given', value: given[0], phonetic: given[1] }],
  }, organization, phone)),
  ...others.map(([person, organization]) => card(person, { full: people[person].name }, organization)),
]
