import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { words as identityWords } from '@bulkhead/web/mail/settings/identities/words.ts'
import type { Journey } from '../matrix/visit.ts'

export const journey: Journey = {
  name: 'a name and a formatted signature are set and stand in the next message; another sender is added, chosen, removed',
  async go(visit) {
    const { page } = visit
    const text = visit.say(identityWords)
    const dialog = page.getByRole('dialog')
    await visit.go('/settings/identities')
    await visit.button(text.edit).click()
    await dialog.getByLabel(text.name, { exact: true }).fill('山田 太郎')
    await dialog.getByLabel(text.bcc).fill('nobody')
    await dialog.getByText(text.badAddress).waitFor()
    await visit.checked('one sender, with a mistake')
    await dialog.getByLabel(text.bcc).fill('')
    await dialog.getByText(text.rich, { exact: true }).click()
    const signature = dialog.getByRole('textbox', { name: text.richLabel })
    await signature.click()
    await visit.button(text.strong, dialog).click()
    await signature.pressSequentially('山田商店')
    await visit.checked('a formatted signature')
    await visit.button(text.save, dialog).click()
    await page.getByRole('heading', { name: '山田 太郎' }).waitFor()
    await page.getByText('山田商店').waitFor()
    await visit.button(text.add).click()
    await dialog.getByLabel(text.name, { exact: true }).fill('営業部')
    await dialog.getByLabel(text.plainLabel, { exact: true }).fill('営業部一同')
    await visit.button(text.save, dialog).click()
    await page.getByRole('heading', { name: '営業部' }).waitFor()
    await visit.checked('senders')
    await visit.go('/')
    const composer = await visit.compose()
    const words = visit.say(composeWords)
    const body = composer.getByRole('textbox', { name: words.text })
    await body.getByText('山田商店').waitFor()
    await composer.getByLabel(words.from, { exact: true }).selectOption({ label: `営業部 <${visit.address}>` })
    await body.getByText('営業部一同').waitFor()
    await body.getByText('山田商店').waitFor({ state: 'detached' })
    await visit.checked('composer with a choice of senders')
    await visit.discard(composer)
    await visit.go('/settings/identities')
    await visit.button(text.remove).click()
    await visit.button(text.remove, dialog).click()
    await page.getByRole('heading', { name: '営業部' }).waitFor({ state: 'detached' })
  },
}
