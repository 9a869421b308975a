import { words as listWords } from '@bulkhead/web/mail/list/words.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '湖畔の写真'

export const journey: Journey = {
  name: 'mail is found by operators of both languages, full-width signs too; what is not there is said',
  mail: [{ subject, text: '先週の湖の写真です。', files: [{ name: '湖.txt', type: 'text/plain', text: '湖' }] }],
  async go(visit) {
    const { page } = visit
    const text = visit.say(listWords)
    for (const query of ['件名：湖畔', 'subject:湖畔 has:attachment', '差出人:花子　湖の写真']) {
      await visit.search(query)
      await visit.row(subject)
      await page.getByText(text.total(1), { exact: true }).waitFor()
    }
    await visit.checked('results')
    await visit.search('どこにもない言葉')
    await page.getByText(text.nothingFound).waitFor()
    await visit.checked('no results')
  },
}
