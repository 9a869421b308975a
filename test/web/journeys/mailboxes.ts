import { words as kitWords } from '@bulkhead/web/kit/words.ts'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import { words as labelWords } from '@bulkhead/web/mail/labels/words.ts'
import { words as listWords } from '@bulkhead/web/mail/list/words.ts'
import { words as mailboxWords } from '@bulkhead/web/mail/mailboxes/words.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = 'ラベルを付ける手紙'

export const journey: Journey = {
  name: 'a mailbox is made, refused a name that is taken, renamed, put on a message as a label, and deleted',
  mail: [{ subject, text: 'ラベルの試しです。' }],
  async go(visit) {
    const { page } = visit
    const [text, list, kit] = [visit.say(mailboxWords), visit.say(listWords), visit.say(kitWords)]
    const rail = page.getByRole('navigation', { name: text.mailboxes })
    const showRail = async (): Promise<void> => {
      if (visit.look.width < 600 && !(await rail.isVisible())) await visit.button(visit.say(mailWords).openRail).click()
      await rail.waitFor()
    }
    const dialog = page.getByRole('dialog')
    await showRail()
    await visit.button(text.create, rail).click()
    await dialog.getByLabel(text.name).fill(text.roles['inbox'] ?? '')
    await visit.checked('new mailbox')
    await dialog.getByLabel(text.name).fill('取引先')
    await visit.button(text.save, dialog).click()
    await rail.getByRole('link', { name: '取引先' }).waitFor()
    await visit.button(text.create, rail).click()
    await dialog.getByLabel(text.name).fill('取引先')
    await visit.button(text.save, dialog).click()
    await dialog.getByRole('alert').getByText(text.nameTaken).waitFor()
    await visit.checked('a name that is taken')
    await visit.button(kit.cancel, dialog).click()
    await rail.getByRole('listitem').filter({ hasText: '取引先' }).hover()
    await visit.choose(rail.getByRole('button', { name: text.actionsOf('取引先') }), text.rename)
    await dialog.getByLabel(text.name).fill('得意先')
    await visit.button(text.save, dialog).click()
    await rail.getByRole('link', { name: '得意先' }).waitFor()
    await visit.checked('mailboxes')

    await visit.open('/')
    await (await visit.row(subject)).getByRole('checkbox').click()
    await visit.choose(page.getByRole('main').getByRole('button', { name: kit.more }).first(), list.label)
    await dialog.getByRole('checkbox', { name: '得意先' }).check()
    await visit.checked('labels to choose from')
    await visit.button(visit.say(labelWords).apply, dialog).click()
    await dialog.waitFor({ state: 'detached' })
    await (await visit.row(subject)).getByText('得意先').waitFor()
    await showRail()
    await rail.getByRole('link', { name: '得意先' }).click()
    await visit.row(subject)

    await showRail()
    await visit.choose(rail.getByRole('button', { name: text.actionsOf('得意先') }), text.remove)
    await visit.checked('whether to delete a mailbox')
    await visit.button(text.remove, dialog).click()
    await rail.getByRole('link', { name: '得意先' }).waitFor({ state: 'detached' })
  },
}
