/**
 * How quick the list is in Chromium with the processor slowed down four times: `node test/web/speed.ts [MESSAGES]`. The
 * server is the one in memory, so the figures are the page's own. Prints one line a figure beside its goal.
 */
import type { Page } from 'playwright-core'
import { weigh } from '@bulkhead/web/budgets.mjs'
import { startFakeServer } from '@bulkhead/web/testing/server.ts'
import { timeToAnswer, timeToSee, vitalsOf, watchPage } from '../bench/load/stopwatch.ts'
import { slowdown } from '../bench/load/webmail.ts'
import { bulkhead } from '../bench/load/webmails.ts'
import { median } from '../bench/table.ts'
import { openBrowser, openMail } from './browser.ts'

const count = Number(process.argv[2] ?? 10_000)
const runs = 5
const readingMs = 1_000

const say = (what: string, value: string, goal: string): void => void process.stdout.write(`${what.padEnd(64)}${value.padStart(12)}   goal ${goal}\n`)

const ms = (values: readonly number[]): string => `${Math.round(median(values))} ms`

/** As often as it says, with time between for what is loaded ahead. */
const several = async (page: Page, times: number, measure: (turn: number) => Promise<number>): Promise<readonly number[]> => {
  const taken: number[] = []
  for (let turn = 0; turn < times; turn += 1) {
    taken.push(await measure(turn))
    await page.waitForTimeout(readingMs)
  }
  return taken
}

await using browser = await openBrowser()
const server = await startFakeServer(count)
const mail = await openMail(browser, server.origin)
const { page } = mail
const { sights, search } = bulkhead(server.origin)
/** Of a message in text or in HTML. */
const message = `${sights.text} || ${sights.html}`

await watchPage(page)
const devtools = await mail.context.newCDPSession(page)
await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })

const opened = await several(page, runs, () => timeToSee(page, 'the list', sights.list, () => page.reload({ waitUntil: 'commit' })))
const keys = (what: string, second: string) => timeToAnswer(page, what, sights.list, async () => {
  await page.keyboard.press('g')
  await page.keyboard.press(second)
})
const other = await keys('another mailbox', 't')
await page.waitForTimeout(readingMs)
const back = await several(page, 2 * runs, (turn) => keys('back', turn % 2 === 0 ? 'i' : 't'))
await keys('the inbox', 'i')
await page.waitForTimeout(readingMs)
await timeToAnswer(page, 'a message', message, async () => {
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
})
await page.waitForTimeout(readingMs)
const next = await several(page, 2 * runs, () => timeToAnswer(page, 'the next message', message, () => page.keyboard.press('j')))
const jump = await timeToAnswer(page, 'rows far down', sights.list, () => bulkhead(server.origin).jump(page))
for (let number = 3; number < 8; number += 1) await page.locator('[role="grid"] [role="row"] input').nth(number).click()
await page.getByRole('checkbox', { name: 'すべて選択' }).click()
const searched = await timeToAnswer(page, 'what was searched', sights.found, () => search(page, '件名：写真'))
await page.waitForTimeout(readingMs)
const { inp, cls } = await vitalsOf(page)

process.stdout.write(`webmail, Chromium, processor ${slowdown} times slower, a mailbox of ${count}, median (worst) by the page's clock\n`)
say('list usable, from the beginning of the navigation', `${ms(opened)} (${Math.round(Math.max(...opened))})`, '1,000 ms')
say('another mailbox, shown for the first time', ms([other]), '500 ms')
say('back to a mailbox shown before', `${ms(back)} (${Math.round(Math.max(...back))})`, '100 ms')
say('next message, loaded ahead', `${ms(next)} (${Math.round(Math.max(...next))})`, '100 ms')
say('rows shown after a jump into the middle', ms([jump]), '500 ms')
say('first rows of a search', ms([searched]), '500 ms')
say('slowest answer to a key or click (INP)', ms([inp]), '200 ms')
say('layout shift', cls.toFixed(3), '0.1')
say('largest answer', `${Math.round(server.seen.largestAnswer / 1000)} KB`, '100 KB')
for (const { route, bytes, bytesMax } of weigh(new URL('../../web/dist', import.meta.url).pathname)) {
  say(`weight of ${route}, JavaScript and style, gzip`, `${(bytes / 1000).toFixed(1)} KB`, `${bytesMax / 1000} KB`)
}
await mail[Symbol.asyncDispose]()
await server.close()
