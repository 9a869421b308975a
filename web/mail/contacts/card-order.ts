/** The order of an address book: by reading, in the rows あかさたな…, then Latin letters, then what has no reading. */
import { folded } from '../compose/people.ts'
import { nameOf, yomiOf, type Card } from './card.ts'
import { formOf } from './person-form.ts'

export const indexRows = ['あ', 'か', 'さ', 'た', 'な', 'は', 'ま', 'や', 'ら', 'わ', 'A-Z', '#'] as const
export type IndexRow = (typeof indexRows)[number]

/** Last kana of each row; small ones and those with marks stand in between (Unicode's order of hiragana). */
const rowEnds: readonly (readonly [string, IndexRow])[] = [
  ['お', 'あ'], ['ご', 'か'], ['ぞ', 'さ'], ['ど', 'た'], ['の', 'な'], ['ぽ', 'は'], ['も', 'ま'], ['よ', 'や'], ['ろ', 'ら'], ['ん', 'わ'],
]

export const rowOf = (sortText: string): IndexRow => {
  const first = folded(sortText)[0] ?? ''
  if (/[a-z]/u.test(first)) return 'A-Z'
  if (first === 'ゔ') return 'あ'
  if (!/\p{Script=Hiragana}/u.test(first)) return '#'
  return rowEnds.find(([end]) => first <= end)?.[1] ?? '#'
}

export interface Listed {
  readonly card: Card
  readonly name: string
  readonly yomi: string
  readonly row: IndexRow
}

const collator = new Intl.Collator('ja', { sensitivity: 'base', numeric: true })

export const listed = (cards: readonly Card[]): Listed[] => {
  const all = cards.map((card) => {
    const [name, yomi] = [nameOf(card), yomiOf(card)]
    const key = folded(yomi || name)
    return { card, name, yomi, row: rowOf(key), key }
  })
  const place = (row: IndexRow): number => indexRows.indexOf(row)
  return all.toSorted((a, b) => place(a.row) - place(b.row) || collator.compare(a.key, b.key) || collator.compare(a.name, b.name))
}

/** By name, reading, company, address and telephone number. */
export const found = (all: readonly Listed[], text: string): Listed[] => {
  const wanted = folded(text)
  if (wanted === '') return [...all]
  const digits = wanted.replace(/[^\d]/gu, '')
  return all.filter(({ card, name, yomi }) => {
    const { organization, organizationYomi, department, emails, phones } = formOf(card)
    if ([name, yomi, organization, organizationYomi, department, ...emails].some((one) => folded(one).includes(wanted))) return true
    const isNumber = digits.length > 2 && digits === wanted.replace(/[-()+]/gu, '')
    return isNumber && phones.some((phone) => phone.normalize('NFKC').replace(/[^\d]/gu, '').includes(digits))
  })
}
