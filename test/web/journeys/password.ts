import assert from 'node:assert/strict'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import { words as securityWords } from '@bulkhead/web/mail/settings/security/words.ts'
import { words as signInWords } from '@bulkhead/web/sign-in/words.ts'
import { focused, tabTo } from '../matrix/keys.ts'
import { until, type Journey, type Visit } from '../matrix/visit.ts'

const another = 'harbour light 4 pontoon'
const subjects = { ja: 'パスワードが変更されました', en: 'Your password was changed' } as const

/** Browsers say of every refusal that it was one. */
const expectRefusals = (visit: Visit): void => {
  const others = visit.complaints.filter((line) => !/status of (?:403|422)/.test(line))
  visit.complaints.splice(0, Infinity, ...others)
}

const change = async (visit: Visit, from: string, to: string, way: 'Tab' | 'Shift+Tab' = 'Shift+Tab'): Promise<void> => {
  const { page } = visit
  const text = visit.say(securityWords)
  const say = async (words: string): Promise<void> => {
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(words)
  }
  await tabTo(page, page.getByLabel(text.current, { exact: true }), way)
  await say(from)
  await tabTo(page, page.getByLabel(text.fresh, { exact: true }))
  await say(to)
  await page.keyboard.press('Enter')
}

export const journey: Journey = {
  name: 'the password is changed by keys, under rules said before: other devices are out, this page goes on, a notice says so; and back again',
  async go(visit) {
    const { page, stage, look } = visit
    const [text, reading, signIn] = [visit.say(securityWords), visit.say(readingWords), visit.say(signInWords)]
    const lost = await visit.other()
    await lost.signIn(true)

    // The address that older notices lead to.
    await visit.go('/settings/devices')
    const [current, fresh] = [page.getByLabel(text.current, { exact: true }), page.getByLabel(text.fresh, { exact: true })]
    await fresh.waitFor()
    for (const rule of text.rules) await page.getByText(rule).waitFor()
    assert.equal(await fresh.getAttribute('autocomplete'), 'new-password')
    assert.equal(await page.getByLabel(text.account, { exact: true }).inputValue(), visit.address)
    await visit.checked('security')
    await change(visit, stage.password, 'Password123', 'Tab')
    await page.getByText(text.common).waitFor()
    await focused(fresh)
    await visit.checked('a password that is used a lot')
    await change(visit, 'not this one', another)
    await page.getByText(text.wrong).waitFor()
    await focused(current)
    expectRefusals(visit)

    await change(visit, stage.password, another)
    await page.getByText(text.done).waitFor()
    await visit.checked('the password is changed')
    assert.equal(await fresh.inputValue(), '')
    await lost.page.reload()
    const password = lost.page.getByLabel(signIn.password, { exact: true })
    await password.waitFor()
    await password.fill(another)
    await lost.page.keyboard.press('Enter')
    await password.waitFor({ state: 'detached' })
    await lost.close()
    await change(visit, another, stage.password)
    await until(async () => (await current.inputValue()) === '', 'the password is changed back')

    await visit.go('/')
    const notices = visit.list.getByRole('row').filter({ hasText: subjects[look.language] })
    await until(async () => (await notices.count()) === 2, 'a notice of each change')
    await notices.first().getByRole('link').click()
    await page.getByText(reading.officialHint).waitFor()
    await visit.checked('the notice of a new password')
    await page.getByRole('link', { name: reading.officialLink }).click()
    await page.getByRole('heading', { name: text.password }).waitFor()
  },
}
