import assert from 'node:assert/strict'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { words as listWords } from '@bulkhead/web/mail/list/words.ts'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import { hanako } from '../matrix/mail.ts'
import { undoSeconds } from '../matrix/stage.ts'
import { until, type Journey } from '../matrix/visit.ts'

const subject = '資料のお願い'

export const journey: Journey = {
  name: 'a message is answered with a file; taken back in time, it is written on and sent; the other side has it',
  mail: [{ subject, text: '先日の資料を送ってください。' }],
  async go(visit) {
    const { page } = visit
    const text = visit.say(composeWords)
    await visit.read(subject)
    await visit.button(visit.say(readingWords).reply).click()
    const composer = page.locator('.composer')
    const body = composer.getByRole('textbox', { name: text.text })
    await body.getByText('先日の資料を送ってください。').waitFor()
    await page.keyboard.type('お送りします。')
    await composer.locator('input[type=file]').setInputFiles({ name: '資料.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 資料') })
    // Its name stands there from the first byte on; only what has arrived can be removed.
    await visit.button(text.removeAttachment('資料.pdf'), composer).waitFor()
    await composer.getByText(text.saved).waitFor()
    await visit.checked('answer with a file')
    await visit.button(text.send, composer).click()
    await page.getByText(text.sentSoon(undoSeconds)).waitFor()
    await visit.checked('sent, may be taken back')
    await visit.button(text.undo).click()
    await body.getByText('お送りします。').waitFor()
    await composer.getByText('資料.pdf').waitFor()
    await body.click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('鈴木様　')
    await page.keyboard.press('Control+Enter')
    await composer.waitFor({ state: 'detached' })
    await visit.go('/')
    await (await visit.row(subject)).getByText(visit.say(listWords).answered).waitFor({ state: 'attached' })
    visit.later('the answer arrived with its file', async () => {
      const received = () => visit.stage.sentTo(hanako.email).filter(({ from }) => from.includes(visit.address))
      await until(() => received().some(({ content }) => /^In-Reply-To:/im.test(content)), 'the answer')
      const [answer] = received().filter(({ content }) => /^In-Reply-To:/im.test(content))
      assert.match(answer?.content ?? '', /filename/)
      assert.equal(received().filter(({ content }) => /^In-Reply-To:/im.test(content)).length, 1, 'what was taken back did not go')
    })
  },
}
