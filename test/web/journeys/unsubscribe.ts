import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '週刊園芸 第12号'

export const journey: Journey = {
  name: 'a list that is left by mail: the message is written, and the person sends it or not',
  mail: [{
    subject, text: '今週の園芸です。',
    fields: ['List-Id: Weekly Garden <garden.friends.example>', 'List-Unsubscribe: <mailto:leave@friends.example?subject=unsubscribe>'],
  }],
  async go(visit) {
    const { page } = visit
    await visit.read(subject)
    await visit.button(visit.say(readingWords).unsubscribe).click()
    const composer = page.locator('.composer')
    await composer.getByRole('button', { name: 'leave@friends.example', exact: true }).waitFor()
    await visit.checked('a message that leaves a list')
    await visit.discard(composer)
  },
}
