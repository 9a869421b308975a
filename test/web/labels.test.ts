/** Labels, official notices, marked results and reports in Chromium: put on by menu and keys, seen in list and reading pane, taken off by a click and put back. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { reports } from '@bulkhead/web/testing/methods.ts'
import { views } from '@bulkhead/web/testing/reading.ts'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { assertAccessible, assertFits, looks, nameOf, openBrowser, openMail } from './browser.ts'

let browser: Browser
let server: FakeServer
let ids: readonly string[] = []
const label = { id: 'Llong', name: 'お客様対応（東西建設）の長い名前のラベル', parentId: null, role: null, changed: 0, made: 0 }
before(async () => {
  browser = await openBrowser()
  server = await startFakeServer(30)
  server.account.mailboxes.set(label.id, label)
  const inbox = [...server.account.mailboxes.values()].find(({ role }) => role === 'inbox')?.id ?? ''
  ids = [...server.account.emails.values()].filter(({ mailboxIds }) => mailboxIds[inbox] === true).map(({ id }) => id)
  for (const id of ids.slice(1, 3)) {
    const email = server.account.emails.get(id)
    if (email !== undefined) email.mailboxIds[label.id] = true
  }
  views.set(ids[0] ?? '', { official: true })
})
after(async () => {
  await browser?.close()
  await server?.close()
  views.clear()
})

const dialog = (page: Page) => page.getByRole('dialog')
const box = (page: Page, name: string) => dialog(page).getByRole('checkbox', { name })

for (const look of looks.filter(({ width }) => width !== 768)) {
  test(`labels and an official notice: ${nameOf(look)}`, async () => {
    await using opened = await openMail(browser, server.origin, '/', look)
    const { page } = opened
    await page.locator('.row-labels').first().waitFor()
    await page.locator('.row-official').waitFor()
    await assertAccessible(page, 'list')
    await assertFits(page, 'list')
    await page.goto(`${server.origin}/mail/inbox/${ids[0] ?? ''}`)
    await page.locator('.banner-official a[href="/settings/security"]').waitFor()
    await assertAccessible(page, 'notice')
    await assertFits(page, 'notice')
    await page.goto(`${server.origin}/mail/inbox/${ids[1] ?? ''}`)
    await page.locator('.message-labels .label').waitFor()
    await page.locator('.reading-bar').getByRole('button', { name: /^(?:ラベル|Label)/ }).click()
    await box(page, label.name).waitFor()
    await assertAccessible(page, 'choosing labels')
    await assertFits(page, 'choosing labels')
  })
}

test('by keys alone: some become all, a new label is made on the way, one undo takes all back', async () => {
  await using opened = await openMail(browser, server.origin)
  const { page } = opened
  await page.locator('.row-labels').first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('l')
  await box(page, label.name).and(page.locator(':enabled')).waitFor()
  assert.equal(await box(page, label.name).evaluate((input: HTMLInputElement) => input.indeterminate), true)
  await dialog(page).getByRole('searchbox').fill('東西')
  await page.keyboard.press('Enter')
  assert.equal(await box(page, label.name).isChecked(), true)
  await dialog(page).getByRole('searchbox').fill('経理')
  await page.keyboard.press('Enter')
  await box(page, '経理').focus()
  await page.keyboard.press('Control+Enter')
  await page.getByText('2件のラベルを変更しました').first().waitFor()
  const first = page.locator(`#row-${ids[0] ?? ''}`)
  await first.locator('.label', { hasText: '経理' }).waitFor()
  await first.locator('.label', { hasText: '東西' }).waitFor()
  await page.keyboard.press('z')
  await first.locator('.label').first().waitFor({ state: 'detached' })
  assert.deepEqual(server.account.emails.get(ids[0] ?? '')?.mailboxIds[label.id], undefined)
})

test('a click takes a label off what is read, undo puts it back; what is left nowhere is archived; a colour is chosen; search finds by label', async () => {
  await using opened = await openMail(browser, server.origin, `/mail/inbox/${ids[1] ?? ''}`)
  const { page } = opened
  const chip = page.locator('.message-labels .label')
  await chip.getByRole('button').click()
  await chip.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '元に戻す' }).click()
  await chip.waitFor()
  await page.getByRole('button', { name: `「${label.name}」の操作` }).click()
  await page.getByRole('menuitem', { name: '色を選択…' }).click()
  await page.getByRole('radio', { name: '緑', exact: true }).check()
  await dialog(page).getByRole('button', { name: '閉じる' }).last().click()
  await page.locator('.message-labels .label-green').waitFor()
  await page.getByRole('searchbox', { name: 'メールを検索' }).fill('ラベル:東西')
  await page.keyboard.press('Enter')
  await page.getByText('2件', { exact: true }).waitFor()
  const id = ids[2] ?? ''
  const email = server.account.emails.get(id)
  if (email !== undefined) email.mailboxIds = { [label.id]: true }
  await page.goto(`${server.origin}/mail/${label.id}/${id}`)
  await chip.getByRole('button').click()
  await page.waitForFunction(() => document.querySelector('.message-labels .label') === null)
  const archive = [...server.account.mailboxes.values()].find(({ role }) => role === 'archive')?.id ?? ''
  await page.getByText('のラベル').first().waitFor()
  assert.deepEqual(server.account.emails.get(id)?.mailboxIds, { [archive]: true })
})

test('rows of a search show where the words stand, marked, and nothing of a message as markup', async () => {
  await using opened = await openMail(browser, server.origin, `/search?q=${encodeURIComponent('打ち合わせ')}`)
  const { page } = opened
  const marks = page.locator('.row-what mark')
  await marks.first().waitFor()
  assert.deepEqual(new Set(await marks.allTextContents()), new Set(['打ち合わせ']))
  await assertAccessible(page, 'snippets')
  await page.goto(`${server.origin}/search?q=${encodeURIComponent('添付あり')}`)
  await page.locator('.row-subject').first().waitFor()
  assert.equal(await marks.count(), 0)
})

test('phishing is reported after it was said what is sent to whom; unsubscribing says what the sender’s server answered', async () => {
  const id = ids[4] ?? ''
  views.set(id, { unsubscribe: { oneClickHost: 'news.example', mailto: null, url: 'https://news.example/u', listId: null } })
  await using opened = await openMail(browser, server.origin, `/mail/inbox/${id}`)
  const { page } = opened
  await page.getByRole('button', { name: '配信を停止' }).click()
  await dialog(page).getByRole('button', { name: '配信を停止' }).click()
  await page.getByText('news.example は別のページを案内しました').first().waitFor()
  await page.getByRole('link', { name: '配信停止のページを開く' }).waitFor()
  await page.locator('.message-actions button').last().click()
  await page.getByRole('menuitem', { name: 'フィッシングとして報告…' }).click()
  await dialog(page).getByText('phishing@minato.example に送ります').waitFor()
  await assertAccessible(page, 'reporting')
  assert.equal(reports.length, 0)
  await dialog(page).getByRole('button', { name: '報告を送る' }).click()
  await page.getByText('報告を送り、迷惑メールへ移動しました').first().waitFor()
  assert.deepEqual(reports.map(({ emailId, to }) => [emailId, to]), [[id, 'phishing@minato.example']])
  assert.equal(server.account.emails.get(id)?.keywords['$phishing'], true)
  assert.equal(server.account.emails.get(id)?.keywords['$junk'], true)
})
