/** Address books in and out as files; read and written in the page, nothing is uploaded. */
import { signal } from '@preact/signals'
import { toast } from '../../kit/toast.tsx'
import { cards, importCards } from './book.ts'
import type { Card } from './card.ts'
import { contactWords } from './contact-words.ts'
import { cardsOfCsv, csvOfCards, type CsvCards, type LeftOut } from './csv.ts'
import { decodeFile, encodeShiftJis } from './shift-jis.ts'
import { cardsOfVcards, vcardsOf } from './vcard.ts'

export const contactFileBytesMax = 10_000_000

/** What was left out of the last file, shown until it is closed. Of a vCard file `row` counts the cards. */
export const leftOut = signal<{ readonly of: 'rows' | 'cards'; readonly left: readonly LeftOut[] }>({ of: 'rows', left: [] })

const isVcards = (content: string): boolean => /BEGIN:VCARD/iu.test(content.slice(0, 1_000))

const read = (content: string): CsvCards | undefined =>
  isVcards(content) ? { cards: cardsOfVcards(content).map((card, at) => ({ row: at + 1, card })), left: [] } : cardsOfCsv(content)

export const importFile = async (file: File, onProgress: (done: number, all: number) => void): Promise<void> => {
  const text = contactWords()
  if (file.size > contactFileBytesMax) return void toast({ text: text.fileTooLarge, kind: 'error' })
  const content = decodeFile(new Uint8Array(await file.arrayBuffer()))
  const found = read(content)
  if (found === undefined || found.cards.length + found.left.length === 0) return void toast({ text: text.notReadable, kind: 'error' })
  const all = found.cards.length
  onProgress(0, all)
  try {
    const { added, known, failed } = await importCards(found.cards.map(({ card }) => card), (done) => onProgress(done, all))
    const refused = found.cards.filter(({ card }) => failed.includes(card)).map(({ row }) => ({ row, why: 'refused' as const }))
    const left = [...found.left, ...refused].toSorted((one, other) => one.row - other.row)
    leftOut.value = { of: isVcards(content) ? 'cards' : 'rows', left }
    toast({ text: text.imported(added, known, left.length) })
  } catch {
    toast({ text: text.notSaved, kind: 'error' })
  }
}

const offer = (parts: BlobPart[], type: string, extension: string): void => {
  const url = URL.createObjectURL(new Blob(parts, { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${contactWords().fileName}.${extension}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

export type ExportFormat = 'vcard3' | 'vcard4' | 'csv' | 'csvShiftJis'

/** The mark before UTF-8 makes table programs of Japanese Windows read it as that. */
const mark = '\ufeff'

export const exportCards = (format: ExportFormat, some: readonly Card[] = cards.value ?? []): void => {
  if (format === 'vcard3' || format === 'vcard4') return offer([vcardsOf(some, format === 'vcard3' ? '3.0' : '4.0')], 'text/vcard;charset=utf-8', 'vcf')
  const people = some.filter(({ kind }) => kind !== 'group')
  if (format === 'csv') return offer([mark, csvOfCards(people)], 'text/csv;charset=utf-8', 'csv')
  const { bytes, missing } = encodeShiftJis(csvOfCards(people))
  if (missing.length > 0) toast({ text: contactWords().sjisMissing(missing.slice(0, 20).join(' ')) })
  offer([bytes], 'text/csv;charset=shift_jis', 'csv')
}
