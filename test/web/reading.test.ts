/** The reading pane against a server that says what is wanted of a sender, and counts what it is asked for: the next message is there at once. */
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { views } from '@bulkhead/web/testing/reading.ts'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { assertAccessible, openBrowser, openMail } from './browser.ts'
import { until } from './matrix/visit.ts'

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

const alarming = { verification: { state: 'failed', spf: 'fail', dkim: 'none', dmarc: 'fail', domain: null } }

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

test('unread and back: the list has the focus again', async () => {
  await using opened = await openMail(browser, server.origin, place(textId()))
  const { page } = opened
  await page.locator('.text-body').waitFor()
  await page.keyboard.press('Shift+U')
  await page.locator('.text-body').waitFor({ state: 'detached' })
  await page.waitForFunction('document.activeElement?.id === "message-list"')
})

test('what leaves the list leaves the reading pane: moved to Junk, and taken back while it is open there', async () => {
  const [id = '', next = ''] = ids.slice(2)
  await using opened = await openMail(browser, server.origin, place(id))
  const { page } = opened
  const row = page.locator(`#row-${id}`)
  const isAt = (path: string) => page.waitForURL((url) => url.pathname === path)
  await row.waitFor()
  await page.keyboard.press('v')
  await page.getByRole('dialog').getByRole('searchbox').fill('迷惑')
  await page.keyboard.press('Enter')
  await isAt(place(next))
  await page.getByRole('button', { name: '元に戻す' }).waitFor()
  await page.getByRole('link', { name: '迷惑メール' }).click()
  await row.getByRole('link').click()
  await page.locator('.message-head').waitFor()
  await page.keyboard.press('z')
  await isAt('/mail/junk')
  await page.locator('.message-head').waitFor({ state: 'detached' })
  await row.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: '受信箱' }).click()
  await row.waitFor()
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

test('read in another encoding a message stands until the other reading comes: its menu is the same button, and has the focus', async () => {
  await using opened = await openMail(browser, server.origin, place(textId()))
  const { page } = opened
  const more = page.locator('.message-actions').getByRole('button', { name: 'その他の操作' })
  await more.evaluate((button: HTMLElement) => void (button.dataset['mark'] = 'same'))
  const asked = server.seen.calls.filter((name) => name === 'MessageView/get').length
  await more.click()
  await page.getByRole('menuitemcheckbox', { name: /EUC-JP/ }).click()
  await until(() => server.seen.calls.filter((name) => name === 'MessageView/get').length > asked, 'the other reading')
  await page.locator('.message[aria-busy="false"]').waitFor()
  assert.equal(await page.evaluate('document.activeElement?.dataset.mark'), 'same')
  await more.click()
  await page.getByRole('menuitemcheckbox', { name: /EUC-JP/, checked: true }).waitFor()
})

test('all of a text that is shown in part comes on request, a piece at a time', async () => {
  const id = textId()
  const email = server.account.emails.get(id) ?? assert.fail('no message')
  const lines = Array.from({ length: 12_000 }, (_, at) => `${at + 1} 行目はここまで、次の行へ続きます。`)
  server.account.emails.set(id, { ...email, text: lines.join('\n') })
  views.set(id, { body: { is: 'text', segments: [{ text: lines.slice(0, 20).join('\n'), depth: 0, href: null }], hasQuote: false, truncated: true } })
  await using opened = await openMail(browser, server.origin, place(id))
  const { page } = opened
  await page.getByRole('button', { name: '全文をテキストで表示' }).click()
  const whole = page.getByRole('region', { name: '全文' })
  await whole.getByText('1 行目はここまで').first().waitFor()
  await page.waitForFunction('document.activeElement?.classList.contains("whole-text")')
  await assertAccessible(page, 'whole text')
  const more = whole.getByRole('button', { name: '続きを表示' })
  while ((await more.count()) > 0) await more.click()
  assert.equal((await whole.locator('.text-run').allInnerTexts()).join(''), lines.join('\n'))
  server.account.emails.set(id, email)
})

test('a long text stands at once with its beginning, all of it follows', async () => {
  const id = textId()
  const text = Array.from({ length: 10_000 }, (_, at) => `${at}行目です。\n`).join('')
  views.set(id, { body: { is: 'text', segments: [{ text, depth: 0, href: null }], hasQuote: false, truncated: false } })
  await using opened = await openMail(browser, server.origin, place(id))
  const { page } = opened
  await page.getByText('0行目です。').first().waitFor()
  await page.locator('.text-slice').last().filter({ hasText: '9999行目です。' }).waitFor({ state: 'attached' })
  assert.equal((await page.locator('.text-run').allTextContents()).join('\n'), text.trimEnd(), 'no line is lost or made between slices')
})

