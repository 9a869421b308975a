/** What a journey has: a page of one look, signed in to an account of its own on the running platform. */
import assert from 'node:assert/strict'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { language } from '@bulkhead/web/kit/language.ts'
import { words as kitWords } from '@bulkhead/web/kit/words.ts'
import { words as signInWords } from '@bulkhead/web/sign-in/words.ts'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import { assertAccessible, assertFits, type Look } from '../browser.ts'
import type { Mail } from './mail.ts'
import type { Stage } from './stage.ts'

export interface Journey {
  readonly name: string
  /** Lies in the inbox of every account when its journeys begin, the last on top. */
  readonly mail?: readonly Mail[]
  go(visit: Visit): Promise<void>
}

const seenCharactersMax = 3_000
/** A row that was there a moment ago and is not after so long was drawn elsewhere: it is looked for again. */
const goneMs = 2_000

export class Visit {
  readonly look: Look
  readonly stage: Stage
  readonly context: BrowserContext
  readonly page: Page
  /** The account's. */
  readonly address: string
  readonly complaints: string[] = []
  /** Other devices and tabs of the journey that is on. */
  private companions: Visit[] = []
  /** What takes its time outside the page is looked at when all journeys of the look are through. */
  readonly ends: { readonly name: string; readonly check: () => Promise<void> }[] = []

