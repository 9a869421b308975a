/** One platform, one browser, an account for each look with the same mail in it, and an outside world on this machine. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { smtpSink, type Sink, type SunkMessage } from '@bulkhead/flow/testing/smtp-sink.ts'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { projectRoot, startPlatform, type Platform } from '../../platform/platform.ts'
import { portBaseGiven, portBases } from '../../ports.ts'
import { looks, openBrowser, patienceMs, type Look } from '../browser.ts'
import { deliver, outside as outsideDomain, type Mail } from './mail.ts'
import { Outside } from './outside.ts'

/** `BULKHEAD_PORT_BASE`, a multiple of 200, for whoever runs some journeys while another run goes on. */
const portBase = portBaseGiven() ?? portBases['test/web/matrix'][0]
const domain = 'minato-mail.example'
const cell = 'tokai'

/** The longest there is: a slow machine takes its time to take something back. */
export const undoSeconds = 30

/** Enough that a whole mailbox is more than what the list loads at once. */
const bulkCount = 70
export const bulkSubject = '定期便'
const bulk: readonly Mail[] = Array.from({ length: bulkCount }, (_, at) => ({ subject: `${bulkSubject} ${at + 1}号`, text: `今週のお知らせ、${at + 1}号です。` }))

/** No page lives long enough here for what optimising its code costs: a fifth of the renderers' time. */
const browserFlags = ['--js-flags=--no-opt --no-maglev']

export const noticeSubject = '設備の点検について'

export class Stage {
  readonly platform: Platform
  readonly browser: Browser
  readonly sink: Sink
  readonly outside: Outside
  readonly password = 'correct horse 7 staple'
  readonly origin: string
  readonly cell = cell
  /** Shares mailboxes with others: a role, not a person. */
  readonly sharer = `sales@${domain}`

  private constructor(platform: Platform, browser: Browser, sink: Sink, outside: Outside) {
    this.platform = platform
    this.browser = browser
    this.sink = sink
    this.outside = outside
    this.origin = `http://localhost:${platform.portOf(cell, plainWebPort)}`
  }

  static async open(mails: readonly Mail[]): Promise<Stage> {
    const sink = await smtpSink({ extensions: ['8BITMIME'] })
    const outside = await Outside.open(portBase)
    const { address, port } = outside.dns.server
    const platform = await startPlatform({
      cells: [{ id: cell, name: 'みなとメール', portBase, settings: ['limits: { connectionsPerPeer: 5000 }', `dns: { servers: ["${address}:${port}"] }`] }],
      routes: [{ domain: outsideDomain, host: '127.0.0.1', port: sink.port }],
      program: [process.execPath, join(projectRoot, 'test/near/up.ts')],
    })
    const stage = new Stage(platform, await openBrowser(browserFlags), sink, outside)
    await platform.must(['domain', 'add', cell, domain])
    const rows = join(platform.directory, 'accounts.csv')
    writeFileSync(rows, ['address,password', ...[stage.sharer, ...looks.map((look) => stage.addressOf(look))].map((address) => `${address},${stage.password}`)].join('\n'))
    await platform.must(['account', 'import', cell, rows])
    await stage.deliver(looks, [...bulk, ...mails])
    await platform.must(['notice', 'send', '--isp', cell, '--all', '--subject', noticeSubject, '--text', '-', '--reason', 'planned work'], '11月30日に設備を点検します。')
    return stage
  }

  addressOf({ language, theme, width }: Look): string {
    return `${language}.${theme}.${width}@${domain}`
  }

  deliver(to: readonly Look[], mails: readonly Mail[]): Promise<void> {
    return deliver(this.platform.portOf(cell, 25), to.map((look) => this.addressOf(look)), mails)
  }

  /** What left for an address outside, and arrived. */
  sentTo(address: string): readonly SunkMessage[] {
    return this.sink.messages.filter(({ to }) => to.some((one) => one.includes(`<${address}>`)))
  }

  async newContext({ language, theme, width }: Look): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      locale: language === 'ja' ? 'ja-JP' : 'en-US', timezoneId: 'Asia/Tokyo', colorScheme: theme, viewport: { width, height: 800 }, hasTouch: width < 600, reducedMotion: 'reduce',
    })
    await context.addInitScript((seconds) => {
      if (self.origin !== 'null') localStorage.setItem('bulkhead.compose.undoSeconds', String(seconds))
    }, undoSeconds)
    context.setDefaultTimeout(Number(process.env['BULKHEAD_PATIENCE_MS'] ?? patienceMs * 2))
    return context
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.platform[Symbol.asyncDispose]()
    await this.sink[Symbol.asyncDispose]()
    await this.outside[Symbol.asyncDispose]()
  }
}
