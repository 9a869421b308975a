/** The reading pane in Chromium: every look of it is accessible, keys and buttons do what they say, the next message is there at once. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { views } from '@bulkhead/web/testing/reading.ts'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { assertAccessible, assertFits, looks, nameOf, openBrowser, openMail } from './browser.ts'

let browser: Browser
let server: FakeServer
let ids: readonly string[] = []
before(async () => {
  browser = await openBrowser()
  server = await startFakeServer(40)
  const inbox = [...server.account.mailboxes.values()].find(({ role }) => role === 'inbox')?.id ?? ''
  ids = [...server.account.emails.values()].filter(({ mailboxIds }) => mailboxIds[inbox] === true).map(({ id }) => id)
})
after(async () => {
  await browser.close()
  await server.close()
})

afterEach(() => views.clear())

const isHtml = (id: string): boolean => Number(id.replace(/\D/g, '')) % 2 === 0
const htmlId = (): string => ids.find(isHtml) ?? assert.fail('no HTML message')
const textId = (): string => ids.find((id) => !isHtml(id)) ?? assert.fail('no plain message')
const place = (id: string): string => `/mail/inbox/${id}`

const alarming = {
  warnings: [
    { kind: 'linkTextElsewhere', level: 'danger', facts: ['www.bank.example → evil.example'] }, { kind: 'replyToElsewhere', level: 'caution', facts: ['x@free.example'] },
  ],
  verification: { state: 'failed', spf: 'fail', dkim: 'none', dmarc: 'fail', domain: null },
  unsubscribe: { oneClickHost: 'news.example', mailto: null, url: 'https://news.example/u', listId: 'Weekly Garden' },
}

const banners = (page: Page) => page.locator('.banner')

for (const look of looks) {
  test(`a message with all its banners, and one of plain text: ${nameOf(look)}`, async () => {
    views.set(htmlId(), alarming)
    views.set(textId(), { official: true, attachments: [
      { partId: '2', name: `${'長い名前の見積書'.repeat(8)}.pdf`, type: 'application/pdf', sizeBytes: 482_113, url: '/content/m/a', previewUrl: null, deceptive: false, inline: false },
      { partId: '3', name: 'invoice.pdf.exe', type: 'application/pdf', sizeBytes: 12_113, url: '/content/m/c', previewUrl: null, deceptive: true, inline: false },
      { partId: '4', name: 'photo.png', type: 'image/png', sizeBytes: 70, url: '/content/m/b', previewUrl: '/content/m/picture', deceptive: false, inline: false },
    ], attachmentsTotal: 3, allAttachmentsUrl: '/content/m/all' })
    await using opened = await openMail(browser, server.origin, place(htmlId()), look)
    const { page } = opened
    await page.locator('.message-frame:not(.message-frame-ahead)').waitFor()
    assert.deepEqual(await banners(page).evaluateAll((all) => all.map((one) => one.className.replace('banner banner-', ''))), ['danger', 'caution', 'plain', 'plain'])
    await page.locator('.message-to > summary').click()
    await assertAccessible(page, 'banners')
    await assertFits(page, 'banners')
    await page.goto(server.origin + place(textId()))
    await page.locator('.text-body').waitFor()
    await page.locator('.text-fold').click()
    // What the unfolding scrolled half under the bar is no small target.
    await page.locator('.reading-subject').scrollIntoViewIfNeeded()
    await assertAccessible(page, 'text and attachments')
    await assertFits(page, 'text and attachments')
  })
}

test('images are shown when asked for; a sender that is vouched for can be trusted', async () => {
  await using opened = await openMail(browser, server.origin, place(htmlId()))
  const { page } = opened
  await page.getByRole('button', { name: /の画像を常に表示/ }).waitFor()
  await page.getByRole('button', { name: '画像を表示' }).click()
  await page.getByText(/外部の画像/).waitFor({ state: 'detached' })
})

test('who can not be verified is not offered to be trusted', async () => {
  views.set(htmlId(), alarming)
  await using opened = await openMail(browser, server.origin, place(htmlId()))
  await opened.page.getByRole('button', { name: '画像を表示' }).waitFor()
  assert.equal(await opened.page.getByRole('button', { name: /の画像を常に表示/ }).count(), 0)
})

test('the menu offers what is asked for less often; the encoding chosen is asked for', async () => {
  await using opened = await openMail(browser, server.origin, place(textId()))
  const { page } = opened
  const more = page.locator('.message-actions').getByRole('button', { name: 'その他の操作' })
  await more.click()
  for (const name of ['未読にして戻る', '迷惑メールにする', 'フィッシングとして迷惑メールへ', '印刷', 'メールのソースを表示', 'メールを保存（.eml）']) {
    await page.getByRole('menuitem', { name }).waitFor()
  }
  await assertAccessible(page, 'menu')
  await page.getByRole('menuitemcheckbox', { name: '文字コード: EUC-JP' }).click()
  await more.click()
  assert.equal(await page.getByRole('menuitemcheckbox', { name: '文字コード: EUC-JP' }).getAttribute('aria-checked'), 'true')
})

test('unread and back: the list has the focus again', async () => {
  await using opened = await openMail(browser, server.origin, place(textId()))
  const { page } = opened
  await page.locator('.text-body').waitFor()
  await page.keyboard.press('Shift+U')
  await page.locator('.text-body').waitFor({ state: 'detached' })
  await page.waitForFunction('document.activeElement?.id === "message-list"')
})

test('a message that comes next is asked for before it is opened, and its frame is not loaded again', async () => {
  await using opened = await openMail(browser, server.origin, place(ids[0] ?? ''))
  const { page } = opened
  await page.locator('.message-head').waitFor()
  for (const [at, id] of ids.slice(1, 5).entries()) {
    const next = server.seen.calls.filter((name) => name === 'MessageView/get').length
    if (isHtml(id)) await page.locator('.message-frame-ahead').waitFor({ state: 'attached' })
    await page.keyboard.press('j')
    await page.waitForURL((url) => url.pathname === place(id))
    assert.ok(next >= at + 1)
    await page.locator(isHtml(id) ? '.message-frame:not(.message-frame-ahead)' : '.text-body').waitFor()
  }
})

test('a conversation is one line for each message that was read; each opens in its place', async () => {
  const threads = Map.groupBy([...server.account.emails.values()], ({ threadId }) => threadId)
  const [first] = [...threads.values()].filter((emails) => emails.length > 2)[0] ?? [...threads.values()].filter((emails) => emails.length > 1)[0] ?? []
  assert.ok(first !== undefined)
  await using opened = await openMail(browser, server.origin, '/mail/inbox')
  const { page } = opened
  await page.evaluate('localStorage.setItem("bulkhead.conversations", "true")')
  await page.goto(server.origin + place(first.id))
  await page.locator('.conversation').waitFor()
  await assertAccessible(page, 'conversation')
  const count = await page.locator('.conversation .message').count()
  const lines = page.locator('.conversation-line')
  if ((await lines.count()) > 0) {
    await lines.first().click()
    await page.locator('.conversation .message').nth(count).waitFor()
  }
})
