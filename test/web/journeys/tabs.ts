import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import { hanako } from '../matrix/mail.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '二つのタブの下書き'

export const journey: Journey = {
  name: 'two tabs: a draft that one writes is seen to be open by the other and taken over with all that was typed; signing out in one leaves nothing on the other',
  async go(visit) {
    const text = visit.say(composeWords)
    const first = await visit.other()
    await first.signIn()
    const composer = await first.compose()
    await first.page.keyboard.type(`${hanako.email}, `)
    await composer.getByLabel(text.subject).fill(subject)
    await composer.getByRole('textbox', { name: text.text }).click()
    await first.page.keyboard.type('一つ目のタブで。')
    await composer.getByText(text.saved).waitFor()

    const second = await first.tab()
    await second.open('/mail/drafts')
    await (await second.row(subject)).getByRole('link').click()
    const other = second.page.locator('.composer')
    await other.getByText(text.elsewhere).waitFor()
    await second.checked('a draft that another tab writes')
    await second.button(text.takeOver, other).click()
    await other.getByRole('textbox', { name: text.text }).getByText('一つ目のタブで。').waitFor()
    await composer.waitFor({ state: 'detached' })
    await second.discard(other)

    const menu = visit.say(mailWords)
    await second.choose(second.page.getByRole('button', { name: new RegExp(menu.account) }), menu.signOut)
    await second.page.waitForURL('**/sign-in*')
    await first.page.waitForURL('**/sign-in*')
    await first.close()
  },
}
