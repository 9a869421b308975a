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
