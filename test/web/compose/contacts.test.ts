import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { cardOf, emptyForm, formOf } from '@bulkhead/web/mail/contacts/person-form.ts'
import { encodeShiftJis } from '@bulkhead/web/mail/contacts/shift-jis.ts'
import { csvOfCards } from '@bulkhead/web/mail/contacts/csv.ts'
import { openStage, type Stage } from '@bulkhead/web/testing/compose/browser.ts'
import { violationsOf } from './violations.ts'

let stage: Stage

before(async () => {
  stage = await openStage()
})
after(async () => {
  await stage.close()
})

const people = [
  { ...emptyForm, surname: '山田', given: '太郎', surnameYomi: 'やまだ', givenYomi: 'たろう', organization: '株式会社サンプル', emails: ['taro@example.jp'], phones: ['090-1234-5678'] },
  { ...emptyForm, surname: '阿部', given: '花子', surnameYomi: 'あべ', givenYomi: 'はなこ', emails: ['abe@example.jp'] },
  { ...emptyForm, surname: 'Smith', given: 'John', emails: ['john@other.example'] },
]

beforeEach(() => {
  const { server } = stage
  server.cards.clear()
  people.forEach((form, at) => server.cards.set(`C${at}x`, { ...cardOf(form), id: `C${at}x`, uid: `u${at}`, addressBookIds: { book: true } }))
})

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })

const saved = async (page: Page, button: string, name: string): Promise<Buffer> => {
  await page.click('.contacts-tools .button[aria-haspopup=menu]')
  const download = page.waitForEvent('download')
  await page.click(`.menu-item:has-text("${button}") >> nth=0`)
  const file = await download
  assert.equal(file.suggestedFilename(), name)
  return readFileSync(await file.path())
}

describe('contacts in a browser', { timeout: 600_000 }, () => {
  test('people stand by reading, are found by it, and are written to', async () => {
    const page = await stage.page({ path: '/contacts' })
    await page.waitForSelector('.contact-row')
    assert.deepEqual(await page.locator('.contact-heading').allInnerTexts(), ['あ', 'や', 'A-Z'])
    await page.fill('.contacts-side input[type=search]', 'ﾔﾏﾀﾞ')
    assert.equal(await page.locator('.contact-row').count(), 1)
    await page.click('.contact-row')
    await page.click('.contact-actions .button-primary')
    await page.waitForSelector('.chip')
    assert.equal(await page.locator('.chip').innerText(), '山田 太郎')
    await page.context().close()
  })

  test('a contact is made with its reading, changed, and deleted; what the form does not know stays', async () => {
    const page = await stage.page({ path: '/contacts/new?name=%E9%88%B4%E6%9C%A8&email=s%40example.jp' })
    await page.waitForSelector('.contact-form')
    await field(page, '姓(ふりがな)').fill('すずき')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.contact-card')
    const made = [...stage.server.cards.values()].at(-1) ?? {}
    assert.deepEqual([formOf(made).surname, formOf(made).surnameYomi, formOf(made).emails], ['鈴木', 'すずき', ['s@example.jp']])
    stage.server.cards.set('C0x', { ...stage.server.cards.get('C0x'), nicknames: { n1: { name: 'タロ' } } })
    await page.goto(`${stage.server.origin}/contacts/C0x/edit`)
    await field(page, '会社').fill('')
    await field(page, 'メールアドレス').fill('not an address')
    await page.click('.contact-actions .button-primary')
    await page.waitForSelector('.field-error')
    await field(page, 'メールアドレス').fill('new@example.jp')
    await page.click('.contact-actions .button-primary')
    await page.waitForSelector('.contact-card')
    const changed = stage.server.cards.get('C0x') ?? {}
    assert.deepEqual([changed['organizations'], formOf(changed).emails, changed['nicknames']], [null, ['new@example.jp'], { n1: { name: 'タロ' } }])
    await page.click('.contact-actions .button-danger')
    await page.click('dialog[open] .button-danger')
    await page.waitForSelector('.contact-choose')
    assert.equal(stage.server.cards.has('C0x'), false)
    await page.context().close()
  })

  test('a group is made of people and written to as all of them', async () => {
    const page = await stage.page({ path: '/contacts/new-group' })
    await page.waitForSelector('.group-person')
    await field(page, 'グループ名').fill('町内会')
    for (const name of ['山田', '阿部']) await page.locator('.group-person', { hasText: name }).locator('input').check()
    await page.click('.contact-actions .button-primary')
    await page.waitForSelector('.contact-members')
    await page.click('.contact-actions .button-primary')
    await page.waitForSelector('.chip')
    assert.deepEqual((await page.locator('.chip').allInnerTexts()).toSorted(), ['山田 太郎', '阿部 花子'].toSorted())
    await page.context().close()
  })

  test('files go out and come in: vCard, CSV with a mark, CSV in Shift_JIS', async () => {
    const page = await stage.page({ path: '/contacts' })
    await page.waitForSelector('.contact-row')
    assert.match((await saved(page, 'vCard で', 'アドレス帳.vcf')).toString(), /X-PHONETIC-LAST-NAME:やまだ/)
    assert.deepEqual([...(await saved(page, 'CSV で書き出す(UTF-8)', 'アドレス帳.csv')).subarray(0, 3)], [0xef, 0xbb, 0xbf])
    assert.match(new TextDecoder('shift_jis').decode(await saved(page, 'Shift_JIS', 'アドレス帳.csv')), /株式会社サンプル/)
    const { bytes } = encodeShiftJis(csvOfCards([cardOf({ ...emptyForm, surname: '髙橋', surnameYomi: 'たかはし', emails: ['t@example.jp'] })]))
    await page.setInputFiles('.contacts-tools input[type=file]', { name: 'book.csv', mimeType: 'text/csv', buffer: Buffer.from(bytes) })
    await page.waitForSelector('.contact-row:has-text("髙橋")')
    await page.setInputFiles('.contacts-tools input[type=file]', { name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('1,2\n3,4\n') })
    await page.waitForSelector('.toast-error')
    await page.context().close()
  })

  for (const language of ['ja', 'en'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [360, 768, 1280]) {
        test(`nothing for axe to say: ${language}, ${colorScheme}, ${width} px`, async () => {
          const page = await stage.page({ language, colorScheme, viewport: { width, height: 800 }, path: '/contacts' })
          await page.waitForSelector('.contacts-count:not(:empty)')
          assert.deepEqual(await violationsOf(page), [])
          await page.goto(`${stage.server.origin}/contacts/C0x`)
          await page.waitForSelector('.contact-card')
          assert.deepEqual(await violationsOf(page), [])
          await page.goto(`${stage.server.origin}/contacts/C0x/edit`)
          await page.waitForSelector('.contact-form')
          assert.deepEqual(await violationsOf(page), [])
          assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width)
          await page.context().close()
        })
      }
    }
  }
})
