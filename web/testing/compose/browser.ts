/** Builds the page of these tests, starts its server and Debian's Chromium. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { build } from 'vite'
import { FakeServer } from './fake-server.ts'

const web = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A loaded machine is slow, and that is no failure. */
export const waitMs = 45_000

export interface Stage {
  readonly server: FakeServer
  readonly browser: Browser
  page(options?: BrowserContextOptions & { readonly language?: 'ja' | 'en'; readonly path?: string }): Promise<Page>
  close(): Promise<void>
}

const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  })

export const openStage = async (): Promise<Stage> => {
  const dist = mkdtempSync(join(tmpdir(), 'bulkhead-compose-'))
  await build({
    root: web,
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: dist, emptyOutDir: true, copyPublicDir: false, minify: false, target: 'esnext', assetsInlineLimit: 0, modulePreload: { polyfill: false },
      rolldownOptions: { input: join(web, 'testing/compose/page.html') },
    },
  })
  const server = new FakeServer(dist)
  await server.listen()
  const browser = await launch()
  return {
    server,
    browser,
    async page({ language = 'ja', path = '/', ...options } = {}) {
      const context = await browser.newContext({ locale: language === 'ja' ? 'ja-JP' : 'en-GB', timezoneId: 'Asia/Tokyo', ...options })
      context.setDefaultTimeout(waitMs)
      const page = await context.newPage()
      await page.goto(server.origin + path)
      await page.waitForSelector('#opener')
      return page
    },
    async close() {
      await browser.close()
      await server.close()
      rmSync(dist, { recursive: true, force: true })
    },
  }
}
