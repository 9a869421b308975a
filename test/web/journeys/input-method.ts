import assert from 'node:assert/strict'
import type { CDPSession } from 'playwright-core'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { contactWords } from '@bulkhead/web/mail/contacts/contact-words.ts'
import { hanako } from '../matrix/mail.ts'
import type { Journey } from '../matrix/visit.ts'

/** Text that stands there and is not yet taken over. */
const compose = (devtools: CDPSession, text: string): Promise<unknown> =>
  devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })

/** Enter as an input method has it: key code 229, inside the composition. */
const enter = async (devtools: CDPSession, modifiers = 0): Promise<void> => {
  await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229, modifiers })
  await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, modifiers })
}

const taken = (devtools: CDPSession, text: string): Promise<unknown> => devtools.send('Input.insertText', { text })

export const journey: Journey = {
  name: 'while an input method composes, Enter searches nothing, picks nobody, sends and saves nothing; the text that is taken over does',
  mail: [{ subject: '変換の試し', text: '変換します。' }],
  async go(visit) {
    const { page, context } = visit
    const devtools = await context.newCDPSession(page)
    const text = visit.say(composeWords)
    const box = page.getByRole('searchbox').first()
    await box.click()
    await compose(devtools, 'へんかん')
    await enter(devtools)
    assert.equal(new URL(page.url()).pathname, '/')
    await taken(devtools, '変換')
    assert.equal(await box.inputValue(), '変換')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/search?**')
    await visit.row('変換の試し')

    await visit.go('/contacts/new')
    const [form, name] = [visit.say(contactWords), page.getByLabel(visit.say(contactWords).surname, { exact: true })]
    await name.click()
    await compose(devtools, 'へんかん')
    await enter(devtools)
    await taken(devtools, '変換野')
    await page.getByLabel(form.email, { exact: true }).fill('henkan@friends.example')
    assert.equal(new URL(page.url()).pathname, '/contacts/new')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '変換野' }).waitFor()

    await visit.go('/')
    const composer = await visit.compose()
    await compose(devtools, '変換')
    await composer.getByRole('option').filter({ hasText: '変換野' }).waitFor()
    await enter(devtools)
    assert.equal(await composer.locator('.chip').count(), 0)
    await taken(devtools, '変換')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await composer.getByRole('button', { name: '変換野', exact: true }).waitFor()
    await composer.getByLabel(text.subject).fill('変換の途中')
    const body = composer.getByRole('textbox', { name: text.text })
    await body.click()
    await compose(devtools, 'とちゅう')
    await enter(devtools, 2)
    await enter(devtools)
    await taken(devtools, '途中')
    await body.getByText('途中').waitFor()
    assert.equal(await page.locator('dialog[open]').count(), 0)
    assert.equal(visit.stage.sentTo(hanako.email).filter(({ content }) => content.includes('変換の途中')).length, 0)
    await visit.discard(composer)
    await devtools.detach()
  },
}
