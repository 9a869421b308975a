/**
 * Chromium for tests of the pages: one browser for a file, a fresh profile for each page. Whatever the page complains of
 * (an error, a violation of the content security policy, an exception) fails the test that opened it.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'

export interface Look {
  readonly language: 'ja' | 'en'
  readonly theme: 'light' | 'dark'
  readonly width: number
}

export const looks: readonly Look[] = (['ja', 'en'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((theme) => [360, 768, 1280].map((width) => ({ language, theme, width }))),
)

export const nameOf = ({ language, theme, width }: Look): string => `${language} ${theme} ${width}`

/** Tests wait at least so long for what has to come: other machines are slower. */
export const patienceMs = 30_000

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** The same engine without the browser's own window, which takes a third of the processor time and shows nothing to anybody here. */
const shell = '/usr/lib/chromium/chromium-headless-shell'

export const openBrowser = (more: readonly string[] = []): Promise<Browser> => chromium.launch({ executablePath: shell, args: [...flags, ...more] })

/** For what the shell lacks: notices, installing. */
export const openWholeBrowser = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', args: [...flags, ...(process.env['BH_FLAGS']?.split('|') ?? [])] })

export interface OpenPage extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** What it complained of so far. */
  readonly complaints: string[]
}

/** Puts a session's token where the sign-in page would. */
const signIn = (page: Page): Promise<void> =>
  page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('bulkhead', 1)
        opening.onerror = () => reject(opening.error)
        opening.onupgradeneeded = () => opening.result.createObjectStore('device')
        opening.onsuccess = () => {
          const work = opening.result.transaction('device', 'readwrite')
          work.objectStore('device').put('room.test', 'token')
          work.oncomplete = () => {
            opening.result.close()
            resolve()
          }
        }
      }),
  )

/** A page of the mail, signed in, at `path`. Closing it checks that it complained of nothing. */
export const openMail = async (browser: Browser, origin: string, path = '/', look: Look = { language: 'ja', theme: 'light', width: 1280 }): Promise<OpenPage> => {
  const context = await browser.newContext({
    locale: look.language === 'ja' ? 'ja-JP' : 'en-US',
    colorScheme: look.theme,
    viewport: { width: look.width, height: 800 },
    hasTouch: look.width < 600,
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message))
  await page.goto(`${origin}/assets/none`)
  await signIn(page)
  complaints.length = 0
  await page.goto(origin + path)
  return {
    page,
    context,
    complaints,
    [Symbol.asyncDispose]: async () => {
      await context.close()
      assert.deepEqual(complaints, [], 'the page complained')
    },
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** WCAG 2.2 AA as far as axe can tell. */
export const assertAccessible = async (page: Page, what: string): Promise<void> => {
  if (!(await page.evaluate<boolean>("'axe' in globalThis"))) await page.evaluate(axeSource)
  // Frames of mail run no scripts, axe's neither: it would wait for their answer in vain. No rule of these looks at style sheets, which axe reads unasked.
  const options = JSON.stringify({ runOnly: rules, resultTypes: ['violations'], iframes: false, selectors: false, preload: { assets: ['media'] } })
  const found = await page.evaluate<readonly Violation[]>(`axe.run(document, ${options}).then(({ violations }) => violations)`)
  assert.deepEqual(
    found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary.replaceAll('\n', ' ').slice(0, 300)}`)),
    [],
    what,
  )
}

/** Nothing makes the page scroll sideways (WCAG 1.4.10). */
export const assertFits = async (page: Page, what: string): Promise<void> => {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(wider <= 0, `${what}: ${wider} px too wide`)
}
