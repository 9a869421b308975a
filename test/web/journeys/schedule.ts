import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { scheduledWords } from '@bulkhead/web/mail/compose/scheduled-words.ts'
import { hanako } from '../matrix/mail.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '予約した挨拶'

export const journey: Journey = {
  name: 'a message is scheduled, listed with its time, taken back and opened again',
  async go(visit) {
    const { page } = visit
    const text = visit.say(composeWords)
    const listed = visit.say(scheduledWords)
    const composer = await visit.compose()
    await page.keyboard.type(`${hanako.email}, `)
    await composer.getByLabel(text.subject).fill(subject)
    await composer.getByRole('button', { name: text.sendLater }).click()
    const dialog = page.locator('dialog[open]')
    await dialog.getByText(text.scheduleTitle).waitFor()
    await visit.checked('when to send')
    await dialog.getByRole('button', { name: text.tomorrowMorning }).click()
    await composer.waitFor({ state: 'detached' })
    await visit.go('/scheduled')
    const row = page.getByRole('list', { name: listed.title }).getByRole('listitem').filter({ hasText: subject })
    await row.waitFor()
    await visit.checked('scheduled mail')
    await visit.button(listed.edit, row).click()
    await composer.getByLabel(text.subject).waitFor()
    await row.waitFor({ state: 'detached' })
    await visit.discard(composer)
  },
}
