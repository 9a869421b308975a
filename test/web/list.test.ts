/** What the list asks for and when: windows and not whole mailboxes, news, a mailbox at a stroke, broken networks, slow searches. */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { mailOf } from '@bulkhead/web/testing/mail.ts'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { openBrowser, openMail, patienceMs } from './browser.ts'

let browser: Browser
let server: FakeServer
before(async () => {
  browser = await openBrowser()
})
after(() => browser.close())
beforeEach(async () => {
  server = await startFakeServer(2000)
})
afterEach(() => server.close())

const inbox = (page: Page) => page.getByRole('grid')
const row = (page: Page, number: number) => inbox(page).locator(`[aria-rowindex="${number}"]`)
const mailboxOf = (id: string): string[] => Object.keys(server.account.emails.get(id)?.mailboxIds ?? {})

/** Waits for what the server has to be told. */
const until = async (is: () => boolean, what: string): Promise<void> => {
  const end = Date.now() + patienceMs
  while (!is()) {
    assert.ok(Date.now() < end, what)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('a mailbox of 2,000 is shown by windows; no answer is over 100 KB, and scrolling to the end asks for the end', async () => {
  await using mail = await openMail(browser, server.origin)
  await row(mail.page, 1).getByRole('checkbox').waitFor()
  assert.equal(await inbox(mail.page).getAttribute('aria-rowcount'), '2000')
  assert.ok((await inbox(mail.page).getByRole('row').count()) < 60, 'only rows in view are in the document')
  await inbox(mail.page).evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await row(mail.page, 2000).getByRole('checkbox').waitFor()
  assert.ok(server.seen.calls.filter((name) => name === 'Email/query').length <= 6, 'the middle is not asked for')
  assert.ok(server.seen.largestAnswer < 100_000, `${server.seen.largestAnswer} bytes`)
})

test('opened again, it asks for mail by what it remembers of the account, and where that is no more so, by what is', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  await row(page, 1).getByRole('checkbox').waitFor()
  // One that answers nobody for as long as this test lasts.
  await page.route('**/.well-known/jmap', () => undefined)
  await page.reload()
  await row(page, 1).getByRole('checkbox').waitFor()
  await page.unroute('**/.well-known/jmap')
  await page.evaluate(() => new Promise<void>((resolve) => {
    const opening = indexedDB.open('bulkhead', 1)
    opening.onsuccess = () => {
      const store = opening.result.transaction('device', 'readwrite').objectStore('device')
      const getting = store.get('resource')
      getting.onsuccess = () => {
        const { primaryAccounts } = getting.result as { primaryAccounts: Record<string, string> }
        for (const capability of Object.keys(primaryAccounts)) primaryAccounts[capability] = 'gone'
        store.put(getting.result, 'resource').onsuccess = () => {
          opening.result.close()
          resolve()
        }
      }
    }
  }))
  await page.reload()
  await row(page, 1).getByRole('checkbox').waitFor()
})

test('new mail comes by push: at the top, in the title, and said; nothing is loaded anew', async () => {
  await using mail = await openMail(browser, server.origin)
  await row(mail.page, 1).getByRole('checkbox').waitFor()
  await until(() => server.account.changed.size > 0, 'the page listens')
  const before = server.seen.calls.filter((name) => name === 'Email/query').length
  const [template] = mailOf(1, new Date())
  assert.ok(template !== undefined)
  server.account.arrive({ ...template, id: 'new', threadId: 'new', subject: '届いたばかり', keywords: {} })
  await row(mail.page, 1).getByText('届いたばかり').waitFor()
  await mail.page.getByText('新着1件').waitFor({ state: 'attached' })
  assert.match(await mail.page.title(), /^\(\d+\) 受信箱/)
  assert.equal(server.seen.calls.filter((name) => name === 'Email/query').length, before)
})

test('eight tabs share one stream: each is answered and hears the news, also when the one that reads is closed', async () => {
  await using mail = await openMail(browser, server.origin)
  const [template] = mailOf(1, new Date())
  assert.ok(template !== undefined)
  const tabs = [mail.page]
  // A browser has six connections to a host of HTTP/1.1.
  while (tabs.length < 8) tabs.push(await mail.page.context().newPage())
  const arrives = async (id: string, subject: string): Promise<void> => {
    await until(() => server.account.changed.size === 1, 'one tab listens, for all')
    server.account.arrive({ ...template, id, threadId: id, subject, keywords: {} })
    for (const page of tabs) await row(page, 1).getByText(subject).waitFor()
  }
  for (const page of tabs.slice(1)) await page.goto(mail.page.url())
  for (const page of tabs) await row(page, 1).getByRole('checkbox').waitFor()
  await arrives('first', '全員に一通目')
  await tabs.shift()?.close()
  await arrives('second', '全員に二通目')
})

test('a tab that reads the stream for others and was put to sleep loses it to one that is looked at', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  await page.clock.install()
  await page.reload()
  await row(page, 1).getByRole('checkbox').waitFor()
  await until(() => server.account.changed.size === 1, 'it reads')
  const asleep = await page.context().newPage()
  await asleep.goto(new URL('/api/brand', server.origin).href)
  await asleep.evaluate(() => void navigator.locks.request('bulkhead.news', { steal: true }, () => new Promise(() => undefined)))
  await until(() => server.account.changed.size === 0, 'it has let go')
  await page.clock.fastForward(120_000)
  await until(() => server.account.changed.size === 1, 'it reads again')
})

