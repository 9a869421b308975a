import { openStage } from '../../../web/testing/compose/browser.ts'
const stage = await openStage()
const only = process.argv[2] ?? 'all'
const logs = []
for (const [name, options] of Object.entries({
  'ja-light-1280': { viewport: { width: 1280, height: 800 } },
  'en-dark-768': { language: 'en', colorScheme: 'dark', viewport: { width: 768, height: 900 } },
  'ja-light-360': { viewport: { width: 360, height: 740 } },
})) {
  const page = await stage.page(options)
  page.on('console', (m) => logs.push(name + ': ' + m.text()))
  page.on('pageerror', (e) => logs.push(name + ' ERR ' + e.stack))
  stage.server.cards.set('C1', { id: 'C1', uid: 'u1', '@type': 'Card', name: { components: [{ kind: 'surname', value: '山田', phonetic: 'やまだ' }, { kind: 'given', value: '花子', phonetic: 'はなこ' }] }, emails: { e: { address: 'hanako@other.example' } }, organizations: { o: { name: '株式会社ほか' } } })
  await page.click('#opener')
  await page.waitForSelector('.rich-text', { timeout: 8000 }).catch((e) => logs.push(String(e)))
  await page.keyboard.type('a@example.jp, suzuki <a..b@docomo.ne.jp>, ')
  await page.keyboard.type('やま')
  await page.waitForTimeout(500)
  await page.screenshot({ path: `/tmp/shots/${name}-1.png` })
  await page.keyboard.press('Enter')
  await page.fill('.compose-subject', '打ち合わせの件')
  await page.click('.rich-text')
  await page.keyboard.type('こんにちは。資料を添付します。')
  await page.waitForTimeout(2600)
  await page.screenshot({ path: `/tmp/shots/${name}-2.png` })
  await page.keyboard.press('Control+Enter')
  await page.waitForTimeout(400)
  await page.screenshot({ path: `/tmp/shots/${name}-3.png` })
  await page.context().close()
}
console.log(logs.join('\n'))
await stage.close()
