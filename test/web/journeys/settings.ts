import assert from 'node:assert/strict'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import { words as settingsWords } from '@bulkhead/web/mail/settings/words.ts'
import { words as keyWords } from '@bulkhead/web/mail/keyboard/words.ts'
import type { Journey } from '../matrix/visit.ts'

export const journey: Journey = {
  name: 'settings apply at once: rows, the other theme, type at 200 % on which all still fits; the keys are listed',
  async go(visit) {
    const { page } = visit
    const text = visit.say(settingsWords)
    await visit.go('/settings')
    await page.getByLabel(text.search).fill(visit.say(mailWords).signOut)
    await visit.checked('settings being searched')
    await visit.go('/settings/display')
    await page.getByRole('radio', { name: text.compact, exact: true }).check()
    await page.getByRole('radio', { name: visit.look.theme === 'dark' ? text.light : text.dark, exact: true }).check()
    await visit.checked('settings of display in the other theme')
    await visit.go('/')
    await visit.list.getByRole('row').nth(3).waitFor()
    await visit.checked('compact list in the other theme')
    await visit.go('/settings/display')
    await page.getByRole('radio', { name: '200%' }).check()
    await visit.checked('settings at 200 %')
    await visit.go('/')
    await visit.list.getByRole('row').nth(1).waitFor()
    await visit.checked('list at 200 %')
    const composer = await visit.compose()
    await visit.checked('composer at 200 %')
    await page.keyboard.press('Escape')
    await composer.waitFor({ state: 'detached' })
    await page.evaluate(() => localStorage.clear())
    await visit.open('/')
    await visit.list.getByRole('row').nth(3).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: visit.say(keyWords).title }).waitFor()
    await visit.checked('keys')
    assert.equal(await page.evaluate(() => localStorage.getItem('bulkhead.scale')), null)
  },
}
