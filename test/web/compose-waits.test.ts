/** A message that waits for its files, in Chromium: what happens to it when one fails, and when somebody goes on with it meanwhile. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Locator, Page, Route } from 'playwright-core'
import { words } from '@bulkhead/web/mail/compose/words.ts'
import { methods } from '@bulkhead/web/testing/methods.ts'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { language } from '@bulkhead/web/kit/language.ts'
import { openBrowser, openMail } from './browser.ts'

let browser: Browser
let server: FakeServer
before(async () => {
  browser = await openBrowser()
  server = await startFakeServer(5)
  const { 'Email/set': setEmails } = methods
  methods['Identity/get'] = () => ({ state: '1', list: [{ id: 'I1', name: '一郎', email: 'ichiro@example.jp', textSignature: '', htmlSignature: '' }], notFound: [] })
  methods['Email/set'] = (account, args) => ({
    ...setEmails?.(account, args), created: Object.fromEntries(Object.keys(args['create'] ?? {}).map((key) => [key, { id: `E${key}` }])),
  })
  methods['EmailSubmission/set'] = () => ({ created: { s: { id: 'S1' } }, updated: {}, notCreated: null })
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const said = () => {
  language.value = 'ja'
  return words()
}
const sentCount = (): number => server.seen.calls.filter((name) => name === 'EmailSubmission/set').length

/** Uploads of the page, each held until it is answered. */
const uploadsOf = async (page: Page) => {
  const held: Route[] = []
  await page.route('**/jmap/upload/**', (route) => void held.push(route))
  return async (status: 201 | 500): Promise<void> => {
    for (const end = Date.now() + 30_000; held.length === 0; await page.waitForTimeout(20)) assert.ok(Date.now() < end, 'no upload came')
    await held.shift()?.fulfill({ status, contentType: 'application/json', body: JSON.stringify({ accountId: 'A', blobId: 'B1', type: 'text/plain', size: 3 }) })
  }
}

const written = async (page: Page): Promise<Locator> => {
  await page.getByRole('button', { name: '作成', exact: true }).click()
  const composer = page.locator('.composer')
  await composer.getByRole('textbox', { name: said().text }).waitFor()
  await page.keyboard.type('hanako@example.jp, ')
  await composer.getByLabel(said().subject).fill('写真')
  await composer.getByRole('textbox', { name: said().text }).click()
  await page.keyboard.type('本文')
  return composer
}

/** A file is on its way, and the message waits for it. */
const waiting = async (page: Page, composer: Locator, name: string): Promise<void> => {
  await composer.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('abc') })
  await composer.getByRole('textbox', { name: said().text }).click()
  await page.keyboard.press('Control+Enter')
  await composer.getByText(said().sendsWhenUploaded).waitFor()
}

test('a file that fails keeps its message back and says so; sent again it arrives, and the message goes when that is said once more', async () => {
  await using opened = await openMail(browser, server.origin)
  const { page } = opened
  const answer = await uploadsOf(page)
  const composer = await written(page)
  await waiting(page, composer, 'a.txt')
  await answer(500)
  await composer.getByRole('alert').getByText(said().notUploaded).waitFor()
  await composer.getByText(said().sendsWhenUploaded).waitFor({ state: 'detached' })
  await page.keyboard.press('Control+Enter')
  assert.equal(sentCount(), 0)
  await composer.getByRole('button', { name: said().retryUpload('a.txt') }).click()
  await answer(201)
  await composer.getByRole('button', { name: said().removeAttachment('a.txt') }).waitFor()
  assert.equal(await composer.getByRole('alert').count(), 0)
  assert.equal(sentCount(), 0)
  await page.keyboard.press('Control+Enter')
  await composer.waitFor({ state: 'detached' })
  assert.equal(sentCount(), 1)
  assert.equal(opened.complaints.filter((complaint) => !complaint.includes('status of 500')).length, 0)
  opened.complaints.length = 0
})

test('who writes on, stops a file or asks to throw it away while a message waits is told that it has not gone, and it has not', async () => {
  await using opened = await openMail(browser, server.origin)
  const { page } = opened
  const before = sentCount()
  const answer = await uploadsOf(page)
  const told = page.getByText(said().waitsNoMore)
  const isTold = async (): Promise<void> => {
    await told.first().waitFor()
    await page.getByRole('button', { name: '閉じる' }).last().click()
    await told.waitFor({ state: 'detached' })
  }
  const composer = await written(page)
  await waiting(page, composer, 'a.txt')
  await page.keyboard.type('つづき')
  await answer(201)
  await composer.getByRole('button', { name: said().removeAttachment('a.txt') }).waitFor()
  await isTold()
  await waiting(page, composer, 'b.txt')
  await composer.getByRole('button', { name: said().cancelUpload('b.txt') }).click()
  await isTold()
  await answer(201).catch(() => undefined)
  await waiting(page, composer, 'c.txt')
  await composer.getByRole('button', { name: said().discard }).click()
  await page.locator('dialog[open]').waitFor()
  await answer(201)
  await composer.getByRole('button', { name: said().removeAttachment('c.txt') }).waitFor()
  await page.keyboard.press('Escape')
  await isTold()
  assert.equal(sentCount(), before)
  await composer.getByRole('textbox', { name: said().text }).click()
  await page.keyboard.press('Control+Enter')
  await composer.waitFor({ state: 'detached' })
  assert.equal(sentCount(), before + 1)
})

