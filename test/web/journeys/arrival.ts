import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '届いたばかりの手紙'

export const journey: Journey = {
  name: 'mail that comes while the page is open stands on top, is counted in the title, and is said',
  async go(visit) {
    const { page } = visit
    await visit.list.getByRole('row').first().waitFor()
    const before = Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0)
    await visit.stage.deliver([visit.look], [{ subject, text: '今、届きました。' }])
    await visit.list.getByRole('row').filter({ hasText: subject }).waitFor()
    await page.getByText(visit.say(mailWords).newMail(1)).waitFor({ state: 'attached' })
    await page.waitForFunction((count) => document.title.startsWith(`(${count}) `), before + 1)
    await visit.read(subject)
    await page.waitForFunction((count) => document.title.startsWith(count === 0 ? '' : `(${count}) `), before)
  },
}
