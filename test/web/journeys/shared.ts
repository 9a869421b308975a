import assert from 'node:assert/strict'
import { words as actionWords } from '@bulkhead/web/mail/actions/words.ts'
import { words as composeWords } from '@bulkhead/web/mail/compose/words.ts'
import { words as kitWords } from '@bulkhead/web/kit/words.ts'
import { words as listWords } from '@bulkhead/web/mail/list/words.ts'
import { words as mailboxWords } from '@bulkhead/web/mail/mailboxes/words.ts'
import { words as mailWords } from '@bulkhead/web/mail/words.ts'
import { words as readingWords } from '@bulkhead/web/mail/reading/words.ts'
import { words as searchWords } from '@bulkhead/web/mail/search/words.ts'
import { words as sharedWords } from '@bulkhead/web/mail/shares/words.ts'
import type { Mail } from '../matrix/mail.ts'
import { SharedMailbox } from '../matrix/shared-mailbox.ts'
import type { Journey, Visit } from '../matrix/visit.ts'

const [order, question, later] = ['注文の確認', '在庫の問い合わせ', '納期の相談']
const mails: readonly Mail[] = [
  { subject: order, text: '注文書をお送りします。', files: [{ name: '注文書.txt', type: 'text/plain', text: '十個' }], fields: ['List-Unsubscribe: <mailto:leave@friends.example>'] },
  { subject: question, text: '在庫はありますか。' },
]

const rail = async (visit: Visit) => {
  const found = visit.page.getByRole('navigation', { name: visit.say(mailboxWords).mailboxes })
  if (visit.look.width < 600 && !(await found.isVisible())) await visit.button(visit.say(mailWords).openRail).click()
  await found.waitFor()
  return found
}

const isGone = (visit: Visit, subject: string): Promise<void> => visit.list.getByText(subject).waitFor({ state: 'detached' })

/** What was done to the one message that is chosen, and undone. */
const actAndUndo = async (visit: Visit, act: () => Promise<void>, said: string): Promise<void> => {
  await (await visit.row(question)).getByRole('checkbox').click()
  await act()
  await visit.page.getByText(said).first().waitFor()
  await isGone(visit, question)
  await visit.page.getByRole('button', { name: visit.say(kitWords).undo, exact: true }).last().click()
  await visit.row(question)
}

const carriesAndSearches = async (visit: Visit, name: string): Promise<void> => {
  const { page } = visit
  const [text, done, kit] = [visit.say(listWords), visit.say(actionWords), visit.say(kitWords)]
  const main = page.getByRole('main')
  const inbox = visit.say(mailboxWords).roles['inbox'] ?? ''
  const chooseMailbox = async (wanted: string): Promise<void> => {
    await page.getByRole('dialog').getByRole('searchbox').fill(wanted)
    await page.keyboard.press('Enter')
  }
  await actAndUndo(visit, async () => {
    if (!visit.isPhone) return (await visit.row(question)).dragTo((await rail(visit)).getByRole('link', { name: inbox }))
    await visit.button(text.move, main).click()
    await chooseMailbox(inbox)
  }, done.moved(1, inbox))
  await actAndUndo(visit, () => visit.choose(main.getByRole('button', { name: kit.more }).first(), text.junk), done.junked(1))
  await (await visit.row(question)).getByRole('checkbox').click()
  await visit.choose(main.getByRole('button', { name: kit.more }).first(), text.copy)
  await chooseMailbox(inbox)
  await page.getByText(done.copied(1, inbox)).first().waitFor()
  await visit.search(question)
  await visit.list.getByText(question).first().waitFor()
  await page.getByRole('heading', { level: 1 }).getByText(text.resultsIn(name)).waitFor()
  await visit.button(visit.say(searchWords).clear).click()
}

const forwards = async (visit: Visit, name: string): Promise<void> => {
  const { page } = visit
  await visit.button(visit.say(readingWords).forward).click()
  const composer = page.locator('.composer')
  await composer.getByText(visit.say(composeWords).sharedAnswer(name, visit.address)).waitFor()
  await composer.getByText('注文書.txt').waitFor()
  await visit.checked('forwarding a shared message')
  await visit.discard(composer)
  await visit.noStepBack()
}

const showsSource = async (visit: Visit): Promise<void> => {
  const opening = visit.context.waitForEvent('page')
  const { more, source } = visit.say(readingWords)
  await visit.choose(visit.page.locator('.message-actions').getByRole('button', { name: more }), source)
  const tab = await opening
  await tab.getByText(/List-Unsubscribe: <mailto:leave/).first().waitFor()
  await tab.close()
}

/** Read, and found again at its address. */
const reads = async (visit: Visit, name: string): Promise<void> => {
  const { page } = visit
  await visit.read(order)
  await page.getByText('注文書をお送りします。').last().waitFor()
  await page.locator('.attachment-link').getByText('注文書').waitFor()
  await page.getByText(visit.say(readingWords).unsubscribeShared).waitFor()
  await showsSource(visit)
  const { pathname } = new URL(page.url())
  await forwards(visit, name)
  await page.goto(visit.stage.origin + pathname)
  await page.getByRole('heading', { level: 2, name: order }).waitFor()
}

export const journey: Journey = {
  name: 'a mailbox that a colleague shares comes by itself, is worked in as far as the rights go, and goes when they are taken away',
  async go(visit) {
    const { page } = visit
    const text = visit.say(sharedWords)
    const name = `Orders ${visit.look.language} ${visit.look.theme} ${visit.look.width}`
    await using shared = await SharedMailbox.make(visit.stage, { name, member: visit.address, mails })
    await shared.allow('lrswite')
    await (await rail(visit)).getByRole('heading', { name: text.sharedBy(visit.stage.sharer) }).waitFor()
    await visit.checked('mailboxes with shared ones')
    await (await rail(visit)).getByRole('link', { name }).click()
    await visit.row(order)
    await shared.append({ subject: later, text: 'いつになりますか。' })
    await visit.row(later)
    await visit.checked('a shared mailbox')
    const { trash } = visit.say(listWords)
    await actAndUndo(visit, () => visit.button(trash, page.getByRole('main')).click(), visit.say(actionWords).trashed(1))
    await carriesAndSearches(visit, name)
    await reads(visit, name)
    await visit.go(new URL(page.url()).pathname.split('/').slice(0, 3).join('/'))
    await shared.allow('lr')
    await page.getByText(text.ofOwner(visit.stage.sharer, text.may.read)).waitFor()
    await (await visit.row(later)).getByRole('checkbox').click()
    assert.equal(await visit.button(trash, page.getByRole('main')).count(), 0)
    await visit.checked('a shared mailbox that may only be read')
    await shared.allow('')
    await page.getByText(text.ended(name)).first().waitFor()
    await page.waitForURL('**/mail/inbox')
  },
}
