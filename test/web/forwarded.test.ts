/** The mark of a message that was forwarded, in Chromium: it goes when the forward is taken back, where nothing else put it there. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { language } from '@bulkhead/web/kit/language.ts'
import { scheduledWords } from '@bulkhead/web/mail/compose/scheduled-words.ts'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { methods } from '@bulkhead/web/testing/methods.ts'
import { startFakeServer, type FakeServer } from '@bulkhead/web/testing/server.ts'
import { openBrowser, openMail, patienceMs } from './browser.ts'
import { until } from './matrix/visit.ts'

let browser: Browser
let server: FakeServer
const original = 'M4'
let made = 0

const lastMade = (): string => `E${made}`

before(async () => {
  browser = await openBrowser()
  server = await startFakeServer(5)
  language.value = 'ja'
  const { 'Email/set': setEmails } = methods
  methods['Identity/get'] = () => ({ state: '1', list: [{ id: 'I1', name: '一郎', email: 'ichiro@example.jp', textSignature: '', htmlSignature: '' }], notFound: [] })
  methods['Email/set'] = (account, args) => {
    const created = Object.entries((args['create'] ?? {}) as Record<string, { subject: string }>).map(([key, { subject }]) => {
      made += 1
      account.arrive({ ...(account.emails.get(original) ?? assert.fail('no original')), id: lastMade(), threadId: lastMade(), subject, mailboxIds: {}, keywords: {} })
      return [key, { id: lastMade() }] as const
    })
    return { ...setEmails?.(account, args), created: Object.fromEntries(created) }
  }
  methods['EmailSubmission/set'] = (_, args) => ({ created: { s: { id: lastMade() } }, updated: args['update'] ?? {}, notCreated: null })
  methods['EmailSubmission/query'] = () => ({ ids: [lastMade()] })
  methods['EmailSubmission/get'] = () => ({ list: [{ id: lastMade(), emailId: lastMade(), sendAt: new Date(Date.now() + 3_600_000).toISOString() }] })
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const isMarked = (): boolean => server.account.emails.get(original)?.keywords['$forwarded'] === true

/** As another program does. */
const setMarked = (on: boolean): void => {
  const email = server.account.emails.get(original) ?? assert.fail('no original')
  email.keywords = on ? { $forwarded: true } : {}
}

/** With as long as there is to take something back, and nothing remembered of what went before. */
const begin = async (page: Page): Promise<void> => {
  await page.evaluate('localStorage.setItem("bulkhead.compose.undoSeconds", "30")')
  await page.reload()
  await page.locator('.message-head').waitFor()
}

const textOf = (page: Page) => page.locator('.composer').getByRole('textbox', { name: composeWords().text }).last()

/** Written, not yet sent. */
const forward = async (page: Page): Promise<void> => {
  await page.keyboard.press('f')
  await textOf(page).waitFor()
  await page.keyboard.type('hanako@example.jp, ')
}

const sent = (page: Page) => page.locator('.composer').waitFor({ state: 'detached' })

const send = async (page: Page): Promise<void> => {
  await textOf(page).click()
  await page.keyboard.press('Control+Enter')
  await sent(page)
  assert.ok(isMarked())
}

/** It is open again; what is asked of the server for its mark was asked before. */
const takeBack = async (page: Page, which: 'first' | 'last' = 'last'): Promise<void> => {
  await page.getByRole('button', { name: composeWords().undo, exact: true })[which]().click()
  await textOf(page).waitFor()
}

test('taken back, a forward takes its mark with it; sent again it marks again; the mark of another forward, or of before, stays', async () => {
  await using opened = await openMail(browser, server.origin, `/mail/inbox/${original}`)
  const { page } = opened
  await begin(page)
  await forward(page)
  await send(page)
  await takeBack(page)
  await until(() => !isMarked(), 'the mark is taken off', patienceMs)
  await send(page)
  await forward(page)
  await send(page)
  await takeBack(page, 'first')
  assert.ok(isMarked(), 'the second forward marks too')
  await takeBack(page)
  await until(() => !isMarked(), 'both are taken back', patienceMs)
  setMarked(true)
  await begin(page)
  await forward(page)
  await send(page)
  await takeBack(page)
  assert.ok(isMarked(), 'it was forwarded before')
})

test('a forward whose time has not come takes its mark with it too, and marks again when it is sent after all', async () => {
  setMarked(false)
  await using opened = await openMail(browser, server.origin, `/mail/inbox/${original}`)
  const { page } = opened
  await begin(page)
  await forward(page)
  await page.getByRole('button', { name: composeWords().sendLater }).click()
  await page.locator('dialog[open]').getByRole('button', { name: composeWords().tomorrowMorning }).click()
  await sent(page)
  assert.ok(isMarked())
  await page.locator('a[href="/scheduled"]').first().click()
  await page.getByRole('button', { name: scheduledWords().edit }).click()
  await until(() => !isMarked(), 'the mark is taken off', patienceMs)
  await send(page)
})
