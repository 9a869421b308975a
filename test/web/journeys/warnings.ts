import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '重要：お支払い方法の更新'

export const journey: Journey = {
  name: 'mail that deceives is warned of: links that lead elsewhere, answers that would go elsewhere, names that hide what a file is',
  mail: [{
    subject, from: { name: 'support@minato-mail.example', email: 'support@cards.friends.example' },
    html: '<p>お支払い方法を更新してください。</p><p><a href="https://evil.friends.example/login">https://www.bank.example/</a></p>',
    files: [{ name: `${'長い名前の請求書'.repeat(8)}.pdf`, type: 'application/pdf', text: '%PDF-1.4' }, { name: 'invoice.pdf.exe', type: 'application/pdf', text: 'MZ' }],
    fields: ['Reply-To: <payments@free.example>'],
  }],
  async go(visit) {
    const { page } = visit
    const { warnings } = visit.say(readingWords)
    await visit.read(subject)
    for (const kind of ['linkTextElsewhere', 'replyToElsewhere', 'deceptiveAttachment', 'nameHoldsOtherAddress'] as const) await page.getByText(warnings[kind]).waitFor()
    await page.locator('.message-to > summary').click()
    await visit.checked('a message with all its warnings')
  },
}
