import assert from 'node:assert/strict'
import { words as kitWords } from '@bulkhead/web/kit/words.ts'
import { words as mailboxWords } from '@bulkhead/web/mail/mailboxes/words.ts'
import { words as filterWords } from '@bulkhead/web/mail/settings/filters/words.ts'
import { until, type Journey, type Visit } from '../matrix/visit.ts'

/** As a person may name it, and as a script may not take it. */
const hostile = '"; discard; #'

const ours = ['家族', hostile]

const ruleNames = async (visit: Visit): Promise<readonly string[]> =>
  (await visit.page.locator('.rule-name').allTextContents()).filter((name) => ours.some((one) => name.startsWith(one)))

const add = async (visit: Visit, name: string, words: string): Promise<void> => {
  const text = visit.say(filterWords)
  const dialog = visit.page.getByRole('dialog')
  await visit.button(text.add).click()
  await dialog.getByLabel(text.name).fill(name)
  await dialog.getByLabel(text.value, { exact: true }).fill(words)
  await dialog.getByLabel(text.mailbox, { exact: true }).selectOption({ label: visit.say(mailboxWords).roles['archive'] ?? '' })
  await visit.asking('SieveScript/set', () => visit.button(text.save, dialog).click())
  await dialog.waitFor({ state: 'detached' })
  await visit.page.getByRole('checkbox', { name: text.on(name) }).waitFor()
}

const order = async (visit: Visit): Promise<void> => {
  const { page } = visit
  const text = visit.say(filterWords)
  const isOff = page.locator('.rule-name').filter({ hasText: '家族' }).getByText(text.off, { exact: true })
  await visit.go('/settings/filters')
  await add(visit, '家族', '田中')
  await add(visit, hostile, 'a"b\\')
  assert.deepEqual(await ruleNames(visit), ['家族', hostile])
  await visit.asking('SieveScript/set', () => visit.button(text.up(hostile)).click())
  await until(async () => (await ruleNames(visit))[0] === hostile, 'the other order')
  await visit.asking('SieveScript/set', () => page.getByRole('checkbox', { name: text.on('家族') }).uncheck())
  await isOff.waitFor()
  await visit.open('/settings/filters')
  await isOff.waitFor()
  assert.deepEqual(await ruleNames(visit), [hostile, `家族${text.off}`])
  await visit.asking('SieveScript/set', () => visit.button(text.remove('家族')).click())
  await visit.asking('SieveScript/set', () => visit.button(visit.say(kitWords).undo).click())
  await isOff.waitFor()
}

const mistakes = async (visit: Visit): Promise<void> => {
  const { page } = visit
  const text = visit.say(filterWords)
  const dialog = page.getByRole('dialog')
  const save = visit.button(text.save, dialog)
  await visit.button(text.add).click()
  await dialog.getByLabel(text.name).fill('x')
  await save.click()
  await dialog.getByRole('alert').getByText(text.mistakes.emptyValue).waitFor()
  await dialog.getByLabel(text.value, { exact: true }).fill('y')
  await dialog.getByLabel(text.act, { exact: true }).selectOption('forward')
  await dialog.getByLabel(text.address).fill('nobody')
  await save.click()
  await dialog.getByRole('alert').getByText(text.mistakes.badAddress).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
}

const ownScript = async (visit: Visit): Promise<void> => {
  const text = visit.say(filterWords)
  await visit.page.getByText(text.advanced).click()
  const area = visit.page.getByRole('textbox', { name: text.script })
  await area.fill('keep;\nfoo;')
  await visit.asking('SieveScript/set', () => visit.button(text.saveScript).click())
  await visit.page.getByRole('button', { name: text.mistakeAt(2, 1) }).click()
  assert.deepEqual(await area.evaluate((element: HTMLTextAreaElement) => [document.activeElement === element, element.selectionStart]), [true, 6])
}

const removed = async (visit: Visit): Promise<void> => {
  const text = visit.say(filterWords)
  for (const name of ours) {
    await visit.asking('SieveScript/set', () => visit.button(text.remove(name)).click())
    await visit.button(text.remove(name)).waitFor({ state: 'detached' })
  }
}

export const journey: Journey = {
  name: 'filters are put in order, switched off, kept, taken back, mended where they lack something, and removed; a script shows where it is wrong',
  async go(visit) {
    await order(visit)
    await mistakes(visit)
    await ownScript(visit)
    await removed(visit)
  },
}
