import { words as kitWords } from '@bulkhead/web/kit/words.ts'
import { words as mailboxWords } from '@bulkhead/web/mail/mailboxes/words.ts'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import { lettersOf } from '@bulkhead/web/mail/shares/levels.ts'
import { sheetWords } from '@bulkhead/web/mail/shares/sheet-words.ts'
import { words as sharedWords } from '@bulkhead/web/mail/shares/words.ts'
import type { Journey } from '../matrix/visit.ts'

const name = '共同作業'

export const journey: Journey = {
  name: 'a mailbox is shared from the page: made, given to somebody, given more, refused for strangers, and taken back',
  async go(visit) {
    const { page, stage } = visit
    const [text, sheet, mailboxes] = [visit.say(sharedWords), visit.say(sheetWords), visit.say(mailboxWords)]
    const rail = page.getByRole('navigation', { name: mailboxes.mailboxes })
    const dialog = page.getByRole('dialog')
    if (visit.look.width < 600) await visit.button(visit.say(mailWords).openRail).click()
    await visit.button(mailboxes.create, rail).click()
    await dialog.getByLabel(mailboxes.name).fill(name)
    await visit.button(mailboxes.save, dialog).click()
    await rail.getByRole('listitem').filter({ hasText: name }).hover()
    await visit.choose(rail.getByRole('button', { name: mailboxes.actionsOf(name) }), text.share)
    await dialog.getByText(sheet.makeHint).waitFor()
    await visit.checked('whether to make a shared mailbox')
    await visit.button(sheet.make, dialog).click()
    await dialog.getByText(sheet.nobody).waitFor()

    await dialog.getByLabel(sheet.address).fill('nobody@elsewhere.example')
    await visit.button(sheet.add, dialog).click()
    await dialog.getByRole('alert').getByText(sheet.noSuchMember).waitFor()
    await dialog.getByLabel(sheet.address).fill(stage.sharer)
    await dialog.getByLabel(sheet.level).selectOption('write')
    await visit.button(sheet.add, dialog).click()
    const member = dialog.getByLabel(sheet.rightsOf(stage.sharer))
    await member.waitFor()
    await visit.checked('who has a shared mailbox')
    await visit.asking('MailboxShare/set', async () => void (await member.selectOption('everything')))
    await dialog.locator(`select[aria-label="${sheet.rightsOf(stage.sharer)}"]:enabled`).waitFor()
    if ((await member.inputValue()) !== 'everything') throw new Error(`it was not given ${lettersOf.everything}`)
    await visit.button(sheet.takeAway(stage.sharer), dialog).click()
    await dialog.getByText(sheet.nobody).waitFor()
    await visit.button(visit.say(kitWords).close, dialog).click()
    await rail.getByRole('heading', { name: text.sharedByMe }).waitFor()
    await visit.checked('mailboxes with an own shared one')
    await rail.getByRole('region', { name: text.sharedByMe }).getByRole('listitem').hover()
    await visit.choose(rail.getByRole('region', { name: text.sharedByMe }).getByRole('button', { name: mailboxes.actionsOf(name) }), mailboxes.remove)
    await visit.button(mailboxes.remove, dialog).click()
    await rail.getByRole('heading', { name: text.sharedByMe }).waitFor({ state: 'detached' })
  },
}
