import { words as actionWords } from '@bulkhead/web/mail/actions/words.ts'
import { words as kitWords } from '@bulkhead/web/kit/words.ts'
import { words as listWords } from '@bulkhead/web/mail/list/words.ts'
import { words as mailboxWords } from '@bulkhead/web/mail/mailboxes/words.ts'
import type { Journey } from '../matrix/visit.ts'

const [one, other] = ['片付ける手紙', '片付ける葉書']

export const journey: Journey = {
  name: 'mail is deleted, archived and moved, each taken back; two at once; and the whole mailbox marked read and unread again',
  mail: [{ subject: one, text: '一' }, { subject: other, text: '二' }],
  async go(visit) {
    const { page } = visit
    const [text, done, kit] = [visit.say(listWords), visit.say(actionWords), visit.say(kitWords)]
    const archive = visit.say(mailboxWords).roles['archive'] ?? ''
    const main = page.getByRole('main')
    const backAgain = async (): Promise<void> => {
      await visit.undo()
      await visit.row(one)
    }
    await (await visit.row(one)).getByRole('checkbox').click()
    await (await visit.row(other)).getByRole('checkbox').click()
    await page.getByText(text.selected(2)).waitFor()
    await visit.checked('list with a choice')
    await visit.button(text.trash, main).click()
    await page.getByText(done.trashed(2)).first().waitFor()
    await visit.list.getByText(one).waitFor({ state: 'detached' })
    await visit.checked('undo offered')
    await backAgain()

    await (await visit.row(one)).getByRole('checkbox').click()
    await visit.choose(main.getByRole('button', { name: kit.more }).first(), text.archive)
    await page.getByText(done.archived(1)).first().waitFor()
    await visit.list.getByText(one).waitFor({ state: 'detached' })
    await backAgain()

    await (await visit.row(one)).getByRole('checkbox').click()
    await visit.button(text.move, main).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('searchbox').fill(archive.slice(0, 4))
    await visit.checked('where to move')
    await page.keyboard.press('Enter')
    await page.getByText(done.moved(1, archive)).first().waitFor()
    await visit.list.getByText(one).waitFor({ state: 'detached' })
    await backAgain()

    await visit.open('/')
    await visit.row(other)
    await main.getByRole('checkbox', { name: text.selectAll }).click()
    await main.locator('.list-bar').getByRole('button').click()
    await main.locator('.list-bar').getByText(/\d/).waitFor()
    await visit.button(text.seen, main).click()
    await visit.list.locator('.row-unread').first().waitFor({ state: 'detached' })
    await visit.undo()
    await visit.list.locator('.row-unread').first().waitFor()
  },
}
