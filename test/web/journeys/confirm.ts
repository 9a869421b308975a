import assert from 'node:assert/strict'
import type { Request, Route } from 'playwright-core'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { sendingWords } from '@bulkhead/web/mail/settings/sending/words.ts'
import { hanako } from '../matrix/mail.ts'
import { undoSeconds } from '../matrix/stage.ts'
import type { Journey } from '../matrix/visit.ts'

export const journey: Journey = {
  name: 'with the check of recipients on, each is ticked off before the message goes; a forgotten file is asked about',
  async go(visit) {
    const { page } = visit
    const text = visit.say(composeWords)
    const choices = visit.say(sendingWords)
    // What was kept comes late: a choice made meanwhile is not lost to it.
    const chosen = Promise.withResolvers<void>()
    const late = (route: Route): Promise<void> => chosen.promise.then(() => route.continue())
    const isAsking = (request: Request): boolean => request.postData()?.includes('"ids":["compose"]') === true
    await page.route('**/jmap/api', (route, request) => (isAsking(request) ? late(route) : route.continue()))
    await visit.open('/settings/sending')
    await visit.asking('Setting/set', async () => {
      await page.getByRole('radio', { name: choices.outside }).check()
      chosen.resolve()
    })
    await page.unrouteAll({ behavior: 'wait' })
    assert.ok(await page.getByRole('radio', { name: choices.outside }).isChecked())
    await visit.checked('settings of sending')
    await visit.go('/')
    const composer = await visit.compose()
    await page.keyboard.type(`${hanako.email}, ${visit.address}, `)
    await composer.getByLabel(text.subject).fill('資料を添付します')
    await composer.getByRole('textbox', { name: text.text }).click()
    await page.keyboard.type('資料を添付します。')
    await page.keyboard.press('Control+Enter')
    const dialog = page.locator('dialog[open]')
    await dialog.getByText(text.forgottenText).waitFor()
    await visit.checked('a forgotten file is asked about')
    await visit.button(text.sendAnyway, dialog).click()
    await dialog.getByText(text.confirmTitle).waitFor()
    const go = visit.button(text.confirmSend, dialog)
    assert.ok(await go.isDisabled())
    await visit.checked('recipients to be ticked')
    for (const box of await dialog.getByRole('checkbox').all()) await box.check()
    await go.click()
    await composer.waitFor({ state: 'detached' })
    await page.getByText(text.sentSoon(undoSeconds)).waitFor()
    await visit.go('/settings/sending')
    await visit.asking('Setting/set', () => page.getByRole('radio', { name: choices.off }).check())
  },
}
