/** Writing mail in a real browser against the running platform: drafts, attachments, undo, delivery, an answer, a contact, a time to send. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chromium, type Browser, type Page } from 'playwright-core'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'

const password = 'correct-horse-battery'
const domain = 'compose.example'
const waitMs = 90_000
const screenshots = process.env['BULKHEAD_SCREENSHOTS']
let platform: Platform
let browser: Browser
let address = ''

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'compose', name: 'ひかりネット', portBase: 26_400 }], metricsPort: 26_464 })
    await plantAccounts(platform, 'compose', domain, ['hana', 'ichi'], password)
    address = `http://localhost:${platform.portOf('compose', plainWebPort)}`
    browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    })
  },
  { timeout: 180_000 },
)
after(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
})

const signedIn = async (name: string) => {
  const context = await browser.newContext({ locale: 'ja-JP', timezoneId: 'Asia/Tokyo', viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(waitMs)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 401')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${address}/sign-in`)
  await page.getByLabel('メールアドレス').fill(`${name}@${domain}`)
  await page.getByLabel('パスワード', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'ログイン' }).click()
  await page.waitForSelector('.rail-compose')
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

const shot = async (page: Page, name: string): Promise<void> => {
  if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/${name}.png` })
}

test('a message with a file is saved, sent, taken back, sent again, received and answered', { timeout: 600_000 }, async () => {
  await using hana = await signedIn('hana')
  const { page } = hana
  await page.click('.rail-compose')
  await page.waitForSelector('.rich-text')
  await page.keyboard.type(`ichi@${domain}, `)
  await page.fill('.compose-subject', '打ち合わせの資料')
  await page.click('.rich-text')
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('資料を添付します。')
  await page.setInputFiles('.compose-foot input[type=file]', { name: '資料.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 資料') })
  await page.waitForSelector('.attachment:has-text("資料.pdf")')
  await page.waitForSelector('.keep-calm:has-text("保存しました")')
  await shot(page, 'compose-real')
  await page.keyboard.press('Control+Enter')
  await page.click('.toast-action')
  await page.waitForSelector('.composer .rich-text')
  await page.waitForSelector('.attachment:has-text("資料.pdf")')
  assert.match(await page.locator('.rich-text').innerText(), /資料を添付します。/)
  await page.click('.rich-text')
  await page.keyboard.press('Control+Enter')
  await page.waitForSelector('.composer', { state: 'detached' })
  assert.deepEqual(hana.complaints, [])

  await using ichi = await signedIn('ichi')
  await ichi.page.getByText('打ち合わせの資料').first().click()
  await ichi.page.getByRole('button', { name: '返信', exact: true }).first().click()
  await ichi.page.waitForSelector('.rich-text blockquote')
  await shot(ichi.page, 'reply-real')
  assert.match(await ichi.page.locator('.rich-text blockquote').innerText(), /資料を添付します。/)
  assert.equal(await ichi.page.inputValue('.compose-subject'), 'Re: 打ち合わせの資料')
  await ichi.page.keyboard.type('拝見しました。')
  await ichi.page.keyboard.press('Control+Enter')
  await ichi.page.waitForSelector('.composer', { state: 'detached' })
  await page.getByText('Re: 打ち合わせの資料').first().waitFor()
  assert.deepEqual(ichi.complaints, [])
})

test('a contact is kept, found by reading in the composer, and a message to it waits for its time', { timeout: 600_000 }, async () => {
  await using hana = await signedIn('hana')
  const { page } = hana
  await page.goto(`${address}/contacts/new?name=${encodeURIComponent('一ノ瀬')}&email=ichi%40${domain}`)
  await page.getByLabel('姓(ふりがな)', { exact: true }).fill('いちのせ')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.contact-card')
  await shot(page, 'contact-real')
  await page.click('.rail-compose')
  await page.waitForSelector('.rich-text')
  await page.keyboard.type('いちの')
  await page.click('.suggestion')
  await page.fill('.compose-subject', '予約した件')
  await page.click('.compose-foot .button[aria-haspopup=dialog]')
  await page.click('.schedule-preset >> nth=0')
  await page.waitForSelector('.composer', { state: 'detached' })
  await page.goto(`${address}/scheduled`)
  await page.waitForSelector('.scheduled-row:has-text("予約した件")')
  await shot(page, 'scheduled-real')
  await page.click('.scheduled-row .button >> nth=0')
  await page.waitForSelector('.composer .chip:has-text("一ノ瀬")')
  assert.deepEqual(hana.complaints, [])
})
