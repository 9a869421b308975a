import { contactWords } from '@bulkhead/web/mail/contacts/contact-words.ts'
import { csvOfCards } from '@bulkhead/web/mail/contacts/csv.ts'
import { cardOf, emptyForm } from '@bulkhead/web/mail/contacts/person-form.ts'
import { encodeShiftJis } from '@bulkhead/web/mail/contacts/shift-jis.ts'
import type { Journey } from '../matrix/visit.ts'

const people = csvOfCards([
  cardOf({ ...emptyForm, surname: '髙橋', given: '一郎', surnameYomi: 'たかはし', givenYomi: 'いちろう', emails: ['takahashi@friends.example'] }),
  cardOf({ ...emptyForm, surname: '阿部', given: '花子', surnameYomi: 'あべ', givenYomi: 'はなこ', emails: ['abe@friends.example'] }),
  cardOf({ ...emptyForm, surname: '一ノ瀬', emails: ['Ichinose@friends.example'] }),
  cardOf({ ...emptyForm, surname: '誤記', emails: ['goki@@friends.example'] }),
])
const file = Buffer.from(encodeShiftJis(people).bytes)

export const journey: Journey = {
  name: 'contacts are made with their reading, brought in from a file in Shift_JIS, found by reading here and in the composer',
  async go(visit) {
    const { page } = visit
    const text = visit.say(contactWords)
    await visit.go('/contacts')
    await page.getByText(text.none).waitFor()
    await visit.checked('no contacts')
    await visit.button(text.add).click()
    await page.getByLabel(text.surname, { exact: true }).fill('一ノ瀬')
    await page.getByLabel(text.surnameYomi, { exact: true }).fill('いちのせ')
    await page.getByLabel(text.email, { exact: true }).fill('ichinose@friends.example')
    await visit.checked('contact being made')
    await visit.button(text.save).click()
    await page.getByRole('heading', { name: '一ノ瀬' }).waitFor()
    await visit.checked('contact')
    await visit.go('/contacts')
    await page.locator('input[type=file]').setInputFiles({ name: 'book.csv', mimeType: 'text/csv', buffer: file })
    await page.getByText(text.leftBadAddress('goki@@friends.example')).waitFor()
    await page.getByText(text.imported(2, 1, 1)).first().waitFor()
    await visit.checked('a row that was left out')
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: /髙橋|高橋/ }).waitFor()
    await visit.checked('contacts')
    await page.getByLabel(text.search).fill('ｱﾍﾞ')
    await page.getByRole('link', { name: /阿部/ }).waitFor()
    await page.getByRole('link', { name: /一ノ瀬/ }).waitFor({ state: 'detached' })
    await visit.go('/')
    const composer = await visit.compose()
    await page.keyboard.type('いちの')
    await composer.getByRole('option').filter({ hasText: '一ノ瀬' }).waitFor()
    await visit.checked('suggestions')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await composer.getByRole('button', { name: '一ノ瀬', exact: true }).waitFor()
    await visit.discard(composer)
  },
}
