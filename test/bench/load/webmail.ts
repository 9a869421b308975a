/** What is done in a webmail, and how long it takes to see; in Chromium with its CPU slowed down four times. */
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { endedWithRun } from '../ending.ts'
import type { Figure } from '../table.ts'
import { timeToAnswer, timeToSee, vitalsOf, watchPage } from './stopwatch.ts'

/** Expressions for the page say what it shows, as a text that is another for another thing, and empty while it is not there. */
export interface Webmail {
  readonly name: string
  readonly origin: string
  readonly fields: { readonly login: string; readonly password: string }
  readonly sights: {
    /** The list of a mailbox with rows in it. */
    readonly list: string
    /** The text of a message; of one in HTML that it is drawn. */
    readonly text: string
    readonly html: string
    /** First rows of a search; or that nothing was found. */
    readonly found: string
    readonly nothing: string
    /** The search came to no end, and that is said. */
    readonly failed: string
  }
  /** The row with this number of the list, from 0. */
  readonly openRow: (page: Page, row: number) => Promise<unknown>
  /** What opens the message after the one that is open, which was in this row. */
  readonly openNext: (page: Page, row: number) => Promise<unknown>
  readonly openMailbox: (page: Page, name: string) => Promise<unknown>
  /** Far down the list by what one does for it: a drag of the bar, or a button. */
  readonly jump: (page: Page) => Promise<unknown>
  /** Types and asks for it; in all of the text. */
  readonly search: (page: Page, words: string) => Promise<unknown>
}

export const slowdown = 4
const patienceMs = 45_000
/** Between one thing done and the next, what a page loads ahead is loaded. */
const readingMs = 1_000
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** An interruption is the run's to hear. */
const deaf = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false }

export const openBrowser = async (): Promise<Browser> => endedWithRun(await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags, ...deaf }))

interface Visitor extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
}

export const signedIn = async (browser: Browser, webmail: Webmail, login: string, password: string): Promise<Visitor> => {
  // The stopwatch's expressions are strings, which a page's own policy would not run.
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 800 }, bypassCSP: true })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  await watchPage(page)
  await page.goto(webmail.origin)
  await page.fill(webmail.fields.login, login)
  await page.fill(webmail.fields.password, password)
  await page.keyboard.press('Enter')
  await page.waitForFunction(`${webmail.sights.list} !== ''`)
  const devTools = await context.newCDPSession(page)
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  return { page, context, [Symbol.asyncDispose]: () => context.close() }
}

export interface Weight {
  /** Over the wire until the list showed, the cache empty. */
  readonly bytes: number
  /** Of that JavaScript and style as gzip would have them, whether or not the server does. */
  readonly code: number
  /** The largest answer that is neither code nor the page itself. */
  readonly largest: number
}

/** Counts what is loaded from now on. */
const weighing = async ({ page, context }: Visitor): Promise<() => Promise<Weight>> => {
  const devTools = await context.newCDPSession(page)
  await devTools.send('Network.enable')
  await devTools.send('Network.clearBrowserCache')
  let bytes = 0
  let largest = 0
  const kinds = new Map<string, string>()
  const code: Promise<number>[] = []
  devTools.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type))
  devTools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength
    const kind = kinds.get(requestId)
    if (kind === 'XHR' || kind === 'Fetch') largest = Math.max(largest, encodedDataLength)
    if (kind !== 'Script' && kind !== 'Stylesheet') return
    const loaded = devTools.send('Network.getResponseBody', { requestId })
    // What the browser does not keep counts as it came.
    code.push(loaded.then(({ body, base64Encoded }) => gzipSync(Buffer.from(body, base64Encoded ? 'base64' : 'utf8')).length, () => encodedDataLength))
  })
  return async () => {
    const known = { bytes, largest }
    const weights = await Promise.all(code)
    await devTools.detach()
    return { ...known, code: weights.reduce((sum, one) => sum + one, 0) }
  }
}

export interface Visit {
  /** From the address to rows on the screen, signed in. */
  readonly listMs: number
  readonly weight: Weight
  readonly firstMs: number
  readonly nextMs: readonly number[]
  readonly otherMs: number
  readonly nextHtmlMs: readonly number[]
  readonly backMs: readonly number[]
  readonly jumpMs: number
  readonly searchMs: number
  readonly inpMs: number
  readonly cls: number
}

export interface Tour {
  readonly login: string
  readonly password: string
  /** Another mailbox, its messages in HTML. */
  readonly other: string
  readonly words: string
}

