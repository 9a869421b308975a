import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { contactWords } from '@bulkhead/web/mail/contacts/contact-words.ts'
import type { Journey, Visit } from '../matrix/visit.ts'

const saved = async (visit: Visit, item: string): Promise<Buffer> => {
  const text = visit.say(contactWords)
  const saving = visit.page.waitForEvent('download')
  await visit.choose(visit.button(text.files), item)
  const file = await saving
  assert.ok(file.suggestedFilename().startsWith(text.fileName))
  return readFileSync(await file.path())
}

/** Where there is no room for both, what is open stands in the place of the list. */
const toList = async (visit: Visit): Promise<void> => {
  const back = visit.page.locator('.contacts-back')
  if (await back.isVisible()) await back.click()
  await visit.button(visit.say(contactWords).files).waitFor()
}

export const journey: Journey = {
  name: 'a contact is changed and deleted, people make a group that is written to; files go out as vCard and CSV, and one that is neither is refused',
  async go(visit) {
    const { page } = visit
    const text = visit.say(contactWords)
    const rows = page.locator('.contacts-list').getByRole('link')
    for (const [name, yomi] of [['佐藤', 'さとう'], ['中村', 'なかむら']] as const) {
      await visit.go(`/contacts/new?name=${encodeURIComponent(name)}&email=${yomi === 'さとう' ? 'sato' : 'nakamura'}%40friends.example`)
      await page.getByLabel(text.surnameYomi, { exact: true }).fill(yomi)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name }).waitFor()
    }
    await visit.button(text.edit).click()
    await page.getByLabel(text.email, { exact: true }).fill('not an address')
    await visit.button(text.save).click()
    await page.getByText(text.badAddress).first().waitFor()
    await page.getByLabel(text.email, { exact: true }).fill('new@friends.example')
    await visit.button(text.save).click()
    await page.locator('.contacts-detail').getByText('new@friends.example').waitFor()

    await visit.go('/contacts/new-group')
    await page.getByLabel(text.groupName, { exact: true }).fill('町内会')
    for (const name of ['佐藤', '中村']) await page.locator('.group-person', { hasText: name }).first().getByRole('checkbox').check()
    await visit.checked('a group being made')
    await visit.button(text.save).click()
    await page.getByRole('heading', { name: '町内会' }).waitFor()
    await visit.checked('a group')
    await visit.button(text.write).click()
    const composer = page.locator('.composer')
    await composer.getByRole('button', { name: '佐藤', exact: true }).waitFor()
    await composer.getByRole('button', { name: '中村', exact: true }).waitFor()
    await visit.discard(composer)

    await toList(visit)
    assert.match((await saved(visit, text.exportVcard)).toString(), /X-PHONETIC-LAST-NAME:さとう/)
    assert.deepEqual([...(await saved(visit, text.exportCsv)).subarray(0, 3)], [0xef, 0xbb, 0xbf])
    assert.match(new TextDecoder('shift_jis').decode(await saved(visit, text.exportCsvSjis)), /佐藤/)
    await page.locator('.contacts-tools input[type=file]').setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('1,2\n3,4\n') })
    await page.getByText(text.notReadable).waitFor()
    await rows.filter({ hasText: '佐藤' }).click()
    await visit.button(text.remove).click()
    await visit.button(text.remove, page.getByRole('dialog')).click()
    await rows.filter({ hasText: '佐藤' }).waitFor({ state: 'detached' })
  },
}
