import { words as actionWords } from '@bulkhead/web/mail/actions/words.ts'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import type { Journey } from '../matrix/visit.ts'

const [spam, phishing] = ['当選のお知らせ', '口座の確認のお願い']

export const journey: Journey = {
  name: 'spam is reported and phishing too; both lie in Junk, and one is taken back to the inbox',
  mail: [{ subject: spam, text: '百万円が当たりました。' }, { subject: phishing, text: '口座を確認してください。' }],
  async go(visit) {
    const { page } = visit
    const text = visit.say(readingWords)
    const more = page.locator('.message-actions').getByRole('button', { name: text.more })
    await visit.read(spam)
    await visit.choose(more, text.junk)
    await page.getByText(visit.say(actionWords).junked(1)).first().waitFor()
    await visit.go('/')
    await visit.read(phishing)
    await visit.choose(more, text.phishing)
    await visit.button(text.reportMark, page.getByRole('dialog')).click()
    await page.getByText(text.reported).first().waitFor()
    await visit.go('/mail/junk')
    await visit.row(phishing)
    await visit.checked('junk')
    await visit.read(spam)
    await visit.checked('a message in junk')
    await visit.choose(more, text.notJunk)
    await page.getByText(visit.say(actionWords).notJunked(1)).first().waitFor()
    await visit.go('/')
    await visit.row(spam)
  },
}
