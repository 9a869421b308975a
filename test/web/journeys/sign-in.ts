import { words as signInWords } from '@bulkhead/web/sign-in/words.ts'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import type { Journey } from '../matrix/visit.ts'

export const journey: Journey = {
  name: 'signing in: what is missing is said, a wrong password too; then in, and out again',
  async go(visit) {
    const other = await visit.other()
    const { page } = other
    const text = visit.say(signInWords)
    await page.goto(`${visit.stage.origin}/mail/sent`)
    await page.waitForURL('**/sign-in?**')
    await visit.button(text.submit, page).click()
    await page.getByText(text.noLogin).waitFor()
    await other.checked('sign-in page with what is missing')
    await page.getByLabel(text.login).fill(visit.address)
    await page.getByLabel(text.password, { exact: true }).fill('wrong horse')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText(text.wrong).waitFor()
    await other.checked('sign-in page that refused')
    await page.getByLabel(text.password, { exact: true }).fill(visit.stage.password)
    await page.keyboard.press('Enter')
    await other.inPage()
    await page.waitForURL('**/mail/sent')
    const menu = visit.say(mailWords)
    await other.choose(page.getByRole('button', { name: new RegExp(menu.account) }), menu.signOut)
    await page.getByLabel(text.login).waitFor()
    await other.close()
  },
}
