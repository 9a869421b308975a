import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { words as deviceWords } from '@bulkhead/web/mail/settings/devices/words.ts'
import { words as signInWords } from '@bulkhead/web/sign-in/words.ts'
import { hanako } from '../matrix/mail.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '書きかけの大事な手紙'

export const journey: Journey = {
  name: 'a lost device is signed out while something is written on it: it ends there at once, and nothing typed is lost',
  async go(visit) {
    const { page } = visit
    const [text, writing, signIn] = [visit.say(deviceWords), visit.say(composeWords), visit.say(signInWords)]
    const lost = await visit.other()
    await lost.signIn(true)
    const composer = await lost.compose()
    await lost.page.keyboard.type(`${hanako.email}, `)
    await composer.getByLabel(writing.subject).fill(subject)
    await composer.getByText(writing.saved).waitFor()

    await visit.go('/settings/devices')
    const out = page.getByRole('button', { name: /./ }).and(page.locator('.device-out'))
    await out.waitFor()
    await visit.checked('devices')
    await out.click()
    const dialog = page.getByRole('dialog')
    await visit.checked('whether to sign a device out')
    await visit.button(text.signOut, dialog).click()
    await page.getByText(text.none).waitFor()

    await composer.getByRole('textbox', { name: writing.text }).click()
    await lost.page.keyboard.type('切れたあとに書いた。')
    const over = lost.page.getByRole('dialog', { name: signIn.overTitle })
    await over.getByLabel(signIn.password, { exact: true }).waitFor()
    await lost.checked('the session is over')
    await over.getByLabel(signIn.password, { exact: true }).fill(visit.stage.password)
    await lost.page.keyboard.press('Enter')
    await over.waitFor({ state: 'detached' })
    await composer.getByText('切れたあとに書いた。').waitFor()
    await composer.getByText(writing.saved).waitFor()
    lost.assertQuiet()
    await lost.close()

    await visit.go('/mail/drafts')
    await (await visit.row(subject)).getByRole('link').click()
    await page.locator('.composer').getByText('切れたあとに書いた。').waitFor()
  },
}
