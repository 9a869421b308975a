/**
 * How long a page is held up by a plain text as long as the server shows one: `node test/web/long-text.ts [MEBIBYTES]`. Clicks and keys go
 * on while it comes. The server is the one in memory, so the figures are the page's own.
 */
import { views } from '@bulkhead/web/testing/reading.ts'
import { startFakeServer } from '@bulkhead/web/testing/server.ts'
import { vitalsOf, watchPage } from '../bench/load/stopwatch.ts'
import { openBrowser, openMail } from './browser.ts'

const mebibytes = Number(process.argv[2] ?? 3)
const readingMs = 1_000
const line = 'これは一行の文です。 2026-11-21T09:00:00Z status=ok\n'
const count = Math.floor((mebibytes * 1_048_576) / (Buffer.byteLength(line) + 6))
const text = Array.from({ length: count }, (_, at) => `${at} ${line}`).join('')

await using browser = await openBrowser()
const server = await startFakeServer(40)
const order = server.account.query({ inMailbox: 'inbox' }, false)
const [before = '', id = ''] = order.slice(1)
views.set(id, { body: { is: 'text', segments: [{ text, depth: 0, href: null }], hasQuote: false, truncated: false } })
const mail = await openMail(browser, server.origin, `/mail/inbox/${before}`)
const { page } = mail
await watchPage(page)
await page.reload()
await page.locator('.message-head').waitFor()
await page.waitForTimeout(readingMs)
const begun = performance.now()
await page.keyboard.press('j')
await page.locator('.text-body').waitFor()
const first = performance.now() - begun
const last = page.locator('.text-run').last().filter({ hasText: `${count - 1} ` })
const whole = last.waitFor({ state: 'attached' }).then(() => performance.now() - begun)
for (let turn = 0; turn < 20; turn += 1) await page.keyboard.press('Shift')
const all = await whole
const { inp } = await vitalsOf(page)
const say = (what: string, value: string): void => void process.stdout.write(`${what.padEnd(56)}${value.padStart(10)}\n`)
process.stdout.write(`plain text of ${mebibytes} MiB, ${count} lines, loaded ahead\n`)
say('its beginning stands', `${Math.round(first)} ms`)
say('all of it stands, found by the browser', `${Math.round(all)} ms`)
say('slowest answer to a key meanwhile (INP)', `${Math.round(inp)} ms`)
await mail[Symbol.asyncDispose]()
await server.close()