const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Two pictures are pasted, and in the same moment the message is sent; they are looked at when `__look` is called. */
const pastedAndSent = (page: Page): Promise<void> =>
  page.evaluate((bytes) => {
    const own = globalThis.createImageBitmap
    const looked = new Promise<void>((resolve) => Object.assign(globalThis, { __look: resolve }))
    globalThis.createImageBitmap = async (source: ImageBitmapSource) => {
      await looked
      return own(source)
    }
    const data = new DataTransfer()
    for (const name of ['a.png', 'b.png']) data.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], name, { type: 'image/png' }))
    const text = document.querySelector('.rich-text')
    text?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    text?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }))
  }, picture)

const look = (page: Page): Promise<void> => page.evaluate(() => (globalThis as unknown as { __look(): void }).__look())

test('what is sent in the moment pictures are pasted goes with the pictures in its text; not where somebody writes on before they stand there', async () => {
  await using opened = await openMail(browser, server.origin)
  const { page } = opened
  const answer = await uploadsOf(page)
  const before = sentCount()
  const first = await written(page)
  await pastedAndSent(page)
  await first.getByText(said().sendsWhenUploaded).waitFor()
  await page.keyboard.type('つづき')
  await look(page)
  await page.getByText(said().waitsNoMore).waitFor()
  for (const _ of ['a', 'b']) await answer(201)
  await first.getByText(said().uploading(0)).first().waitFor({ state: 'detached' })
  assert.equal(await first.locator('.rich-picture').count(), 2)
  assert.equal(sentCount(), before)
  await page.keyboard.press('Control+Enter')
  await first.waitFor({ state: 'detached' })

  const second = await written(page)
  await pastedAndSent(page)
  await second.getByText(said().sendsWhenUploaded).waitFor()
  const sends = page.waitForRequest((request) => request.postData()?.includes('"EmailSubmission/set"') === true)
  await look(page)
  for (const _ of ['a', 'b']) await answer(201)
  await second.waitFor({ state: 'detached' })
  const [[, { create }]] = (await sends).postDataJSON().methodCalls
  assert.equal(create.out.bodyValues.html.value.match(/<img /g)?.length, 2)
  assert.equal(create.out.attachments.length, 2)
  assert.equal(sentCount(), before + 2)
})

test('a picture on its way into a text that becomes plain arrives as a file', async () => {
  await using opened = await openMail(browser, server.origin)
  const { page } = opened
  const answer = await uploadsOf(page)
  const composer = await written(page)
  await pastedAndSent(page)
  await look(page)
  await composer.locator('.rich-picture').nth(1).waitFor()
  await composer.getByRole('button', { name: said().rich, exact: true }).click()
  await page.getByRole('menuitemcheckbox', { name: said().plain }).click()
  await page.locator('dialog[open]').getByRole('button', { name: said().toPlainDo }).click()
  await composer.locator('textarea').waitFor()
  for (const name of ['a.png', 'b.png']) {
    await answer(201)
    await composer.getByRole('button', { name: said().removeAttachment(name) }).waitFor()
  }
})

/** From another tab: the store of drafts answers nobody until that tab is gone. */
const hangStore = async (page: Page): Promise<void> => {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('bulkhead.compose', 1)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const drafts = opening.result.transaction('drafts', 'readwrite').objectStore('drafts')
          const goOn = (): void => {
            resolve()
            drafts.count().onsuccess = goOn
          }
          drafts.count().onsuccess = goOn
        }
      }),
  )
}

const isKept = (page: Page): Promise<boolean> => page.evaluate(() => localStorage.getItem('bulkhead.compose.unsaved') === 'true')

test('while the store of the device hangs a draft is saved and a message sent, and what was sent is not restored when the page comes anew', async () => {
  await using opened = await openMail(browser, server.origin)
  const { page, context } = opened
  const before = sentCount()
  const composer = await written(page)
  await page.waitForFunction(() => localStorage.getItem('bulkhead.compose.unsaved') === 'true')
  const other = await context.newPage()
  await other.goto(`${server.origin}/assets/none`)
  await hangStore(other)
  await composer.getByText(said().saved).waitFor()
  await composer.getByRole('textbox', { name: said().text }).click()
  await page.keyboard.type('つづき')
  await page.keyboard.press('Control+Enter')
  await composer.waitFor({ state: 'detached' })
  await page.getByText(said().sent, { exact: true }).first().waitFor()
  assert.equal(sentCount(), before + 1)
  assert.ok(await isKept(page))
  await page.goto('about:blank')
  await other.close()
  await page.goto(server.origin)
  await page.waitForFunction(() => localStorage.getItem('bulkhead.compose.unsaved') === 'false')
  assert.equal(await page.locator('.composer').count(), 0)
  assert.equal(await page.getByText(said().restored(1)).count(), 0)
  opened.complaints.length = 0
})
