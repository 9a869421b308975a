import assert from 'node:assert/strict'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '道具の試し'

export const journey: Journey = {
  name: 'a message is printed, its source shown, saved as a file with its attachment, and read in another encoding',
  mail: [{ subject, text: '印刷してください。', files: [{ name: '領収書.txt', type: 'text/plain', text: '領収' }] }],
  async go(visit) {
    const { page, context } = visit
    const text = visit.say(readingWords)
    await visit.read(subject)
    await page.getByText('領収書.txt').first().waitFor()
    await page.locator('.message-to > summary').click()
    const more = page.locator('.message-actions').getByRole('button', { name: text.more })
    await more.click()
    await visit.checked('menu of a message')
    await page.keyboard.press('Escape')
    for (const item of [text.print, text.source]) {
      const opening = context.waitForEvent('page')
      await visit.choose(more, item)
      const tab = await opening
      await tab.getByText(item === text.print ? '印刷してください。' : /Message-ID:/i).first().waitFor()
      await tab.close()
    }
    const saving = page.waitForEvent('download')
    await visit.choose(more, text.eml)
    assert.match((await saving).suggestedFilename(), /\.eml$/)
    await visit.choose(more, `${text.encoding}: ${text.charsets['euc-jp']}`)
    await more.click()
    await page.getByRole('menuitemcheckbox', { name: `${text.encoding}: ${text.charsets['euc-jp']}`, checked: true }).waitFor()
    await page.getByRole('menuitemcheckbox', { name: `${text.encoding}: ${text.charsets.auto}` }).click()
  },
}