  private constructor(stage: Stage, look: Look, context: BrowserContext, page: Page) {
    this.stage = stage
    this.look = look
    this.context = context
    this.page = page
    this.address = stage.addressOf(look)
    page.on('console', (message) => {
      // A session that is over, and one that is not there yet, are answered 401: browsers say so themselves.
      if (message.type() === 'error' && !message.text().includes('status of 401')) this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(error.stack ?? error.message))
  }

  /** A device of its own, not signed in. */
  static async begin(stage: Stage, look: Look): Promise<Visit> {
    const context = await stage.newContext(look)
    return new Visit(stage, look, context, await context.newPage())
  }

  /** Another device of the same person. */
  async other(): Promise<Visit> {
    const device = await Visit.begin(this.stage, this.look)
    this.companions.push(device)
    return device
  }

  /** Another tab of the same device. */
  async tab(): Promise<Visit> {
    const tab = new Visit(this.stage, this.look, this.context, await this.context.newPage())
    this.companions.push(tab)
    return tab
  }

  /** Words as the page has them. Read at once: looks of both languages take turns. */
  say<Words>(words: () => Words): Words {
    language.value = this.look.language
    return words()
  }

  async signIn(remember = false): Promise<void> {
    const text = this.say(signInWords)
    await this.page.goto(`${this.stage.origin}/sign-in`)
    await this.page.getByLabel(text.login).fill(this.address)
    await this.page.getByLabel(text.password, { exact: true }).fill(this.stage.password)
    if (remember) await this.page.getByLabel(text.remember).check()
    await this.page.getByRole('button', { name: text.submit }).click()
    await this.inPage()
  }

  /** The mail stands. */
  async inPage(): Promise<void> {
    await this.page.getByRole('banner').waitFor()
  }

  /** As a link of the page leads there. What has to be looked at as it is kept is opened anew (`open`), which costs ten times as much. */
  async go(path: string): Promise<void> {
    await this.noStepBack()
    await this.page.evaluate((to) => {
      const link = document.createElement('a')
      link.href = to
      document.body.append(link)
      link.click()
      link.remove()
    }, path)
    await this.page.waitForURL(({ pathname, search }) => pathname + search === path)
  }

  /** On a phone, what closes steps back in the history a moment later; who goes on before that is taken back too. What stays open is left so. */
  async noStepBack(timeout = 10_000): Promise<void> {
    if (this.isPhone) await this.page.waitForFunction(() => history.state?.isLayer !== true, undefined, { timeout }).catch(() => undefined)
  }

  /** Where journeys begin: the top of the inbox, by a link as long as nothing is in the way, which costs a tenth of loading the page. */
  async home(): Promise<void> {
    await this.noStepBack(1_000)
    const isFree = await this.page.evaluate(() => {
      for (const close of document.querySelectorAll<HTMLElement>('.toast-close')) close.click()
      return document.querySelector('.top-bar') !== null && document.querySelector('dialog[open], .composer') === null && history.state?.isLayer !== true
    })
    if (!isFree) return this.open('/')
    await this.go('/')
    await this.list.evaluate((element) => element.scrollTo(0, 0))
  }

  /** Loads the page anew. */
  async open(path: string): Promise<void> {
    // What closes on a phone steps back in the history; where that comes at the same moment, the way there is interrupted once.
    await this.page.goto(this.stage.origin + path).catch(() => this.page.goto(this.stage.origin + path))
    await this.inPage()
  }

  get isPhone(): boolean {
    return this.look.width < 600
  }

  get list(): Locator {
    return this.page.getByRole('grid')
  }

  /**
   * The row of a message, in sight: the list draws more than is seen. What is on its way may come above what was looked through: then it is looked for
   * from the top again.
   */
  async row(subject: string): Promise<Locator> {
    const row = this.list.getByRole('row').filter({ hasText: subject }).first()
    await this.list.getByRole('row').first().waitFor()
    await until(async () => {
      // New mail draws rows anew: the one that was found may be gone from the page when it is scrolled to.
      if ((await row.count()) > 0) return row.scrollIntoViewIfNeeded({ timeout: goneMs }).then(() => true, () => false)
      await this.list.evaluate((element) => {
        const isEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 1
        element.scrollTo(0, isEnd ? 0 : element.scrollTop + element.clientHeight)
      })
      return false
    }, `the row of ${subject}`)
    return row
  }

  /** Opens a message of the list. */
  async read(subject: string): Promise<void> {
    const row = await this.row(subject)
    await row.getByRole('link').click()
    await this.page.getByRole('heading', { level: 2, name: subject }).waitFor()
  }

  /** Search results for `query`, typed as a person does. */
  async search(query: string): Promise<void> {
    const box = this.page.getByRole('searchbox').first()
    await box.fill(query)
    await box.press('Enter')
    await this.page.waitForURL(({ searchParams }) => searchParams.get('q') === query)
  }

  async compose(): Promise<Locator> {
    const name = this.say(mailWords).compose
    await this.page.getByRole('button', { name, exact: true }).first().click()
    const composer = this.page.locator('.composer')
    await composer.getByRole('textbox').last().waitFor()
    return composer
  }

  async discard(composer: Locator): Promise<void> {
    const { discard } = this.say(composeWords)
    await this.button(discard, composer).click()
    await this.button(discard, this.page.locator('dialog[open]')).click()
    await composer.waitFor({ state: 'detached' })
  }

  button(name: string, within: Locator | Page = this.page): Locator {
    return within.getByRole('button', { name, exact: true }).first()
  }

  /** Opens a menu and takes one of what it offers. */
  async choose(menu: Locator, item: string): Promise<void> {
    await menu.click()
    await this.page.getByRole('menuitem', { name: item }).or(this.page.getByRole('menuitemcheckbox', { name: item })).first().click()
  }

  /** By the key; on a phone, which has none, by the button. */
  async send(composer: Locator): Promise<void> {
    if (this.isPhone) await this.button(this.say(composeWords).send, composer).click()
    else await this.page.keyboard.press('Control+Enter')
  }

  /** Does what asks the server for `method`, and waits for its answer: pages show some changes before they are kept. */
  async asking(method: string, act: () => Promise<void>): Promise<void> {
    const answered = this.page.waitForResponse((response) => response.url().endsWith('/jmap/api') && response.request().postData()?.includes(`"${method}"`) === true)
    await act()
    await (await answered).finished()
  }

  /** Takes back what was done last. */
  async undo(): Promise<void> {
    await this.page.getByRole('button', { name: this.say(kitWords).undo, exact: true }).last().click()
  }

  /** WCAG 2.2 AA as far as axe can tell, and nothing scrolls sideways. */
  async checked(screen: string): Promise<void> {
    await assertAccessible(this.page, screen)
    await assertFits(this.page, screen)
  }

  later(name: string, check: () => Promise<void>): void {
    this.ends.push({ name, check })
  }

  /** Nothing was complained of since the last time. */
  assertQuiet(): void {
    assert.deepEqual(this.complaints.splice(0), [], 'the page complained')
  }

  /** For whoever looks into a failure: the page as it was, in the directory that `BULKHEAD_SCREENSHOTS` names. */
  async picture(name: string): Promise<void> {
    const directory = process.env['BULKHEAD_SCREENSHOTS']
    if (directory !== undefined) await this.page.screenshot({ path: `${directory}/${this.address} ${name.slice(0, 40)}.png` })
  }

  /** The same in words: what stood on every page of the journey, and where the focus was. */
  async seen(): Promise<string> {
    const pages = [this, ...this.companions].filter(({ page }) => !page.isClosed())
    const texts = await Promise.all(pages.map(async ({ page, complaints }) => {
      const [focus, text] = await page.evaluate(() => [document.activeElement?.outerHTML.slice(0, 300) ?? '', document.body.innerText] as const).catch((error: unknown) => ['', String(error)] as const)
      return [page.url(), `focus: ${focus}`, ...complaints, text.replaceAll(/\n{2,}/g, '\n').slice(0, seenCharactersMax)].join('\n')
    }))
    return texts.join('\n\n')
  }

  /** The journey has ended, however: its other devices and tabs close, and nothing it did to the network stays. */
  async leave(): Promise<void> {
    await Promise.all(this.companions.splice(0).map((one) => (one.context === this.context ? one.page.close() : one.close())))
    await this.page.unrouteAll({ behavior: 'ignoreErrors' })
  }

  async close(): Promise<void> {
    await this.context.close()
  }
}

/** Waits for what is not on the page. */
export const until = async (is: () => boolean | Promise<boolean>, what: string, patienceMs = 60_000): Promise<void> => {
  for (const end = Date.now() + patienceMs; !(await is()); ) {
    assert.ok(Date.now() < end, `never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
