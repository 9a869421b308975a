/** The webmail in Chromium, slowed down four times, on the large mailbox; beside it Debian's Roundcube on the same mailbox by IMAP. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { bigLogin, median, password, type Bench, type RowGroup } from '../bench.ts'
import { fillLarge } from '../load/fill.ts'
import { openBrowser, shows, visit, type Measured, type Webmail } from '../load/webmail.ts'
import { roundcubeIsThere, startRoundcube } from '../peers/roundcube.ts'
import type { Row } from '../table.ts'

const roundcubePort = 19_080
/** In every third of the generated mails. */
const words = '納期'

/** `element`: an expression for what holds the text, which is another than the one before. */
const anotherText = (element: string) => (page: Page): Promise<unknown> => shows(page, `(() => {
  const text = (${element})?.textContent ?? ''
  if (text.length < 200 || text === window.textBefore) return false
  window.textBefore = text
  return true
})()`)

const ours = (bench: Bench): Webmail => ({
  name: 'Bulkhead',
  origin: `http://localhost:${bench.platform.portOf('bench', plainWebPort)}/`,
  fields: { login: 'input[autocomplete=username]', password: 'input[type=password]' },
  row: '.messages .row:not(.row-missing)',
  text: anotherText(`document.querySelector('.reading .text-body')`),
  open: (page, row) => page.locator('.messages .row').nth(row).click(),
  async search(page, text) {
    await page.fill('input[type=search]', text)
    await page.keyboard.press('Enter')
  },
  found: (page) => shows(page, `location.pathname.includes('search') && document.querySelectorAll('.messages .row:not(.row-missing)').length > 10`),
})

const rows = '#messagelist tbody tr.message'

const roundcube = (origin: string): Webmail => ({
  name: 'Roundcube',
  origin: `${origin}/`,
  fields: { login: '#rcmloginuser', password: '#rcmloginpwd' },
  row: rows,
  text: anotherText(`document.querySelector('#messagecontframe')?.contentDocument?.querySelector('#messagebody')`),
  open: (page, row) => page.locator(rows).nth(row).locator('.subject').first().click(),
  async search(page, text) {
    // In the text of messages too, as ours does.
    await page.evaluate(`(() => {
      for (const row of document.querySelectorAll('${rows}')) row.setAttribute('data-before', '')
      for (const box of document.querySelectorAll('input[name="s_mods[]"][value="text"]')) if (!box.checked) box.click()
    })()`)
    await page.locator('#mailsearchform').fill(text)
    await page.locator('#mailsearchform').press('Enter')
  },
  found: (page) => shows(page, `document.querySelectorAll('${rows}:not([data-before])').length > 10`),
})

interface Figure {
  readonly name: string
  readonly unit: string
  readonly of: (measured: Measured) => number
}

const figures: readonly Figure[] = [
  { name: 'mailbox opens, rows on the screen', unit: 'ms', of: ({ listMs }) => listMs },
  { name: 'first message of a visit opens', unit: 'ms', of: ({ firstMs }) => firstMs },
  { name: 'next message opens', unit: 'ms', of: ({ nextMs }) => median(nextMs) },
  { name: 'search of all text, first rows', unit: 'ms', of: ({ searchMs }) => searchMs },
  { name: 'worst interaction (INP)', unit: 'ms', of: ({ inpMs }) => inpMs },
  { name: 'layout shifts (CLS)', unit: '', of: ({ cls }) => cls },
  { name: 'bytes until the list shows', unit: 'KB', of: ({ bytes }) => bytes / 1_000 },
]

const measured = async (bench: Bench, webmail: Webmail): Promise<ReadonlyMap<string, number>> => {
  await using browser = await openBrowser()
  const visits: Measured[] = []
  for (let round = 0; round < bench.rounds; round += 1) visits.push(await visit(browser, webmail, bench.ours.addressOf(bigLogin), password, words))
  const values = new Map(figures.map(({ name, of }) => [name, median(visits.map(of))]))
  for (const { name, unit } of figures) bench.say(`webmail, ${webmail.name}: ${name}: ${(values.get(name) ?? NaN).toPrecision(3)} ${unit}`)
  return values
}

const besideRoundcube = async (bench: Bench): Promise<ReadonlyMap<string, number> | undefined> => {
  if (!roundcubeIsThere()) {
    bench.say('Roundcube is not installed: apt-get install roundcube-core roundcube-sqlite3 php-cli php-sqlite3')
    return undefined
  }
  const root = mkdtempSync(join(tmpdir(), 'bulkhead-roundcube-'))
  try {
    await using peer = await startRoundcube(root, roundcubePort, bench.ours.imap.port)
    return await measured(bench, roundcube(peer.origin))
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

export const webmail: RowGroup = {
  name: 'webmail',
  about: 'the webmail in Chromium with a CPU slowed down four times, beside Roundcube on the same mailbox',
  long: true,
  async measure(bench) {
    await fillLarge(bench, bench.ours)
    const own = await measured(bench, ours(bench))
    const peer = await besideRoundcube(bench)
    return figures.map(({ name, unit }): Row => ({
      name: `webmail: ${name}`, unit, more: false, ours: own.get(name) ?? NaN, peers: peer === undefined ? {} : { Roundcube: peer.get(name) ?? NaN },
    }))
  },
}
