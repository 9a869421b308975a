/** Address books in and out as files; read and written in the page, nothing is uploaded. */
import { toast } from '../../kit/toast.tsx'
import { cards, importCards } from './book.ts'
import type { Card } from './card.ts'
import { contactWords } from './contact-words.ts'
import { cardsOfCsv, csvOfCards } from './csv.ts'
import { decodeFile, encodeShiftJis } from './shift-jis.ts'
import { cardsOfVcards, vcardsOf } from './vcard.ts'

export const contactFileBytesMax = 10_000_000

export const importFile = async (file: File, onProgress: (done: number, all: number) => void): Promise<void> => {
  const text = contactWords()
  if (file.size > contactFileBytesMax) return void toast({ text: text.fileTooLarge, kind: 'error' })
  const content = decodeFile(new Uint8Array(await file.arrayBuffer()))
  const read = /BEGIN:VCARD/iu.test(content.slice(0, 1_000)) ? cardsOfVcards(content) : cardsOfCsv(content)
  if (read === undefined || read.length === 0) return void toast({ text: text.notReadable, kind: 'error' })
  onProgress(0, read.length)
  try {
    const { added, known, failed } = await importCards(read, (done) => onProgress(done, read.length))
    toast({ text: text.imported(added, known, failed) })
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
