import { words as actionWords } from '@bulkhead/web/mail/actions/words.ts'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { words as listWords } from '@bulkhead/web/mail/list/words.ts'
import { words as mailboxWords } from '@bulkhead/web/mail/mailboxes/words.ts'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import { words as signInWords } from '@bulkhead/web/sign-in/words.ts'
import { focused, press, tabTo } from '../matrix/keys.ts'
import { type Journey } from '../matrix/visit.ts'

const subject = '鍵盤だけの手紙'

export const journey: Journey = {
  name: 'by keys alone: sign in, search, open, answer, send, take back, move, undo',
  mail: [{ subject, text: '鍵盤だけで読めますか。' }],
  async go(visit) {
    const alone = await visit.other()
    const { page } = alone
    const [signIn, writing, done] = [visit.say(signInWords), visit.say(composeWords), visit.say(actionWords)]
    const archive = visit.say(mailboxWords).roles['archive'] ?? ''
    await page.goto(visit.stage.origin)
    await tabTo(page, page.getByLabel(signIn.login))
    await page.keyboard.type(visit.address)
    await tabTo(page, page.getByLabel(signIn.password, { exact: true }))
    await page.keyboard.type(visit.stage.password)
    await press(page, page.getByRole('button', { name: signIn.submit }))
    await alone.inPage()

    await alone.list.getByRole('row').first().waitFor()
    await page.keyboard.press('/')
    await focused(page.getByRole('searchbox').first())
    await page.keyboard.type(`subject:${subject}`)
    await page.keyboard.press('Enter')
    // The inbox has the row too: keys go through what was found when that is counted.
    await page.getByText(visit.say(listWords).total(1), { exact: true }).waitFor()
    await alone.row(subject)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: subject }).waitFor()
    await page.getByRole('button', { name: visit.say(readingWords).reply, exact: true }).first().waitFor()

    await page.keyboard.press('r')
    const composer = page.locator('.composer')
    const body = composer.getByRole('textbox', { name: writing.text })
    await focused(body)
    await page.keyboard.type('読めました。')
    await page.keyboard.press('Control+Enter')
    await press(page, page.getByRole('button', { name: writing.undo, exact: true }))
    await body.getByText('読めました。').waitFor()
    await press(page, composer.getByRole('button', { name: writing.discard, exact: true }))
    await press(page, page.locator('dialog[open]').getByRole('button', { name: writing.discard, exact: true }))
    await composer.waitFor({ state: 'detached' })

    await page.keyboard.press('v')
    await focused(page.getByRole('dialog').getByRole('searchbox'))
    await page.keyboard.type(archive.slice(0, 4))
    await page.keyboard.press('Enter')
    await page.getByText(done.moved(1, archive)).first().waitFor()
    await page.keyboard.press('z')
    await page.getByText(done.undone).first().waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await page.locator('dialog[open]').locator(':focus').waitFor()
    await page.keyboard.press('Escape')
    alone.assertQuiet()
    await alone.close()
  },
}
