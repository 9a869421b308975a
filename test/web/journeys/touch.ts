import { words as actionWords } from '@bulkhead/web/mail/actions/words.ts'
import { words as listWords } from '@bulkhead/web/mail/list/words.ts'
import type { CDPSession, Locator } from 'playwright-core'
import type { Journey } from '../matrix/visit.ts'

const subject = '指で払う手紙'

/** Browsers take a finger that lies still for so long before it leaves for one that flings nothing: the touch after a fling only stops it, and is no tap. */
const restMs = 100

const middleOf = async (target: Locator): Promise<{ readonly x: number; readonly y: number; readonly width: number }> => {
  const box = await target.boundingBox()
  if (box === null) throw new Error('what is touched is not there')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width }
}

const tap = async (devtools: CDPSession, target: Locator): Promise<void> => {
  const { x, y } = await middleOf(target)
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] })
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

/** A finger goes along the row by `by` of its width. */
const swipe = async (devtools: CDPSession, row: Locator, by: number): Promise<void> => {
  const { x: middle, y, width } = await middleOf(row)
  const from = middle + width * (by < 0 ? 0.35 : -0.2)
  const points = (x: number) => [{ x, y }]
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points(from) })
  for (let step = 1; step <= 8; step += 1) await devtools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points(from + (width * by * step) / 8) })
  await new Promise((resolve) => setTimeout(resolve, restMs))
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

export const journey: Journey = {
  name: 'a row is pulled by a finger: to the left it goes to the trash, to the right it is read and unread, a little does nothing',
  mail: [{ subject, text: '指の試しです。' }],
  async go(visit) {
    const { page, context } = visit
    const done = visit.say(actionWords)
    const devtools = await context.newCDPSession(page)
    // Tablets and some large screens have a finger too.
    await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: true })
    const row = await visit.row(subject)
    const unread = row.getByText(visit.say(listWords).unread, { exact: true })
    await unread.waitFor({ state: 'attached' })
    await swipe(devtools, row, 0.5)
    await unread.waitFor({ state: 'detached' })
    await swipe(devtools, row, 0.5)
    await unread.waitFor({ state: 'attached' })
    await swipe(devtools, row, -0.2)
    await tap(devtools, row.getByRole('link'))
    await page.getByRole('heading', { level: 2, name: subject }).waitFor()
    await page.goBack()
    await row.waitFor()
    await swipe(devtools, row, -0.6)
    await page.getByText(done.trashed(1)).first().waitFor()
    await row.waitFor({ state: 'detached' })
    await visit.undo()
    await row.waitFor()
    await devtools.send('Emulation.setTouchEmulationEnabled', { enabled: visit.isPhone })
    await devtools.detach()
  },
}
