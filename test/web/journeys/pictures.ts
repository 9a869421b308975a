import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import { signedDomain } from '../matrix/outside.ts'
import { until, type Journey, type Visit } from '../matrix/visit.ts'

const vouched = { name: '園芸だより', email: `garden@${signedDomain}` }
const [first, next, unvouched] = ['園芸だより 春', '園芸だより 夏', '園芸だより 偽']

/** The frame may be drawn anew while it is asked, as when the page learns whom the person trusts. */
const isLoaded = (picture: Locator): Promise<boolean> =>
  picture.evaluate((element: HTMLImageElement) => element.complete && element.naturalWidth > 0).catch((error: unknown) => {
    if (String(error).includes('detached')) return false
    throw error
  })

const pictureOf = (visit: Visit): Locator => visit.page.frameLocator('.message-frame:not(.message-frame-ahead)').getByRole('img')

const shown = (visit: Visit): Promise<void> => until(() => isLoaded(pictureOf(visit)), 'the picture')

export const journey: Journey = {
  name: 'pictures from outside stay outside until their sender is trusted; then they stand there at once, in the next message too; nobody is trusted unvouched',
  async go(visit) {
    const { page, stage } = visit
    const text = visit.say(readingWords)
    const asked = (name: string) => stage.outside.askedFor(`/${name}.png`, visit.address)
    const letter = (name: string): string => `<p>園芸だよりです。</p><img src="${stage.outside.pictureUrl(visit.address, name)}" alt="庭" width="40" height="40">`
    await stage.deliver([visit.look], [
      { subject: unvouched, from: vouched, html: letter('false') },
      { subject: next, from: vouched, html: letter('summer'), signed: true },
      { subject: first, from: vouched, html: letter('spring'), signed: true },
    ])
    await visit.read(first)
    await page.getByText(text.imagesOff(1)).waitFor()
    await visit.checked('a message that may be trusted')
    assert.deepEqual(asked('spring'), [])
    await visit.asking('Setting/set', () => visit.button(text.trust(vouched.email)).click())
    await page.getByText(text.imagesOff(1)).waitFor({ state: 'detached' })
    await shown(visit)
    await visit.checked('a message with its picture')

    await visit.open('/')
    await visit.read(next)
    await shown(visit)
    assert.equal(await page.getByText(text.imagesOff(1)).count(), 0)
    assert.ok(asked('summer').length > 0)
    assert.deepEqual([...asked('spring'), ...asked('summer')].flatMap(({ headers: { cookie, referer, origin } }) => [cookie, referer, origin]).filter((one) => one !== undefined), [])

    await visit.go('/')
    await visit.read(unvouched)
    await page.getByText(text.imagesOff(1)).waitFor()
    assert.equal(await visit.button(text.trust(vouched.email)).count(), 0)
    assert.deepEqual(asked('false'), [])
  },
}
