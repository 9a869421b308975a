/**
 * Every vector of the corpus, shown as mail in Chromium with remote images on. No script runs, nothing is asked of anybody but the
 * content origin, and the frame stays where it is. The same holds for the vectors as they came, without our filter: the frame and
 * its policy are a wall of their own.
 */
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { Door } from '@bulkhead/door/verbs.ts'
import { readingRoom, type ReadingRoom } from '@bulkhead/front/content/testing/reading-room.ts'
import { hostileHtml } from '@bulkhead/test/corpus/hostile-html/vectors.ts'
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { openBrowser, patienceMs } from './browser.ts'

const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const scout = { ask: async () => ({ is: 'answered', answer: { type: 'image/png', sizeBytes: 70, body: picture, rest: null } }) } as unknown as Door<ScoutVerbs>

const listening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** The page around the frame; and, under `/raw/N`, a vector as it came, with the very headers of a document of ours. */
let frameUrl = ''
let policy = ''
const outer = createServer((request, response) => {
  const raw = /^\/raw\/(\d+)$/.exec(request.url ?? '')?.[1]
  if (raw !== undefined) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, 'x-content-type-options': 'nosniff' })
    response.end(hostileHtml[Number(raw)]?.html)
    return
  }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  if (request.url === '/bare') {
    response.end('<img src="https://leak.example/i.png"><script>alert(1)</script>')
    return
  }
  response.end(`<!DOCTYPE html><title>page</title><iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="${frameUrl}"></iframe>`)
})

let browser: Browser
let context: BrowserContext
let page: Page
let room: ReadingRoom
let origin = ''
const asked: string[] = []
const ran: string[] = []

before(async () => {
  origin = `http://localhost:${await listening(outer)}`
  room = await readingRoom({ scout, origin })
  browser = await openBrowser()
  context = await browser.newContext()
  context.setDefaultTimeout(patienceMs)
  page = await context.newPage()
  context.on('page', () => void ran.push('a page was opened'))
  page.on('dialog', (dialog) => {
    ran.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  // What would go elsewhere is noted, and goes nowhere.
  await context.route('**', (route) => {
    const { origin: to } = new URL(route.request().url())
    if (to === origin || to === room.session.contentOrigin) return route.continue()
    asked.push(route.request().url())
    return route.abort()
  })
})

after(async () => {
  await browser.close()
  await room[Symbol.asyncDispose]()
  outer.closeAllConnections()
  await new Promise((resolve) => outer.close(resolve))
})

const shownInFrame = async (url: string): Promise<Frame> => {
  frameUrl = url
  await page.goto(origin, { waitUntil: 'load' })
  const frame = page.frames().find((one) => one !== page.mainFrame())
  assert.ok(frame !== undefined)
  return frame
}

const mail = (html: string): Buffer => Buffer.from(`From: x@y.example\r\nSubject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}`, 'utf8')

for (const [number, { name, html }] of hostileHtml.entries()) {
  test(name, async () => {
    asked.length = 0
    ran.length = 0
    const view = await room.view(await room.file(mail(html)), { images: true })
    assert.ok(view.body.is === 'html')
    policy = (await room.get(view.body.url)).headers.get('content-security-policy') ?? ''
    const frame = await shownInFrame(view.body.url)
    assert.doesNotMatch(await frame.content(), /<(?:script|svg|math|iframe|object|embed|form|input|link|base|template)\b/i)
    assert.equal(frame.url(), view.body.url, 'the frame stays where it is')
    assert.equal(page.frames().length, 2, 'no frame in the frame')
    await shownInFrame(`${origin}/raw/${number}`)
    assert.equal(new URL(page.url()).origin, origin)
    assert.deepEqual(asked, [], 'nobody else is asked')
    assert.deepEqual(ran, [], 'nothing ran')
  })
}

test('what runs or asks without the walls is noticed here', async () => {
  asked.length = 0
  ran.length = 0
  await page.goto(`${origin}/bare`, { waitUntil: 'load' })
  assert.deepEqual(ran, ['dialog 1'])
  assert.deepEqual(asked, ['https://leak.example/i.png'])
})

test('a frame of mail belongs to no origin, and its links open elsewhere without it', async () => {
  const view = await room.view(await room.file(mail('<p>Hello <a href="https://far.example/">there</a></p>')))
  assert.ok(view.body.is === 'html')
  const frame = await shownInFrame(view.body.url)
  assert.equal(await frame.evaluate('self.origin'), 'null')
  const link = frame.getByRole('link')
  assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow')
  assert.equal(await link.getAttribute('target'), '_blank')
})

test('a frame is as tall as its document where the browser can do that, else as tall as it was, and no page elsewhere learns how tall', async () => {
  const view = await room.view(await room.file(mail(`<p style="height: 3000px">Long</p>`)))
  assert.ok(view.body.is === 'html')
  await shownInFrame(view.body.url)
  const canBeTall = await page.evaluate<boolean>(`CSS.supports('frame-sizing', 'content-height')`)
  const height = `(() => { const frame = document.querySelector('iframe'); frame.style.frameSizing = 'content-height'; return frame.offsetHeight })()`
  assert.equal((await page.evaluate<number>(height)) > 3000, canBeTall)
  assert.match(await (await room.get(view.body.url)).text(), new RegExp(`"allow-origins=${origin}"`))
})

test('the print view prints, by our script alone', async () => {
  const view = await room.view(await room.file(mail('<p>Text</p><script>alert(1)</script><img src=x onerror=alert(2)>')))
  ran.length = 0
  await page.addInitScript('window.print = () => { document.documentElement.dataset.printed = "yes" }')
  await page.goto(view.printUrl, { waitUntil: 'load' })
  await page.locator('html[data-printed=yes]').waitFor()
  assert.deepEqual(ran, [])
})
