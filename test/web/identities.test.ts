/** Senders and signatures: shown, written, added, removed; in both languages, light and dark, at three widths. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { assertAccessible, assertFits, looks, nameOf, openBrowser, openMail } from './browser.ts'

let browser: Browser
before(async () => {
  browser = await openBrowser()
})
after(() => browser.close())

const names = {
  ja: { edit: '変更', name: '差出人の名前', plain: '署名の文面', rich: '書式付き', richLabel: '署名の文面（書式付き）', bold: '太字', bcc: 'いつもBccに入れる宛先', save: '保存', saved: '保存しました', add: '差出人を追加', remove: '削除', removed: '差出人を削除しました', bad: 'メールアドレスの形になっていません。' },
  en: { edit: 'Edit', name: 'Name', plain: 'Signature', rich: 'Formatted', richLabel: 'Signature, formatted', bold: 'Bold', bcc: 'Always Bcc', save: 'Save', saved: 'Saved', add: 'Add a sender', remove: 'Remove', removed: 'The sender was removed', bad: 'This is not an address.' },
} as const

const withServer = async (work: (server: FakeServer) => Promise<void>): Promise<void> => {
  const server = await startFakeServer(5)
  try {
    await work(server)
  } finally {
    await server.close()
  }
}

const checked = async (page: Page, what: string): Promise<void> => {
  await assertAccessible(page, what)
  await assertFits(page, what)
}

for (const look of looks) {
  test(`a name and signatures, ${nameOf(look)}`, () => withServer(async (server) => {
    const text = names[look.language]
    await using open = await openMail(browser, server.origin, '/settings/identities', look)
    const { page } = open
    await page.getByRole('button', { name: text.edit, exact: true }).click()
    await checked(page, 'one sender')
    await page.getByLabel(text.name, { exact: true }).fill('山田 太郎')
    await page.getByLabel(text.bcc).fill('nobody')
    await page.getByText(text.bad).waitFor()
    assert.ok(await page.getByRole('button', { name: text.save }).isDisabled())
    await page.getByLabel(text.bcc).fill('copy@example.jp')
    await page.getByText(text.rich, { exact: true }).click()
    const editor = page.getByRole('textbox', { name: text.richLabel })
    await editor.click()
    await page.getByRole('button', { name: text.bold }).click()
    await editor.pressSequentially('Yamada')
    await checked(page, 'a formatted signature')
    await page.getByRole('button', { name: text.save }).click()
    await page.getByText(text.saved).waitFor()
    await page.getByRole('heading', { name: '山田 太郎' }).waitFor()
    await page.getByText('Yamada').waitFor()
    await checked(page, 'the list of senders')
  }))
}

test('another sender is added and removed, by keys alone', () => withServer(async (server) => {
  const text = names.ja
  await using open = await openMail(browser, server.origin, '/settings/identities')
  const { page } = open
  const add = page.getByRole('button', { name: text.add })
  await add.focus()
  await page.keyboard.press('Enter')
  await page.getByLabel(text.name, { exact: true }).focus()
  await page.keyboard.type('営業')
  await page.getByLabel(text.plain, { exact: true }).focus()
  await page.keyboard.type('営業部')
  await page.getByRole('button', { name: text.save }).focus()
  await page.keyboard.press('Enter')
  await page.getByText(text.saved).waitFor()
  assert.ok(await add.evaluate((button) => button === document.activeElement), 'the focus is back where it was')
  const remove = page.getByRole('button', { name: text.remove, exact: true })
  await remove.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: text.remove, exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByText(text.removed).waitFor()
  assert.equal(await page.getByRole('button', { name: text.edit, exact: true }).count(), 1)
}))
