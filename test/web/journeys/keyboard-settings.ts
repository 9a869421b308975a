import { words as deviceWords } from '@bulkhead/web/mail/settings/devices/words.ts'
import { words as securityWords } from '@bulkhead/web/mail/settings/security/words.ts'
import { words as filterWords } from '@bulkhead/web/mail/settings/filters/words.ts'
import { words as identityWords } from '@bulkhead/web/mail/settings/identities/words.ts'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import { focused, press, tabTo } from '../matrix/keys.ts'
import { until, type Journey } from '../matrix/visit.ts'

const word = '鍵盤の規則'

export const journey: Journey = {
  name: 'by keys alone: a filter and a sender are made and removed, a lost device signed out; the focus comes back to where it was',
  async go(visit) {
    const { page } = visit
    const [filters, senders, mail] = [visit.say(filterWords), visit.say(identityWords), visit.say(mailWords)]
    const [devices, security] = [visit.say(deviceWords), visit.say(securityWords)]
    const lost = await visit.other()
    await lost.signIn(true)
    await visit.list.getByRole('row').first().waitFor()

    await press(page, page.getByRole('navigation', { name: mail.navigation }).getByRole(visit.isPhone ? 'button' : 'link', { name: mail.settings }))
    const settings = page.getByRole('navigation', { name: mail.settings })
    await press(page, settings.getByRole('link', { name: filters.title }))
    const add = page.getByRole('button', { name: filters.add, exact: true })
    await press(page, add)
    const dialog = page.getByRole('dialog')
    await tabTo(page, dialog.getByLabel(filters.name))
    await page.keyboard.type(word)
    await tabTo(page, dialog.getByLabel(filters.value, { exact: true }))
    await page.keyboard.type(word)
    await tabTo(page, dialog.getByLabel(filters.mailbox, { exact: true }))
    await page.keyboard.press('ArrowDown')
    await visit.asking('SieveScript/set', () => press(page, dialog.getByRole('button', { name: filters.save, exact: true })))
    await dialog.waitFor({ state: 'detached' })
    await focused(add)
    const remove = page.getByRole('button', { name: filters.remove(word), exact: true })
    await tabTo(page, remove, 'Shift+Tab')
    await visit.asking('SieveScript/set', () => page.keyboard.press('Enter'))
    await remove.waitFor({ state: 'detached' })

    // The pages of the settings stand before what is in one: the way back is the shorter one.
    await tabTo(page, settings.getByRole('link', { name: senders.title }), 'Shift+Tab')
    await page.keyboard.press('Enter')
    const more = page.getByRole('button', { name: senders.add, exact: true })
    await press(page, more)
    await tabTo(page, dialog.getByLabel(senders.name, { exact: true }))
    await page.keyboard.type(word)
    await press(page, dialog.getByRole('button', { name: senders.save, exact: true }))
    await page.getByRole('heading', { name: word }).waitFor()
    await focused(more)
    await tabTo(page, page.getByRole('button', { name: senders.remove, exact: true }), 'Shift+Tab')
    await page.keyboard.press('Enter')
    await press(page, dialog.getByRole('button', { name: senders.remove, exact: true }))
    await page.getByRole('heading', { name: word }).waitFor({ state: 'detached' })

    await tabTo(page, settings.getByRole('link', { name: security.title }), 'Shift+Tab')
    await page.keyboard.press('Enter')
    const out = page.locator('.device-out')
    await out.first().waitFor()
    const others = (await out.count()) - 1
    await press(page, out.first())
    await press(page, dialog.getByRole('button', { name: devices.signOut, exact: true }))
    await until(async () => (await out.count()) === others, 'a device less')
    await lost.close()
  },
}
