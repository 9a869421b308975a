/** Filters, vacation and forwarding in the settings: made, tried, ordered, applied, read back; in every look they are journeys. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page, Request } from 'playwright-core'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { assertAccessible, assertFits, openBrowser, openMail } from './browser.ts'

let browser: Browser
before(async () => void (browser = await openBrowser()))
after(() => browser.close())

const served = async (): Promise<FakeServer & AsyncDisposable> => {
  const server = await startFakeServer(20)
  return { ...server, [Symbol.asyncDispose]: () => server.close() }
}

const checked = async (page: Page, what: string): Promise<void> => {
  await assertAccessible(page, what)
  await assertFits(page, what)
}

const addRule = async (page: Page, name: string, words: string, mailbox: string): Promise<void> => {
  await page.getByRole('button', { name: 'ルールを追加' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('ルールの名前').fill(name)
  await dialog.getByLabel('言葉').fill(words)
  await dialog.getByLabel('メールボックス', { exact: true }).selectOption({ label: mailbox })
  await dialog.getByRole('button', { name: '保存', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText(name, { exact: true }).waitFor()
}

const isSet = (request: Request): boolean => request.postData()?.includes('"SieveScript/set"') === true

/** Does what is kept by the server, and waits until it is. */
const kept = async (page: Page, act: () => Promise<void>): Promise<void> => {
  const answered = page.waitForResponse((response) => isSet(response.request()))
  await act()
  await answered
}

const ruleNames = (page: Page): Promise<readonly string[]> => page.locator('.rule-name').allTextContents()

test('rules are made, put in order, switched off, removed and brought back, and are there after a reload', async () => {
  await using server = await served()
  await using open = await openMail(browser, server.origin, '/settings/filters')
  const { page } = open
  await addRule(page, '家族', '田中', 'Family')
  await addRule(page, '"; discard; #', 'a"b\\', '取引先/2026年度')
  assert.deepEqual(await ruleNames(page), ['家族', '"; discard; #'])
  const up = page.getByRole('button', { name: '「"; discard; #」を上へ' })
  await up.focus()
  await kept(page, () => page.keyboard.press('Enter'))
  await page.waitForFunction(() => document.querySelector('.rule-name')?.textContent === '"; discard; #')
  await kept(page, () => page.getByRole('checkbox', { name: '「家族」を使う' }).uncheck())
  await page.getByText('停止中').waitFor()
  await page.reload()
  await page.getByText('停止中').waitFor()
  assert.deepEqual(await ruleNames(page), ['"; discard; #', '家族停止中'])
  await page.getByRole('button', { name: '「家族」を削除' }).click()
  await page.getByRole('button', { name: '元に戻す' }).click()
  await page.getByText('停止中').waitFor()
})