test('in a conversation what was not read yet is open and becomes read when it is seen; what was read is a line that opens in its place', async () => {
  const inbox = [...server.account.mailboxes.values()].find(({ role }) => role === 'inbox')?.id ?? ''
  const base = server.account.emails.get(textId()) ?? assert.fail('no message')
  const email = (number: number, keywords: Record<string, true>) => ({
    ...base, id: `M9${number}1`, threadId: 'TC', mailboxIds: { [inbox]: true as const }, keywords, receivedAt: `2026-01-0${number}T00:00:00Z`, hasAttachment: false,
  })
  const thread = [email(1, { $seen: true }), email(2, {}), email(3, { $seen: true }), email(4, {}), email(5, { $seen: true })]
  views.set('M921', { body: { is: 'text', segments: [{ text: 'あ\n'.repeat(500), depth: 0, href: null }], hasQuote: false, truncated: false } })
  for (const one of thread) server.account.arrive(one)
  await using opened = await openMail(browser, server.origin, '/mail/inbox')
  const { page } = opened
  await page.evaluate('localStorage.setItem("bulkhead.conversations", "true")')
  await page.goto(server.origin + place('M911'))
  const messages = page.locator('.conversation .message')
  await messages.nth(3).waitFor()
  await page.locator('.conversation .message[aria-busy="true"]').waitFor({ state: 'detached' })
  await assertAccessible(page, 'conversation')
  assert.deepEqual([await messages.count(), await page.locator('.conversation-line').count()], [4, 1], 'chosen, two that are new, the last; one line')
  const isSeen = (id: string): boolean => server.account.emails.get(id)?.keywords['$seen'] === true
  await until(() => isSeen('M921'), 'what is seen is read')
  assert.ok(!isSeen('M941'), 'five hundred lines below nobody has looked')
  await page.locator('.conversation-line').click()
  await messages.nth(4).waitFor()
  assert.equal(await page.evaluate('document.activeElement?.matches(".conversation-item")'), true)
  await messages.nth(3).scrollIntoViewIfNeeded()
  await until(() => isSeen('M941'), 'what was scrolled to is read')
})

test('a conversation is drawn once, not first as one message; the next one is here before it is opened; the others are not waited for long', async () => {
  const base = server.account.emails.get(textId()) ?? assert.fail('no message')
  const email = (id: string, threadId: string, minutesAgo: number) => ({
    ...base, id, threadId, subject: threadId, keywords: { $seen: true as const }, receivedAt: new Date(Date.now() - minutesAgo * 60_000).toISOString(), hasAttachment: false,
  })
  for (const one of [email('M8001', 'one', 5), email('M8003', 'one', 3), email('M8005', 'other', 6), email('M8007', 'other', 4)]) server.account.arrive(one)
  await using opened = await openMail(browser, server.origin)
  const { page } = opened
  await page.addInitScript(() => {
    localStorage.setItem('bulkhead.conversations', 'true')
    new MutationObserver(() => {
      if (document.querySelector('.reading > .message .message-head') !== null) document.documentElement.dataset['alone'] = 'yes'
    }).observe(document, { childList: true, subtree: true })
  })
  await page.reload()
  const next = [/M8007.*Thread\/get/, /MessageView\/get.*M8007/].map((asks) => page.waitForResponse((response) => asks.test(response.request().postData() ?? '')))
  const stands = async (title: string): Promise<void> => {
    await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor()
    await page.locator('.conversation .message[aria-busy="false"]').first().waitFor()
  }
  await page.locator('#row-M8003').getByRole('link').click()
  await stands('one')
  for (const answer of await Promise.all(next)) await answer.finished()
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
  await page.route('**/jmap/api', () => undefined)
  await page.keyboard.press('j')
  await stands('other')
  assert.equal(await page.evaluate(() => document.documentElement.dataset['alone']), undefined, 'a message stood alone')
  await page.unroute('**/jmap/api')
  await page.route('**/jmap/api', (route) => (route.request().postData()?.includes('Thread/get') === true ? undefined : route.continue()))
  await page.goto(server.origin + place('M8003'))
  await page.locator('.reading > .message .message-head').waitFor()
})
