/** What is done in a webmail, and when it shows; in Chromium with its CPU slowed down four times. */
import { chromium, type Browser, type Page } from 'playwright-core'

export interface Webmail {
  readonly name: string
  readonly origin: string
  readonly fields: { readonly login: string; readonly password: string }
  /** A row of the list, of which there are more than `rowsMin` when it shows. */
  readonly row: string
  /** There when a message's text shows. */
  readonly text: (page: Page) => Promise<unknown>
  /** Begins to open the row with this number. */
  readonly open: (page: Page, row: number) => Promise<void>
  readonly search: (page: Page, words: string) => Promise<void>
  /** There when the results show, and not before. */
  readonly found: (page: Page, words: string) => Promise<unknown>
}

const slowdown = 4
const rowsMin = 10
const patienceMs = 120_000
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', args: flags })

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** Waits until the page says yes to this expression; asked at every frame. */
export const shows = (page: Page, expression: string): Promise<unknown> => page.waitForFunction(expression, undefined, { polling: 'raf' })

const rowsShow = (page: Page, row: string): Promise<unknown> => shows(page, `document.querySelectorAll(${JSON.stringify(row)}).length > ${rowsMin}`)

export interface Measured {
  /** From the address bar, signed in, to rows on the screen. */
  readonly listMs: number
  /** The first message of a visit, and the next ones. */
  readonly firstMs: number
  readonly nextMs: readonly number[]
  readonly searchMs: number
  /** Worst of the interactions (INP), and all shifts of the layout together (CLS); from `web-vitals`' definitions as the browser tells them. */
  readonly inpMs: number
  readonly cls: number
  /** Bytes over the wire until the list showed, the cache empty. */
  readonly bytes: number
}

const watchVitals = `(() => {
  const vitals = (window.vitals = { inp: 0, cls: 0 })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId > 0) vitals.inp = Math.max(vitals.inp, entry.duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) vitals.cls += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
})()`

/** One visit. `login` is signed in unmeasured. */
export const visit = async (browser: Browser, webmail: Webmail, login: string, password: string, words: string): Promise<Measured> => {
  // What looks at every frame is a string to the page, which its own policy would not run.
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 800 }, bypassCSP: true })
  context.setDefaultTimeout(patienceMs)
  try {
    const page = await context.newPage()
    await page.goto(webmail.origin)
    await page.fill(webmail.fields.login, login)
    await page.fill(webmail.fields.password, password)
    await page.keyboard.press('Enter')
    await rowsShow(page, webmail.row)
    await page.addInitScript({ content: watchVitals })
    const devTools = await context.newCDPSession(page)
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await devTools.send('Network.enable')
    await devTools.send('Network.clearBrowserCache')
    let bytes = 0
    devTools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength))
    const listMs = await timed(async () => {
      await page.goto(webmail.origin, { waitUntil: 'commit' })
      await rowsShow(page, webmail.row)
    })
    const shown = bytes
    await page.waitForTimeout(2_000)
    const openMs: number[] = []
    for (let row = 2; row < 7; row += 1) {
      openMs.push(await timed(async () => {
        await webmail.open(page, row)
        await webmail.text(page)
      }))
      await page.waitForTimeout(1_000)
    }
    const searchMs = await timed(async () => {
      await webmail.search(page, words)
      await webmail.found(page, words)
    })
    await page.waitForTimeout(500)
    const vitals = await page.evaluate<{ inp: number; cls: number }>('window.vitals')
    const [firstMs = NaN, ...nextMs] = openMs
    return { listMs, firstMs, nextMs, searchMs, inpMs: vitals.inp, cls: vitals.cls, bytes: shown }
  } finally {
    await context.close()
  }
}
