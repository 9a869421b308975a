/** The same pages against the real platform: sign in, mail that arrives shows itself, read, delete, undo, search, sign out. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { assertAccessible, assertFits, openWholeBrowser, patienceMs } from './browser.ts'

const [portBase] = portBases['test/web/platform']
const address = 'ichiro@minato-mail.example'
const password = 'correct horse 7 staple'

let browser: Browser
let platform: Platform
before(async () => {
  platform = await startPlatform({ cells: [{ id: 'tokai', name: 'Tokai', portBase }] })
  await platform.must(['domain', 'add', 'tokai', 'minato-mail.example'])
  await platform.must(['account', 'add', address, '--password-stdin'], `${password}\n`)
  browser = await openWholeBrowser()
})
after(async () => {
  await browser?.close()
  await platform?.[Symbol.asyncDispose]()
})

/** One message by SMTP, as from another server. */
const deliver = async (subject: string, text: string): Promise<void> => {
  const socket = connect(platform.portOf('tokai', 25), '127.0.0.1')
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]()
  const reply = async (): Promise<string> => {
    for (;;) {
      const { value = '' } = await replies.next()
      if (/^\d{3} /.test(value)) return value
      assert.notEqual(value, '', 'the server hung up')
    }
  }
  const ask = async (line: string): Promise<void> => {
    socket.write(`${line}\r\n`)
    assert.match(await reply(), /^[23]/, line)
  }
  await reply()
  await ask('EHLO mx.friends.example')
  await ask('MAIL FROM:<hanako@friends.example> BODY=8BITMIME')
  await ask(`RCPT TO:<${address}>`)
  await ask('DATA')
  const encoded = `=?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`
  await ask(
    [
      'From: =?UTF-8?B?6Iqx5a2Q?= <hanako@friends.example>', `To: <${address}>`, `Subject: ${encoded}`, `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <${Math.random()}@friends.example>`, 'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', text, '.',
    ].join('\r\n'),
  )
  socket.end('QUIT\r\n')
}

test('from signing in to signing out', async () => {
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(patienceMs * 2)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  await page.goto(`http://localhost:${platform.portOf('tokai', 81)}/`)
  await page.waitForURL('**/sign-in*')
  await page.locator('input[name="username"]').fill(address)
  await page.locator('input[type="password"]').fill(password)
  await page.keyboard.press('Enter')
  await page.getByText('メールはありません。').waitFor()

  await deliver('打ち合わせの件', '火曜の14時でお願いします。')
  await deliver('写真を送ります', '湖の写真です。')
  const list = page.getByRole('grid')
  await list.getByText('打ち合わせの件').waitFor()
  await list.getByText('写真を送ります').waitFor()
  await page.waitForFunction(() => document.title.startsWith('(2)'))
  await assertAccessible(page, 'list')

  await list.getByText('写真を送ります').click()
  await page.locator('#reading').getByText('湖の写真です。').waitFor()
  await page.waitForFunction(() => document.title.startsWith('(1)'))

  await page.keyboard.press('#')
  await page.getByRole('button', { name: '元に戻す' }).waitFor()
  await list.getByText('写真を送ります').waitFor({ state: 'detached' })
  await page.keyboard.press('z')
  await list.getByText('写真を送ります').waitFor()

  await page.getByRole('searchbox', { name: 'メールを検索' }).fill('件名：打ち合わせ')
  await page.keyboard.press('Enter')
  await page.getByText('1件', { exact: true }).waitFor()
  await list.getByText('打ち合わせの件').waitFor()

  await page.getByRole('button', { name: /アカウント/ }).click()
  await page.getByRole('menuitem', { name: 'ログアウト' }).click()
  await page.waitForURL('**/sign-in*')
  assert.deepEqual(complaints, [], 'the page complained')
  await context.close()
})

interface WorkerUpdate {
  readonly registrations: readonly { readonly registrationId: string; readonly scopeURL: string }[]
}

const notices = (page: Page): Promise<readonly (readonly [string, string])[]> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/')
    return ((await registration?.getNotifications()) ?? []).map(({ title, body }) => [title, body] as const)
  })

// What pushManager.subscribe does needs the browser vendor's push service; all before and after it is tried here.
test('a device asks to be told of new mail, and the worker tells it while no page is seen', async () => {
  const origin = `http://localhost:${platform.portOf('tokai', 81)}`
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(patienceMs * 2)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  const devTools = await context.newCDPSession(page)
  await page.goto(`${origin}/settings/notifications`)
  await page.waitForURL('**/sign-in*')
  await page.locator('input[name="username"]').fill(address)
  await page.locator('input[type="password"]').fill(password)
  await page.getByRole('checkbox').check()
  await page.keyboard.press('Enter')
  await page.getByText('この端末には通知していません。').waitFor()
  await assertAccessible(page, 'notifications')
  await assertFits(page, 'notifications')

  const { errors, data = '' } = await devTools.send('Page.getAppManifest')
  const { name, icons } = JSON.parse(data) as { readonly name: string; readonly icons: readonly { readonly src: string }[] }
  assert.deepEqual([errors, name], [[], 'Tokai'])
  for (const { src } of icons) assert.equal((await page.request.get(origin + src)).headers()['content-type'], 'image/svg+xml')
  const { installabilityErrors } = await devTools.send('Page.getInstallabilityErrors')
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), [])

  await context.grantPermissions(['notifications'], { origin })
  await page.getByRole('button', { name: '新着メールを通知する' }).click()
  await page.getByText('通知を始められませんでした。').waitFor()
  const updated = new Promise<string>((resolve) => {
    devTools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }: WorkerUpdate) => {
      const found = registrations.find(({ scopeURL }) => scopeURL === `${origin}/`)
      if (found !== undefined) resolve(found.registrationId)
    })
  })
  await devTools.send('ServiceWorker.enable')
  const registrationId = await updated
  const push = (message: object): Promise<unknown> => devTools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(message) })
  const change = { '@type': 'StateChange', changed: { a: { EmailDelivery: '7' } } }

  await push(change)
  const code = page.evaluate(() => new Promise<unknown>((resolve) => navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data), { once: true })))
  await push({ '@type': 'PushVerification', pushSubscriptionId: 'P1', verificationCode: 'c' })
  assert.deepEqual(await code, { '@type': 'PushVerification', pushSubscriptionId: 'P1', verificationCode: 'c' })
  assert.deepEqual(await notices(page), [], 'a page that is seen shows the mail itself')
  await page.goto('about:blank')
  await push(change)
  await push(change)
  await page.goto(`${origin}/settings/notifications`)
  await page.getByText('この端末には通知していません。').waitFor()
  const shown = async (): Promise<readonly (readonly [string, string])[]> => notices(page)
  const giveUpMs = Date.now() + patienceMs
  while ((await shown()).length === 0 && Date.now() < giveUpMs) await new Promise((resolve) => setTimeout(resolve, 100))
  assert.deepEqual(await shown(), [['Tokai', '新しいメールがあります']])
  // The browser says itself that profiles of tests have no push service.
  assert.deepEqual(complaints.filter((text) => !text.includes('Push API in incognito')), [], 'the page complained')
  await context.close()
})
