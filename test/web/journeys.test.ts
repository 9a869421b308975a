/** Every screen of the list's part, in both languages, light and dark, at three widths: usable, accessible, without a complaint. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { assertAccessible, assertFits, looks, nameOf, openBrowser, openMail, type Look } from './browser.ts'

let browser: Browser
let server: FakeServer
before(async () => {
  browser = await openBrowser()
  server = await startFakeServer(120)
})
after(async () => {
  await browser.close()
  await server.close()
})

const names = {
  ja: { inbox: '受信箱', more: 'その他の操作', move: '移動', trash: '削除', undo: '元に戻す', search: 'メールを検索', rail: 'メールボックスを開く', create: '新しいメールボックス', cancel: 'キャンセル', empty: '該当するメールはありませんでした。', keys: 'キーボードショートカット', close: '閉じる' },
  en: { inbox: 'Inbox', more: 'More actions', move: 'Move', trash: 'Delete', undo: 'Undo', search: 'Search mail', rail: 'Open mailboxes', create: 'New mailbox', cancel: 'Cancel', empty: 'No message matches.', keys: 'Keyboard shortcuts', close: 'Close' },
} as const

const checked = async (page: Page, what: string): Promise<void> => {
  await assertAccessible(page, what)
  await assertFits(page, what)
}

const lists = async (page: Page, { language }: Look): Promise<void> => {
  const text = names[language]
  await page.getByRole('row').nth(5).waitFor()
  assert.match(await page.title(), new RegExp(text.inbox))
  await checked(page, 'list')
  await page.getByRole('row').nth(1).getByRole('checkbox').click()
  await page.getByRole('row').nth(2).getByRole('checkbox').click()
  await checked(page, 'list with a choice')
  await page.getByRole('button', { name: text.move, exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await checked(page, 'where to move')
  await page.keyboard.press('Escape')
  await page.getByRole('main').getByRole('button', { name: text.more }).first().click()
  await page.getByRole('menu').waitFor()
  await checked(page, 'menu')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: text.trash, exact: true }).first().click()
  await page.getByRole('button', { name: text.undo }).waitFor()
  await checked(page, 'undo offered')
  await page.getByRole('button', { name: text.undo }).click()
}

const mailboxesOf = async (page: Page, { language, width }: Look): Promise<void> => {
  const text = names[language]
  if (width < 600) await page.getByRole('button', { name: text.rail }).click()
  await page.getByRole('button', { name: text.create, exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await checked(page, 'new mailbox')
  await page.getByRole('button', { name: text.cancel }).click()
}

const searches = async (page: Page, { language }: Look): Promise<void> => {
  await page.goto(new URL('/search?q=件名：打ち合わせ', page.url()).href)
  await page.getByRole('row').first().waitFor()
  await checked(page, 'results')
  await page.goto(new URL('/search?q=どこにもない言葉', page.url()).href)
  await page.getByText(names[language].empty).waitFor()
  await checked(page, 'no results')
}

const settings = async (page: Page): Promise<void> => {
  await page.goto(new URL('/settings/display', page.url()).href)
  await page.getByRole('radio').first().waitFor()
  await checked(page, 'settings')
  await page.keyboard.press('?')
  await page.getByRole('dialog').waitFor()
  await checked(page, 'keys')
}

for (const look of looks) {
  test(`list, mailboxes, search, settings: ${nameOf(look)}`, async () => {
    await using mail = await openMail(browser, server.origin, '/', look)
    await lists(mail.page, look)
    await mailboxesOf(mail.page, look)
    await searches(mail.page, look)
    await settings(mail.page)
  })
}

test('type at 200 %: everything still fits, on a phone too', async () => {
  for (const width of [360, 1280]) {
    await using mail = await openMail(browser, server.origin, '/settings/display', { language: 'ja', theme: 'light', width })
    await mail.page.getByRole('radio', { name: '200%' }).click()
    await checked(mail.page, `settings at 200 %, ${width}`)
    await mail.page.goto(`${server.origin}/`)
    await mail.page.getByRole('row').nth(1).waitFor()
    await checked(mail.page, `list at 200 %, ${width}`)
  }
})