test('a change made while one before it is read back stays as it is shown', async () => {
  await using server = await served()
  await using open = await openMail(browser, server.origin, '/settings/filters')
  const { page } = open
  for (const name of ['家族', '仕事']) await kept(page, () => addRule(page, name, name, 'Family'))
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: readBack, resolve: held } = Promise.withResolvers<void>()
  await page.route('**/jmap/api', async (route) => {
    if (route.request().postData()?.includes('"SieveScript/get"') !== true) return route.continue()
    const response = await route.fetch()
    held()
    await released
    return route.fulfill({ response })
  })
  await page.getByRole('button', { name: '「仕事」を上へ' }).click()
  await readBack
  await page.getByRole('checkbox', { name: '「家族」を使う' }).uncheck()
  await page.getByText('停止中').waitFor()
  await page.evaluate(() => {
    const look = (): void => {
      if (document.querySelector('.rules')?.textContent?.includes('停止中') !== true) document.body.dataset['lost'] = 'yes'
    }
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  // What is changed meanwhile is sent when the script that was made before is known.
  await kept(page, async () => release())
  assert.equal(await page.evaluate(() => document.body.dataset['lost']), undefined)
  await page.reload()
  await page.getByText('停止中').waitFor()
  assert.deepEqual(await ruleNames(page), ['仕事', '家族停止中'])
})

test('a rule is tried on mail that is there, put in its place by dragging, and applied to a mailbox, which can be undone', async () => {
  await using server = await served()
  await using open = await openMail(browser, server.origin, '/')
  const { page } = open
  const rows = page.getByRole('grid').getByRole('row')
  await rows.nth(1).waitFor()
  const sender = (await rows.nth(1).locator('.row-who').first().textContent()) ?? ''
  await page.goto(`${server.origin}/settings/filters`)
  await page.getByRole('button', { name: 'ルールを追加' }).click()
  const dialog = page.getByRole('dialog')
  const tryIt = dialog.getByRole('button', { name: '最近のメールで試す' })
  await tryIt.click()
  await dialog.getByRole('alert').getByText('条件の言葉を入れてください。').waitFor()
  await dialog.getByLabel('言葉').fill(sender.trim())
  await dialog.getByLabel('メールボックス', { exact: true }).selectOption({ label: 'Family' })
  await tryIt.click()
  await dialog.getByText(/受信箱の新しい\d+件のうち、\d+件に当てはまります。/).waitFor()
  await dialog.getByText('「Family」に移します').first().waitFor()
  await checked(page, 'a rule that is tried')
  await dialog.getByLabel('ルールの名前').fill('家族')
  await dialog.getByRole('button', { name: '保存', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await addRule(page, '添付', 'x', 'Family')
  await page.locator('.rule').nth(1).dragTo(page.locator('.rule').nth(0))
  await page.waitForFunction(() => document.querySelector('.rule-name')?.textContent === '添付')
  await page.getByRole('button', { name: '今あるメールに適用…' }).click()
  await dialog.getByRole('button', { name: '結果を確かめる' }).click()
  await dialog.getByText(/件のうち、\d+件が変わります。/).waitFor()
  await checked(page, 'what rules would change')
  await dialog.getByRole('button', { name: '適用する' }).click()
  await page.getByText(/\d+件に適用しました/).first().waitFor()
  await page.getByRole('button', { name: '元に戻す' }).click()
  await page.getByText('元に戻しました').first().waitFor()
})

test('a rule for a sender begins at a message', async () => {
  await using server = await served()
  await using open = await openMail(browser, server.origin, '/')
  const { page } = open
  await page.getByRole('row').nth(1).getByRole('link').first().click()
  const toolbar = page.locator('.message-actions')
  await toolbar.first().getByRole('button', { name: 'その他の操作' }).click()
  await page.getByRole('menuitem', { name: 'この差出人を振り分ける…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  assert.match(await dialog.getByLabel('言葉').inputValue(), /@/)
  assert.notEqual(await dialog.getByLabel('ルールの名前').inputValue(), '')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'ルールを追加' }).click()
  assert.equal(await dialog.getByLabel('言葉').inputValue(), '')
})

test('a rule that lacks something says what, and nothing is lost', async () => {
  await using server = await served()
  await using open = await openMail(browser, server.origin, '/settings/filters')
  const { page } = open
  await page.getByRole('button', { name: 'ルールを追加' }).click()
  const dialog = page.getByRole('dialog')
  const save = dialog.getByRole('button', { name: '保存', exact: true })
  await save.click()
  await dialog.getByRole('alert').getByText('名前を入れてください。').waitFor()
  await dialog.getByLabel('ルールの名前').fill('x')
  await save.click()
  await dialog.getByRole('alert').getByText('条件の言葉を入れてください。').waitFor()
  await dialog.getByLabel('言葉').fill('y')
  await dialog.getByLabel('操作', { exact: true }).selectOption('forward')
  await dialog.getByLabel('転送先アドレス').fill('nobody')
  await save.click()
  await dialog.getByRole('alert').getByText('転送先のアドレスを確かめてください。').waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('まだルールはありません。').waitFor()
})

test('a script of one’s own says where it is wrong, takes the rules’ place, and gives it back', async () => {
  await using server = await served()
  await using open = await openMail(browser, server.origin, '/settings/filters')
  const { page } = open
  await addRule(page, '家族', '田中', 'Family')
  await page.getByText('Sieveスクリプトを自分で書く').click()
  const area = page.getByRole('textbox', { name: 'スクリプト' })
  assert.match(await area.inputValue(), /fileinto :create "Family"/)
  await area.fill('keep;\nfoo;')
  await page.getByRole('button', { name: '保存して使う' }).click()
  await page.getByRole('button', { name: '2行 1文字目' }).click()
  assert.deepEqual(await area.evaluate((element: HTMLTextAreaElement) => [document.activeElement === element, element.selectionStart]), [true, 6])
  await area.fill('keep;')
  await page.getByRole('button', { name: '保存して使う' }).click()
  await page.getByText('自分で書いたSieveスクリプトが働いています。').waitFor()
  assert.deepEqual(await ruleNames(page), ['家族'])
  await page.getByRole('button', { name: 'ルールに戻す' }).click()
  await page.getByText('自分で書いたSieveスクリプトが働いています。').waitFor({ state: 'detached' })
})

test('a vacation and a forwarding are saved as they were typed', async () => {
  await using server = await served()
  await using open = await openMail(browser, server.origin, '/settings/vacation')
  const { page } = open
  await page.getByLabel('不在通知を送る').check()
  await page.getByLabel(/^最初の日/).fill('2030-12-28')
  await page.getByLabel(/^最後の日/).fill('2030-12-01')
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByText('本文を入れてください。').waitFor()
  await page.getByText('最後の日が最初の日より前になっています。').waitFor()
  await page.getByLabel(/^最後の日/).fill('2031-01-05')
  await page.getByLabel('本文').fill('年末年始のお休みです。')
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByText('不在通知は最初の日から送られます。').waitFor()
  await page.reload()
  assert.deepEqual([await page.getByLabel(/^最初の日/).inputValue(), await page.getByLabel(/^最後の日/).inputValue()], ['2030-12-28', '2031-01-05'])

  await page.goto(`${server.origin}/settings/forwarding`)
  await page.getByLabel('メールを転送する').check()
  await page.getByLabel('転送先アドレス 1').fill('ICHIRO@example.jp')
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByText('自分のアドレスには転送できません。').waitFor()
  await page.getByLabel('転送先アドレス 1').fill('me@elsewhere.example')
  await page.getByLabel('このメールボックスにも残す').uncheck()
  await page.getByText('転送先で受け取れなかったメールは').waitFor()
  await page.getByRole('button', { name: '保存', exact: true }).click()
  await page.getByText('保存しました').first().waitFor()
  await page.getByRole('link', { name: 'メールを転送中' }).waitFor()
  assert.equal(await page.getByRole('link', { name: '不在通知を送信中' }).count(), 0, 'its first day is to come')
  await page.reload()
  await page.getByRole('link', { name: 'メールを転送中' }).waitFor()
  assert.equal(await page.getByLabel('転送先アドレス 1').inputValue(), 'me@elsewhere.example')
})
