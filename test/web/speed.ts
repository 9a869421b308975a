/**
 * How quick the list is in Chromium with the processor slowed down four times: `node test/web/speed.ts [MESSAGES]`. The
 * server is the one in memory, so the figures are the page's own. Prints one line a figure beside its goal.
 */
import type { Page } from 'playwright-core'
import { weigh } from '@bulkhead/web/budgets.mjs'
import { startFakeServer } from '@bulkhead/web/testing/server.ts'
import { openBrowser, openMail } from './browser.ts'

const slowDown = 4
const count = Number(process.argv[2] ?? 10_000)
const runs = 5

interface Watched {
  shifts: number
  slowest: number
}

/** Counts from the first moment of every document: layout shifts, and the time from input to the next drawing. */
const watchPage = (): void => {
  const watched: Watched = { shifts: 0, slowest: 0 }
  Object.assign(globalThis, { watched })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!(entry as unknown as { hadRecentInput: boolean }).hadRecentInput) watched.shifts += (entry as unknown as { value: number }).value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) watched.slowest = Math.max(watched.slowest, entry.duration)
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit)
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const timed = async (act: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await act()
  return performance.now() - began
}

const row = (page: Page, number: number) => page.locator(`[role="grid"] [aria-rowindex="${number}"] .row-link`)

const say = (what: string, value: string, goal: string): void => void process.stdout.write(`${what.padEnd(64)}${value.padStart(12)}   goal ${goal}\n`)

const ms = (value: number): string => `${Math.round(value)} ms`

await using browser = await openBrowser()
const server = await startFakeServer(count)
const mail = await openMail(browser, server.origin)
const { page } = mail
const devtools = await mail.context.newCDPSession(page)
await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowDown })
await page.addInitScript(watchPage)

const opened: number[] = []
for (let run = 0; run < runs; run += 1) {
  await page.reload({ waitUntil: 'commit' })
  await row(page, 1).waitFor()
  // From the document's first byte, as the page's own clock has it.
  opened.push(await page.evaluate(() => performance.now() - (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).responseStart))
}
const jump = await timed(async () => {
  await page.locator('[role="grid"]').evaluate((element) => element.scrollTo(0, element.scrollHeight / 2))
  await row(page, Math.round(count / 2)).waitFor()
})
await page.locator('[role="grid"]').evaluate((element) => element.scrollTo(0, 0))
const other = await timed(async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await page.waitForURL('**/mail/sent')
  await row(page, 1).waitFor()
})
const back = await timed(async () => {
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.waitForURL('**/mail/inbox')
  await row(page, 1).waitFor()
})
for (let press = 0; press < 30; press += 1) await page.keyboard.press('j')
for (let number = 3; number < 8; number += 1) await page.locator(`[aria-rowindex="${number + 25}"] input`).click()
await page.getByRole('checkbox', { name: 'すべて選択' }).click()
const { shifts, slowest } = await page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched)
const search = await timed(async () => {
  await page.goto(`${server.origin}/search?q=${encodeURIComponent('件名：写真')}`)
  await row(page, 1).waitFor()
})

process.stdout.write(`webmail, Chromium, processor ${slowDown} times slower, a mailbox of ${count}\n`)
say('list usable after the first byte (median, worst)', `${ms(median(opened))}, ${ms(Math.max(...opened))}`, '1,000 ms')
say('rows shown after a jump into the middle', ms(jump), '500 ms')
say('another mailbox', ms(other), '500 ms')
say('back to the first', ms(back), '100 ms')
say('first rows of a search, page load included', ms(search), '1,500 ms')
say('slowest answer to a key or click (INP and worse)', ms(slowest), '200 ms')
say('layout shift', shifts.toFixed(3), '0.1')
say('largest answer', `${Math.round(server.seen.largestAnswer / 1000)} KB`, '100 KB')
for (const { route, bytes, bytesMax } of weigh(new URL('../../web/dist', import.meta.url).pathname)) {
  say(`weight of ${route}, JavaScript and style, gzip`, `${(bytes / 1000).toFixed(1)} KB`, `${bytesMax / 1000} KB`)
}
await mail[Symbol.asyncDispose]()
await server.close()
