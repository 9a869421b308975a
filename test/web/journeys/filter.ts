import { words as filterWords } from '@bulkhead/web/mail/settings/filters/words.ts'
import { words as mailboxWords } from '@bulkhead/web/mail/mailboxes/words.ts'
import type { Journey } from '../matrix/visit.ts'

const word = '自動振り分け'

export const journey: Journey = {
  name: 'a filter is made and files the mail that comes then; it is switched off and deleted',
  async go(visit) {
    const { page } = visit
    const text = visit.say(filterWords)
    const archive = visit.say(mailboxWords).roles['archive'] ?? ''
    await visit.go('/settings/filters')
    await visit.button(text.add).click()
    const dialog = page.getByRole('dialog')
    await visit.button(text.save, dialog).click()
    await dialog.getByRole('alert').getByText(text.mistakes['noName']).waitFor()
    await visit.checked('a filter that lacks its name')
    await dialog.getByLabel(text.name).fill(word)
    await dialog.getByLabel(text.field, { exact: true }).selectOption({ label: text.fields.subject })
    await dialog.getByLabel(text.value, { exact: true }).fill(word)
    await dialog.getByLabel(text.mailbox, { exact: true }).selectOption({ label: archive })
    await visit.asking('SieveScript/set', () => visit.button(text.save, dialog).click())
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('checkbox', { name: text.on(word) }).waitFor()
    await visit.checked('filters')
    await visit.stage.deliver([visit.look], [{ subject: `${word}の便り`, text: '振り分けられます。' }])
    await visit.go('/mail/archive')
    await visit.row(`${word}の便り`)
    await visit.go('/settings/filters')
    await visit.asking('SieveScript/set', () => page.getByRole('checkbox', { name: text.on(word) }).uncheck())
    await page.locator('.rule-name').filter({ hasText: word }).getByText(text.off, { exact: true }).waitFor()
    await visit.asking('SieveScript/set', () => visit.button(text.remove(word)).click())
    await visit.button(text.remove(word)).waitFor({ state: 'detached' })
  },
}
