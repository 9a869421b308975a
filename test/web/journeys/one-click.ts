import assert from 'node:assert/strict'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import { listsHost, signedDomain } from '../matrix/outside.ts'
import type { Journey } from '../matrix/visit.ts'

const subject = '季節のたより'
const forwarded = '転送：季節のたより'
const from = { name: '季節のたより', email: `news@${signedDomain}` }

export const journey: Journey = {
  name: 'a list is left by one click, which the sender\u2019s server refuses first and takes then; without a signature nobody is posted to',
  async go(visit) {
    const { page, stage } = visit
    const text = visit.say(readingWords)
    const url = stage.outside.unsubscribeUrl(visit.address)
    const fields = [`List-Id: <season.${signedDomain}>`, `List-Unsubscribe: <${url}>`, 'List-Unsubscribe-Post: List-Unsubscribe=One-Click']
    await stage.deliver([visit.look], [
      { subject: forwarded, from, text: '秋のたよりです。', fields },
      { subject, from, text: '秋のたよりです。', fields, signed: true },
    ])
    await visit.read(forwarded)
    await page.getByRole('link', { name: text.openPage }).waitFor()
    assert.equal(await visit.button(text.unsubscribe).count(), 0)

    await visit.go('/')
    await visit.read(subject)
    const leave = async (label: string): Promise<void> => {
      await visit.button(label).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(text.unsubscribeSure(listsHost)).waitFor()
      if (label === text.unsubscribe) await visit.checked('a list is about to be left')
      await visit.button(text.unsubscribe, dialog).click()
      await dialog.waitFor({ state: 'detached' })
    }
    await leave(text.unsubscribe)
    await page.locator('.banner-failed').getByText(text.unsubscribeRefused(listsHost, 503)).waitFor()
    await visit.checked('the server of a list refused')
    await leave(text.again)
    await page.locator('.banner-done').getByText(text.unsubscribeOutcomes.done(listsHost)).waitFor()
    await visit.checked('a list is left')
    const posts = stage.outside.askedFor('/leave', visit.address)
    assert.deepEqual(posts.map(({ method, body }) => `${method} ${body}`), Array.from({ length: 2 }, () => 'POST List-Unsubscribe=One-Click'))
    assert.deepEqual(posts.flatMap(({ headers: { cookie, referer, origin } }) => [cookie, referer, origin]).filter((one) => one !== undefined), [])
  },
}
