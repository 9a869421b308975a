import assert from 'node:assert/strict'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import type { Journey } from '../matrix/visit.ts'

const plain = '打ち合わせの件'
const html = '秋のお知らせ'

export const journey: Journey = {
  name: 'a plain message and one of HTML are read; remote images come when asked for',
  mail: [
    { subject: plain, text: '火曜の14時でお願いします。\n\n> 先日のご連絡の件です。\n> よろしくお願いします。\n\nhttps://www.friends.example/map\n' },
    {
      subject: html,
      html: '<h1>秋の園芸</h1><p>平素よりご利用いただき、ありがとうございます。</p><img src="https://pictures.friends.example/autumn.png" alt="紅葉" width="300" height="200"><p><a href="https://www.friends.example/">つづき</a></p>',
    },
  ],
  async go(visit) {
    const { page } = visit
    const text = visit.say(readingWords)
    await visit.checked('list')
    await visit.read(plain)
    await page.getByText('火曜の14時でお願いします。').last().waitFor()
    await visit.checked('plain message')
    await page.goBack()
    await visit.read(html)
    const frame = page.frameLocator('.message-frame:not(.message-frame-ahead)')
    await frame.getByRole('heading', { name: '秋の園芸' }).waitFor()
    await page.getByText(text.imagesOff(1)).waitFor()
    await visit.checked('HTML message with images off')
    await visit.button(text.showImages).click()
    await page.getByText(text.imagesOff(1)).waitFor({ state: 'detached' })
    await frame.getByRole('heading', { name: '秋の園芸' }).waitFor()
    assert.equal(await frame.getByRole('img').count(), 1)
  },
}