test('the row that keys go on from is named while it is there: not when another program takes it away', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  await row(page, 3).getByRole('checkbox').waitFor()
  await until(() => server.account.changed.size > 0, 'the page listens')
  await inbox(page).focus()
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('j')
  const named = async (): Promise<string | null> => inbox(page).getAttribute('aria-activedescendant')
  const active = await row(page, 3).getAttribute('id')
  assert.ok(active !== null)
  assert.equal(await named(), active)
  const [template] = mailOf(1, new Date())
  assert.ok(template !== undefined)
  server.account.arrive({ ...template, id: 'new', threadId: 'new', subject: '届いたばかり', keywords: {} })
  await row(page, 4).and(page.locator(`#${active}`)).waitFor()
  assert.equal(await named(), active)
  server.account.leave(active.slice('row-'.length))
  await page.locator(`#${active}`).waitFor({ state: 'detached' })
  assert.equal(await named(), null)
})

test('a whole mailbox is marked read, shown as it goes, and turned back', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  const unread = () => [...server.account.emails.values()].filter(({ keywords, mailboxIds }) => mailboxIds['inbox'] === true && keywords['$seen'] === undefined).length
  const before = unread()
  await row(page, 1).getByRole('checkbox').waitFor()
  await page.getByRole('checkbox', { name: 'すべて選択' }).click()
  await page.getByRole('button', { name: 'このメールボックスの全2,000件を選択' }).click()
  await page.getByRole('button', { name: '既読にする', exact: true }).first().click()
  await until(() => unread() === 0, 'all are read')
  await page.getByRole('button', { name: '元に戻す' }).click()
  await until(() => unread() === before, 'those that were unread are so again')
  assert.ok(server.seen.largestRequest < 100_000 && server.seen.largestAnswer < 100_000)
})

test('a mailbox emptied at a stroke is full again after undo', async () => {
  await using mail = await openMail(browser, server.origin, '/mail/sent')
  const { page } = mail
  await row(page, 1).getByRole('checkbox').waitFor()
  await page.getByRole('checkbox', { name: 'すべて選択' }).click()
  await page.keyboard.press('#')
  await page.getByText('メールはありません。').waitFor()
  await page.getByRole('button', { name: '元に戻す' }).click()
  await row(page, 1).getByRole('checkbox').waitFor()
})

test('mail is dragged to a mailbox', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  await row(page, 1).getByRole('checkbox').waitFor()
  await row(page, 3).dragTo(page.getByRole('link', { name: '取引先' }))
  await until(() => mailboxOf('M1998')[0] === 'P1', 'it moved')
})

test('what is done while the network is broken is said to wait, and sent when it is back', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  await row(page, 1).getByRole('checkbox').waitFor()
  server.faults.cut = /^\/jmap\//
  await row(page, 1).getByRole('button', { name: 'スターを付ける' }).click()
  await page.getByText('接続が切れています').waitFor()
  await row(page, 1).getByRole('button', { name: 'スターを外す' }).waitFor()
  server.faults.cut = undefined
  await until(() => server.account.emails.get('M2000')?.keywords['$flagged'] === true, 'the star arrived')
  await page.getByText('接続が切れています').waitFor({ state: 'detached' })
  mail.complaints.length = 0
})

test('a search shows its first rows, says that it goes on, and can be ended', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  await row(page, 1).getByRole('checkbox').waitFor()
  server.faults.delayMs = 1500
  await page.getByRole('searchbox', { name: 'メールを検索' }).fill('件名：写真')
  await page.keyboard.press('Enter')
  await page.getByText('検索しています…').waitFor()
  await page.getByText('続きを検索しています…').waitFor()
  await row(page, 1).getByText('写真を送ります').first().waitFor()
  await page.getByRole('button', { name: '検索をやめる' }).last().click()
  await page.getByText('続きを検索しています…').waitFor({ state: 'detached' })
  await row(page, 1).getByText('写真を送ります').first().waitFor()
})

test('what a search found so far can be looked at while it goes on', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  await row(page, 1).getByRole('checkbox').waitFor()
  server.account.searchParts = 4
  server.faults.delayMs = 700
  await page.getByRole('searchbox', { name: 'メールを検索' }).fill('件名：写真')
  await page.keyboard.press('Enter')
  await row(page, 1).getByText('写真を送ります').first().waitFor()
  const total = async (): Promise<number> => Number(await inbox(page).getAttribute('aria-rowcount'))
  const sofar = await total()
  server.faults.delayMs = 0
  await page.getByText('続きを検索しています…').waitFor({ state: 'detached' })
  assert.ok((await total()) > sofar, 'there is more than was shown first')
  await inbox(page).evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await row(page, await total()).getByText('写真を送ります').first().waitFor()
})

test('pane widths are changed by keys and remembered on this device', async () => {
  await using mail = await openMail(browser, server.origin)
  const { page } = mail
  const splitter = page.getByRole('separator', { name: '一覧の幅' })
  await splitter.focus()
  for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowRight')
  assert.equal(await splitter.getAttribute('aria-valuenow'), '31')
  await page.reload()
  assert.equal(await page.getByRole('separator', { name: '一覧の幅' }).getAttribute('aria-valuenow'), '31')
})

test('single keys can be switched off', async () => {
  await using mail = await openMail(browser, server.origin, '/settings/display')
  const { page } = mail
  await page.getByRole('checkbox', { name: 'キーボードショートカットを使う' }).uncheck()
  await page.keyboard.press('?')
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  assert.equal(await page.getByRole('dialog').count(), 0)
  assert.equal(new URL(page.url()).pathname, '/settings/display')
})