const several = async (count: number, measure: (turn: number) => Promise<number>): Promise<readonly number[]> => {
  const taken: number[] = []
  for (let turn = 0; turn < count; turn += 1) {
    taken.push(await measure(turn))
    await sleep(readingMs)
  }
  return taken
}

/** One visit, `login` signed in unmeasured. */
export const visit = async (browser: Browser, webmail: Webmail, { login, password, other, words }: Tour): Promise<Visit> => {
  await using visitor = await signedIn(browser, webmail, login, password)
  const { page } = visitor
  const { list, text, html, found } = webmail.sights
  const weigh = await weighing(visitor)
  const listMs = await timeToSee(page, 'the list', list, () => page.goto(webmail.origin, { waitUntil: 'commit' }))
  const weight = await weigh()
  await sleep(2 * readingMs)
  const firstMs = await timeToAnswer(page, 'the first message', text, () => webmail.openRow(page, 2))
  await sleep(readingMs)
  const nextMs = await several(5, (turn) => timeToAnswer(page, 'the next message', text, () => webmail.openNext(page, 2 + turn)))
  const otherMs = await timeToAnswer(page, 'another mailbox', list, () => webmail.openMailbox(page, other))
  await sleep(readingMs)
  await timeToAnswer(page, 'a message in HTML', html, () => webmail.openRow(page, 2))
  await sleep(readingMs)
  const nextHtmlMs = await several(5, (turn) => timeToAnswer(page, 'the next message in HTML', html, () => webmail.openNext(page, 2 + turn)))
  const backMs = await several(5, (turn) => timeToAnswer(page, 'the mailbox before', list, () => webmail.openMailbox(page, turn % 2 === 0 ? 'INBOX' : other)))
  const jumpMs = await timeToAnswer(page, 'rows far down', list, () => webmail.jump(page))
  await sleep(readingMs)
  const searchMs = await timeToAnswer(page, 'what was searched', found, () => webmail.search(page, words))
  await sleep(readingMs)
  const { inp, cls } = await vitalsOf(page)
  return { listMs, weight, firstMs, nextMs, otherMs, nextHtmlMs, backMs, jumpMs, searchMs, inpMs: inp, cls }
}

export interface Asked {
  readonly words: string
  /** Whether anything holds it. */
  readonly isThere: boolean
}

export interface SearchVisit {
  readonly listMs: number
  /** Of each question the first time, and in a visit after. */
  readonly searches: readonly { readonly firstMs: Figure; readonly againMs: Figure }[]
}

/** Longer than Roundcube's page waits itself (180 s). */
const answerMs = 190_000
/** After so long nothing further is asked. */
const searchesMs = 210_000

/** Milliseconds until the right answer is seen; else what was seen or not. */
const answerTo = async (page: Page, webmail: Webmail, { words, isThere }: Asked): Promise<Figure> => {
  const { found, nothing, failed } = webmail.sights
  const right = isThere ? found : nothing
  const begun = performance.now()
  const taken = await timeToAnswer(page, words, `(${found} || ${nothing} || ${failed})`, () => webmail.search(page, words), answerMs)
  const seconds = ((performance.now() - begun) / 1_000).toPrecision(3)
  if (Number.isNaN(taken)) return { none: `no answer in ${seconds} s` }
  if (await page.evaluate<boolean>(`${right} !== ''`)) return taken
  return { none: (await page.evaluate<boolean>(`${failed} !== ''`)) ? `gave up after ${seconds} s` : `wrong answer after ${seconds} s` }
}

/** Searches one after the other in a mailbox; the very first one of a session that was just opened. */
export const searchVisit = async (browser: Browser, webmail: Webmail, login: string, password: string, questions: readonly Asked[]): Promise<SearchVisit> => {
  await using visitor = await signedIn(browser, webmail, login, password)
  const { page } = visitor
  const newVisit = (): Promise<number> => timeToSee(page, 'the list', webmail.sights.list, () => page.goto(webmail.origin, { waitUntil: 'commit' }))
  const listMs = await newVisit()
  const begun = performance.now()
  const ask = async (asked: Asked): Promise<Figure> => {
    if (performance.now() - begun > searchesMs) return { none: 'not asked' }
    await sleep(readingMs)
    const answer = await answerTo(page, webmail, asked)
    // The next is asked by a new visit: what the page remembers itself is gone.
    await newVisit()
    return answer
  }
  const searches: { firstMs: Figure; againMs: Figure }[] = []
  for (const asked of questions) searches.push({ firstMs: await ask(asked), againMs: await ask(asked) })
  return { listMs, searches }
}
