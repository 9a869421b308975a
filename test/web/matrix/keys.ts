/** A person without a mouse: Tab until it is there, and what has the focus is looked at. */
import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'

/** More stops than any page has. */
const stopsMax = 120

const hasFocus = (target: Locator): Promise<boolean> => target.evaluate((element) => element === document.activeElement)

/** Goes on by Tab (or back) until `target` has the focus. */
export const tabTo = async (page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> => {
  await target.waitFor()
  for (let stops = 0; !(await hasFocus(target)); stops += 1) {
    assert.ok(stops < stopsMax, `Tab never comes to ${String(target)}`)
    await page.keyboard.press(key)
  }
}

export const press = async (page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> => {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

/** Where the page put the focus by itself. */
export const focused = async (target: Locator): Promise<void> => {
  await target.and(target.page().locator(':focus')).waitFor()
}
