import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import { noticeSubject } from '../matrix/stage.ts'
import type { Journey } from '../matrix/visit.ts'

const imitation = '【みなとメール】公式のお知らせ'

export const journey: Journey = {
  name: 'a notice of the provider is marked as one, and mail from outside that looks like it is not',
  mail: [{ subject: imitation, from: { name: 'みなとメール', email: 'info@friends.example' }, text: 'みなとメールからの公式なお知らせです。' }],
  async go(visit) {
    const { page } = visit
    const text = visit.say(readingWords)
    await visit.read(noticeSubject)
    await page.getByText(text.officialHint).waitFor()
    await visit.checked('an official notice')
    await visit.go('/')
    await visit.read(imitation)
    await page.getByText('みなとメールからの公式なお知らせです。').last().waitFor()
    await page.getByText(text.officialHint).waitFor({ state: 'detached' })
  },
}
