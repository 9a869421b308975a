import assert from 'node:assert/strict'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import { words as forwardingWords } from '@bulkhead/web/mail/settings/forwarding/words.ts'
import { words as vacationWords } from '@bulkhead/web/mail/settings/vacation/words.ts'
import { hanako, outside } from '../matrix/mail.ts'
import { until, type Journey } from '../matrix/visit.ts'

export const journey: Journey = {
  name: 'a vacation answers and a forwarding passes on what comes while they are on',
  async go(visit) {
    const { page, stage } = visit
    const [vacation, forwarding] = [visit.say(vacationWords), visit.say(forwardingWords)]
    const target = `copy.${visit.address.split('@')[0]}@${outside}`
    await visit.go('/settings/vacation')
    await page.getByLabel(vacation.isEnabled).check()
    await visit.button(vacation.save).click()
    await page.getByText(vacation.noText).waitFor()
    await visit.checked('a vacation without a text')
    await page.getByLabel(vacation.text, { exact: true }).fill('来週まで休んでおります。')
    await page.getByLabel(vacation.first).fill('2030-12-28')
    await page.getByLabel(vacation.last).fill('2030-12-01')
    await visit.button(vacation.save).click()
    await page.getByText(vacation.badOrder).waitFor()
    await page.getByLabel(vacation.last).fill('2031-01-05')
    await visit.button(vacation.save).click()
    await page.getByText(vacation.later).waitFor()
    await visit.checked('a vacation to come')
    await page.getByLabel(vacation.first).fill('')
    await visit.button(vacation.save).click()
    await page.getByText(vacation.now).waitFor()

    await visit.go('/settings/forwarding')
    await page.getByLabel(forwarding.isEnabled).check()
    await page.getByLabel(forwarding.address(1)).fill(visit.address)
    await visit.button(forwarding.save).click()
    await page.getByText(forwarding.ownAddress).waitFor()
    await visit.checked('forwarding to oneself')
    await page.getByLabel(forwarding.address(1)).fill(target)
    await visit.button(forwarding.save).click()
    await page.getByText(forwarding.saved).first().waitFor()
    const inUse = visit.say(mailWords)
    if (visit.look.width > 600) {
      await page.getByRole('link', { name: inUse.forwarding(1) }).waitFor()
      await page.getByRole('link', { name: inUse.away }).waitFor()
    }
    await visit.checked('forwarding')
    await visit.open('/settings/forwarding')
    assert.equal(await page.getByLabel(forwarding.address(1)).inputValue(), target)

    await stage.deliver([visit.look], [{ subject: 'ご都合はいかがですか', text: 'ご連絡ください。' }])
    const isAnswered = (): boolean => stage.sentTo(hanako.email).some(({ content }) => content.includes(visit.address) && /^Auto-Submitted: auto-replied/im.test(content))
    await until(() => stage.sentTo(target).length > 0, 'the copy')
    await until(() => isAnswered(), 'the vacation answer')
    await page.getByLabel(forwarding.isEnabled).uncheck()
    await visit.asking('Forwarding/set', () => visit.button(forwarding.save).click())
    await visit.go('/settings/vacation')
    await page.getByLabel(vacation.isEnabled).uncheck()
    await visit.asking('VacationResponse/set', () => visit.button(vacation.save).click())
    await page.getByText(vacation.now).waitFor({ state: 'detached' })
  },
}
