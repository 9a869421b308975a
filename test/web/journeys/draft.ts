import assert from 'node:assert/strict'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { hanako } from '../matrix/mail.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '下書きの試し'

export const journey: Journey = {
  name: 'a formatted message is kept as a draft, comes back as it was, becomes plain text, and is thrown away',
  async go(visit) {
    const { page } = visit
    const text = visit.say(composeWords)
    const composer = await visit.compose()
    await page.keyboard.type(`${hanako.email}, 書きかけ`)
    await composer.getByLabel(text.subject).fill(subject)
    await composer.getByRole('textbox', { name: text.text }).click()
    await page.keyboard.type('ふつうと')
    await composer.getByRole('button', { name: text.bold, exact: true }).click()
    await page.keyboard.type('太字')
    await composer.getByText(text.saved).waitFor()
    await visit.checked('composer with formatted text')
    await page.keyboard.press('Escape')
    await composer.waitFor({ state: 'detached' })
    await visit.open('/mail/drafts')
    await (await visit.row(subject)).getByRole('link').click()
    await composer.locator('strong, b').getByText('太字').waitFor()
    assert.equal(await composer.getByRole('combobox').first().inputValue(), '書きかけ')
    await visit.choose(composer.getByRole('button', { name: text.rich, exact: true }), text.plain)
    await visit.button(text.toPlainDo, page.getByRole('dialog')).click()
    const plain = composer.locator('textarea')
    await plain.waitFor()
    assert.match(await plain.inputValue(), /ふつうと太字/)
    await visit.checked('composer with plain text')
    await visit.discard(composer)
    await visit.list.getByText(subject).waitFor({ state: 'detached' })
  },
}
