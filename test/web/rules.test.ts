/** Filters, vacation and forwarding in the settings: made, ordered, read back, by mouse and by keys; each screen accessible at every look. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { assertAccessible, assertFits, looks, nameOf, openBrowser, openMail } from './browser.ts'

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
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelector('.rule-name')?.textContent === '"; discard; #')
  await page.getByRole('checkbox', { name: '「家族」を使う' }).uncheck()
  await page.getByText('停止中').waitFor()
  await page.reload()
  await page.getByText('停止中').waitFor()
  assert.deepEqual(await ruleNames(page), ['"; discard; #', '家族停止中'])
  await page.getByRole('button', { name: '「家族」を削除' }).click()
  await page.getByRole('button', { name: '元に戻す' }).click()
  await page.getByText('停止中').waitFor()
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
  await page.reload()
  assert.equal(await page.getByLabel('転送先アドレス 1').inputValue(), 'me@elsewhere.example')
})

for (const look of looks) {
  test(`screens, ${nameOf(look)}`, async () => {
    await using server = await served()
    await using open = await openMail(browser, server.origin, '/settings/filters', look)
    const { page } = open
    await page.getByRole('button', { name: look.language === 'ja' ? 'ルールを追加' : 'Add a rule' }).click()
    await page.getByRole('dialog').waitFor()
    await checked(page, 'rule')
    await page.keyboard.press('Escape')
    await page.locator('.filters-advanced summary').click()
    await page.locator('.script-text').waitFor()
    await checked(page, 'filters')
    for (const name of ['vacation', 'forwarding']) {
      await page.goto(`${server.origin}/settings/${name}`)
      await page.locator(`form.${name}`).waitFor()
      await checked(page, name)
    }
  })
}
