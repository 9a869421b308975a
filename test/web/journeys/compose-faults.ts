import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { hanako } from '../matrix/mail.ts'
import { until, type Journey, type Visit } from '../matrix/visit.ts'

const subject = '大事な手紙'
const written = '消えてはならない文章'

/** What the browser keeps of drafts: how much, and the bytes read as text. */
const keptHere = (page: Page): Promise<{ readonly bytes: number; readonly text: string }> =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('bulkhead.compose')
      request.onsuccess = () => resolve(request.result)
    })
    const rows = await new Promise<{ text: ArrayBuffer }[]>((resolve) => {
      const request = database.transaction('drafts').objectStore('drafts').getAll()
      request.onsuccess = () => resolve(request.result as { text: ArrayBuffer }[])
    })
    return { bytes: rows.reduce((sum, { text }) => sum + text.byteLength, 0), text: rows.map(({ text }) => new TextDecoder().decode(text)).join('') }
  })

const withoutNetwork = async (visit: Visit): Promise<void> => {
  const away = await visit.tab()
  await away.open('/')
  const text = visit.say(composeWords)
  const composer = await away.compose()
  await away.page.route('**/jmap/**', (route) => route.abort())
  await composer.getByLabel(text.subject).fill(subject)
  await composer.getByText(text.offlineHere).waitFor()
  const { bytes } = await keptHere(away.page)
  await composer.getByRole('textbox', { name: text.text }).click()
  await away.page.keyboard.type(written)
  // The words have stood there since the subject: that the text is kept too is seen by how much is.
  await until(async () => (await keptHere(away.page)).bytes >= bytes + Buffer.byteLength(written), 'the text, kept on the device')
  await away.checked('what is typed is kept on this device')
  const kept = await keptHere(away.page)
  assert.ok(!kept.text.includes('文章') && !kept.text.includes('大事'), 'sealed')
  await away.page.close({ runBeforeUnload: false })
  await visit.open('/')
  const restored = visit.page.locator('.composer')
  await restored.getByText(written).waitFor()
  await restored.getByText(text.saved).waitFor()
  await visit.discard(restored)
}

const refused = async (visit: Visit): Promise<void> => {
  const text = visit.say(composeWords)
  const composer = await visit.compose()
  await visit.page.keyboard.type(`${hanako.email}, `)
  await composer.getByLabel(text.subject).fill(subject)
  await composer.getByRole('textbox', { name: text.text }).click()
  await visit.page.keyboard.type('本文')
  await composer.getByText(text.saved).waitFor()
  // On its way the recipient becomes one that the server has to refuse.
  await visit.page.route('**/jmap/api', (route) => route.continue({ postData: (route.request().postData() ?? '').replace(/"rcptTo":\[\{"email":"[^"]*"/, '"rcptTo":[{"email":"no address"') }))
  await visit.send(composer)
  await composer.getByRole('alert').waitFor()
  await composer.getByText(text.notSentRecipients('no address')).waitFor()
  await visit.checked('a message that is refused')
  await visit.page.unroute('**/jmap/api')
  await visit.send(composer)
  await composer.waitFor({ state: 'detached' })
}

export const journey: Journey = {
  name: 'without a network what is typed is kept sealed on the device and comes back on the next page; a refused message stays and says why',
  async go(visit) {
    await withoutNetwork(visit)
    await refused(visit)
  },
}
