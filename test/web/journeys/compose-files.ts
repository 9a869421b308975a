import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { focused } from '../matrix/keys.ts'
import { hanako } from '../matrix/mail.ts'
import { until, type Journey } from '../matrix/visit.ts'

const subject = '写真入りの手紙'
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const hostile = '<p onclick="globalThis.hit=1">文<b>太</b><img src="https://tracker.example/x.png" onerror="globalThis.hit=1"><script>globalThis.hit=1</script><a href="javascript:globalThis.hit=1">押す</a></p>'

/** Pastes into the text: a file, or HTML. */
const paste = (page: Page, what: { readonly picture: string } | { readonly html: string }): Promise<void> =>
  page.evaluate((given) => {
    const data = new DataTransfer()
    if ('html' in given) data.setData('text/html', given.html)
    else data.items.add(new File([Uint8Array.from(atob(given.picture), (char) => char.charCodeAt(0))], 'dot.png', { type: 'image/png' }))
    document.querySelector('.rich-text')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, what)

/** A file of so many bytes is put in by the page itself: it would be large on its way there. */
const attachLarge = (page: Page, bytes: number): Promise<void> =>
  page.locator('.composer input[type=file]').evaluate((input: HTMLInputElement, length) => {
    const data = new DataTransfer()
    data.items.add(new File([new ArrayBuffer(length)], '大きい.bin'))
    input.files = data.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  }, bytes)

export const journey: Journey = {
  name: 'a slow file is stopped, one too large refused; a pasted picture stands in the text, hostile HTML becomes plain structure and asks nobody',
  async go(visit) {
    const { page } = visit
    const text = visit.say(composeWords)
    const composer = await visit.compose()
    await page.keyboard.type(`${hanako.email}, `)
    await composer.getByLabel(text.subject).fill(subject)
    const input = composer.locator('input[type=file]')
    await page.route('**/jmap/upload/**', () => undefined)
    await input.setInputFiles({ name: 'slow.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(200_000) })
    await visit.button(text.cancelUpload('slow.pdf'), composer).click()
    await composer.getByText('slow.pdf').waitFor({ state: 'detached' })
    await focused(visit.isPhone ? visit.button(text.attach, composer) : composer.getByRole('textbox', { name: text.text }))
    await page.unroute('**/jmap/upload/**')
    await attachLarge(page, 60_000_000)
    await composer.getByRole('alert').getByText('大きい.bin').waitFor()
    await visit.checked('a file too large')

    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await composer.getByRole('textbox', { name: text.text }).click()
    await paste(page, { html: hostile })
    await composer.locator('.rich-text strong').getByText('太').waitFor()
    assert.equal(await composer.locator('.rich-text a, .rich-text script, .rich-text img:not(.ProseMirror-separator)').count(), 0)
    const arrives = Promise.withResolvers<void>()
    await page.route('**/jmap/upload/**', (route) => arrives.promise.then(() => route.continue()))
    await paste(page, { picture })
    await composer.locator('.rich-picture').waitFor()
    assert.equal(await page.evaluate(() => 'hit' in globalThis), false)
    assert.deepEqual(asked.filter((url) => !url.startsWith(visit.stage.origin) && !url.startsWith('blob:')), [])
    page.removeAllListeners('request')
    await visit.send(composer)
    await composer.getByText(text.sendsWhenUploaded).waitFor()
    await visit.checked('sent when the picture has arrived')
    arrives.resolve()
    await composer.waitFor({ state: 'detached' })
    visit.later('a picture in the text arrived as a part of its own, named in the text', async () => {
      const sent = () => visit.stage.sentTo(hanako.email).find(({ from, content }) => from.includes(visit.address) && /^Content-Disposition: inline/im.test(content))
      await until(() => sent() !== undefined, 'the message')
      assert.match(sent()?.content ?? '', /^Content-Id: </im)
    })
  },
}
