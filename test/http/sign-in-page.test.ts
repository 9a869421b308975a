/** The sign-in page in a real browser against the running platform: by keyboard, in both languages, on a phone, and with what usually goes wrong. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, test } from 'node:test'
import { chromium, type Browser, type Page } from 'playwright-core'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'

const [portBase] = portBases['test/http/sign-in-page']
const password = 'correct-horse-battery'
const domain = 'page.example'
const login = `hana@${domain}`
const patience = { timeout: 60_000 }
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const screenshots = process.env['BULKHEAD_SCREENSHOTS']
let platform: Platform
let browser: Browser
let address = ''

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'page', name: 'ひかりネット', portBase }] })
    await plantAccounts(platform, 'page', domain, ['hana'], password)
    address = `http://localhost:${platform.portOf('page', plainWebPort)}`
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

interface Look {
  readonly locale: 'ja-JP' | 'en-US'
  readonly width: number
  readonly dark?: boolean
}

/** A page whose complaints are kept: a broken policy is one. */
const opened = async ({ locale, width, dark = false }: Look, path = '/sign-in') => {
  const context = await browser.newContext({ locale, viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('status of 401')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${address}${path}`, patience)
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

const shot = async (page: Page, name: string): Promise<void> => {
  if (screenshots !== undefined) await page.screenshot({ path: `${screenshots}/${name}.png` })
}

const axe = async (page: Page, within = 'body'): Promise<readonly string[]> => {
  // Evaluated by the browser's own channel, which no policy of the page holds back.
  const found = (await page.evaluate(`${axeSource}; axe.run('${within}').then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`)) as string[]
  return found
}

const looks: readonly Look[] = [
  { locale: 'ja-JP', width: 1280 },
  { locale: 'en-US', width: 1280, dark: true },
  { locale: 'ja-JP', width: 360 },
  { locale: 'en-US', width: 360, dark: true },
]
for (const look of looks) {
  const name = `sign-in-${look.locale}-${look.width}${look.dark === true ? '-dark' : ''}`
  test(`${name}: nothing that axe finds, nothing that is cut off, no broken policy`, async () => {
    await using open = await opened(look)
    const { page, complaints } = open
    await page.getByRole('button', { name: look.locale === 'ja-JP' ? 'ログイン' : 'Sign in' }).waitFor(patience)
    await shot(page, name)
    assert.deepEqual(await axe(page), [])
    assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= look.width)
    await page.keyboard.press('Tab')
    await page.getByLabel(look.locale === 'ja-JP' ? 'メールアドレス' : 'Email address').fill(login)
    await page.getByLabel(look.locale === 'ja-JP' ? 'パスワード' : 'Password', { exact: true }).fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: look.locale === 'ja-JP' ? '違います' : 'not right' }).waitFor(patience)
    await shot(page, `${name}-wrong`)
    assert.deepEqual(await axe(page), [])
    assert.equal(await page.evaluate('document.activeElement.name'), 'password')
    assert.deepEqual(complaints, [])
  })
}

test('what is missing is said at its field, and the focus goes there', async () => {
  await using open = await opened({ locale: 'en-US', width: 1280 })
  const { page } = open
  await page.getByRole('button', { name: 'Sign in' }).click(patience)
  await page.getByText('Enter your email address.').waitFor(patience)
  assert.equal(await page.evaluate('document.activeElement.name'), 'username')
  await page.getByLabel('Email address').fill('hana')
  await page.keyboard.press('Enter')
  await page.getByText('Enter the whole address').waitFor(patience)
  await page.getByLabel('Email address').fill(login)
  await page.keyboard.press('Enter')
  await page.getByText('Enter your password.').waitFor(patience)
  assert.equal(await page.evaluate('document.activeElement.name'), 'password')
})

test('full-width letters of an input method are the same address; the browser that is to be remembered is, without a cookie', async () => {
  await using open = await opened({ locale: 'en-US', width: 1280 }, '/sign-in?to=/settings/devices')
  const { page, complaints } = open
  await page.getByLabel('Email address').fill('ｈａｎａ＠ｐａｇｅ．ｅｘａｍｐｌｅ')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Stay signed in on this device').check()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${address}/settings/devices`, patience)
  assert.deepEqual(await page.context().cookies(), [])
  // As after a restart of the mailroom: the token is worth nothing, the device is still known.
  await page.evaluate(`new Promise((done, failed) => {
    const open = indexedDB.open('bulkhead')
    open.onerror = failed
    open.onsuccess = () => { open.result.transaction('device', 'readwrite').objectStore('device').delete('token').onsuccess = done }
  }).then(() => undefined)`)
  await page.goto(`${address}/sign-in`, patience)
  await page.waitForURL(`${address}/`, patience)
  assert.deepEqual(complaints, [])
})

test('whoever asks to be led elsewhere is not', async () => {
  for (const to of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
    await using open = await opened({ locale: 'en-US', width: 1280 }, `/sign-in?to=${encodeURIComponent(to)}`)
    const { page } = open
    await page.getByLabel('Email address').fill(login)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname !== '/sign-in' || url.origin !== address, patience)
    assert.equal(new URL(page.url()).origin, address, to)
  }
})

const signedIn = async (page: Page, remember: boolean): Promise<void> => {
  await page.getByLabel('Email address').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  if (remember) await page.getByLabel('Stay signed in on this device').check()
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname !== '/sign-in', patience)
}

test('the devices page shows who is signed in, and signs another one out: what is open there is over', async () => {
  await using other = await opened({ locale: 'en-US', width: 1280 })
  await signedIn(other.page, true)
  await using open = await opened({ locale: 'en-US', width: 1280 }, '/sign-in?to=/settings/devices')
  const { page, complaints } = open
  await signedIn(page, true)
  await page.getByText('This device').waitFor(patience)
  await shot(page, 'devices')
  assert.deepEqual(await axe(page, '.devices'), [])
  const rows = page.locator('.device')
  const before = await rows.count()
  await rows.filter({ hasNotText: 'This device' }).first().getByRole('button').click()
  await page.getByRole('dialog').waitFor(patience)
  await shot(page, 'devices-asked')
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await rows.nth(before - 1).waitFor({ state: 'detached', ...patience })
  await other.page.getByRole('dialog', { name: 'Sign in again' }).waitFor(patience)
  await shot(other.page, 'session-over')
  assert.deepEqual(complaints, [])
  // It goes on where it was, as the same person.
  await other.page.evaluate('document.body.dataset.mark = "still here"')
  assert.equal(await other.page.getByLabel('Email address').inputValue(), login)
  await other.page.getByLabel('Password', { exact: true }).fill(password)
  await other.page.keyboard.press('Enter')
  await other.page.getByRole('dialog', { name: 'Sign in again' }).waitFor({ state: 'detached', ...patience })
  assert.equal(await other.page.evaluate('document.body.dataset.mark'), 'still here')
})

test('the devices page on a phone, in Japanese and in the dark', async () => {
  await using open = await opened({ locale: 'ja-JP', width: 360, dark: true }, '/sign-in?to=/settings/devices')
  const { page } = open
  await page.getByLabel('メールアドレス').fill(login)
  await page.getByLabel('パスワード', { exact: true }).fill(password)
  await page.getByLabel('この端末ではログインしたままにする').check()
  await page.keyboard.press('Enter')
  await page.getByText('この端末', { exact: true }).waitFor(patience)
  await shot(page, 'devices-ja-phone')
  assert.deepEqual(await axe(page, '.devices'), [])
  assert.ok(((await page.evaluate('document.documentElement.scrollWidth')) as number) <= 360)
})
