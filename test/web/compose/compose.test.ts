import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { openStage, waitMs, type Stage } from '@bulkhead/web/testing/compose/browser.ts'
import { violationsOf } from './violations.ts'

let stage: Stage

before(async () => {
  stage = await openStage()
})
after(async () => {
  await stage.close()
})
beforeEach(() => {
  const { server } = stage
  server.emails.clear()
  server.submissions.clear()
  server.cards.clear()
  server.calls.length = 0
  server.mode = 'good'
  server.refuse = undefined
  server.uploadDelayMs = 0
})

const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + waitMs; Date.now() < end; ) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail(`never came: ${what}`)
}

const openNew = async (page: Page): Promise<void> => {
  await page.click('#opener')
  await page.waitForSelector('.rich-text')
}

const write = async (page: Page, subject: string, text: string): Promise<void> => {
  await page.fill('.compose-subject', subject)
  await page.click('.rich-text')
  await page.keyboard.press('Control+Home')
  await page.keyboard.type(text)
}

/** Types by an input method: the text stands there, not yet taken over. */
const composeText = async (cdp: CDPSession, text: string): Promise<void> => {
  await cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
}

/** Enter as an input method has it: key code 229, inside the composition. */
const pressInComposition = async (cdp: CDPSession, modifiers = 0): Promise<void> => {
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229, modifiers })
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, modifiers })
}

describe('writing mail in a browser', { timeout: 600_000 }, () => {
  test('a message goes to people found by reading, can be taken back, and is a draft again', async () => {
    stage.server.cards.set('C1', {
      id: 'C1', uid: 'u1', name: { components: [{ kind: 'surname', value: '山田', phonetic: 'やまだ' }, { kind: 'given', value: '花子', phonetic: 'はなこ' }] }, emails: { e: { address: 'hanako@example.jp' } },
    })
    const page = await stage.page()
    await openNew(page)
    await page.keyboard.type('やま')
    await page.waitForSelector('.suggestion')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await write(page, '打ち合わせ', 'よろしくお願いします。')
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('.toast-action')
    const [submission] = [...stage.server.submissions.values()]
    assert.deepEqual(submission?.['envelope'], { mailFrom: { email: 'taro@example.jp', parameters: { HOLDFOR: '10' } }, rcptTo: [{ email: 'hanako@example.jp', parameters: null }] })
    const sent = stage.server.emails.get(String(submission?.['emailId']))
    assert.deepEqual([sent?.['mailboxIds'], sent?.['subject'], stage.server.drafts().length], [{ sent: true }, '打ち合わせ', 0])
    assert.ok(!Object.keys(sent ?? {}).some((key) => key.startsWith('header:')))
    await page.click('.toast-action')
    await page.waitForSelector('.composer .rich-text')
    assert.equal(await page.inputValue('.compose-subject'), '打ち合わせ')
    assert.equal(stage.server.drafts().length, 1)
    await page.context().close()
  })

  test('while an input method composes, Enter neither picks nor sends, and Ctrl+Enter waits', async () => {
    stage.server.cards.set('C1', { id: 'C1', uid: 'u1', name: { full: '山田' }, emails: { e: { address: 'y@example.jp' } } })
    const page = await stage.page()
    const cdp = await page.context().newCDPSession(page)
    await openNew(page)
    await composeText(cdp, '山')
    await page.waitForSelector('.suggestion')
    await pressInComposition(cdp)
    assert.equal(await page.locator('.chip').count(), 0)
    await cdp.send('Input.insertText', { text: '山' })
    await page.keyboard.press('Enter')
    await page.waitForSelector('.chip')
    await page.click('.rich-text')
    await composeText(cdp, 'へんかん')
    await pressInComposition(cdp, 2)
    await pressInComposition(cdp)
    await cdp.send('Input.insertText', { text: '変換' })
    await until('the text in the editor', async () => (await page.locator('.rich-text').innerText()).includes('変換'))
    assert.equal(stage.server.submissions.size, 0)
    assert.equal(await page.locator('dialog[open]').count(), 0)
    await page.context().close()
  })

  test('what is typed is on the server soon, one copy, and comes back as it was', async () => {
    const page = await stage.page()
    await openNew(page)
    await page.keyboard.type('友人, b@example.jp, ')
    await write(page, '件名', '太')
    await page.click('.format-bar button >> nth=0')
    await page.keyboard.type('字')
    await until('a draft', () => stage.server.drafts().length === 1 && JSON.stringify(stage.server.drafts()).includes('<b>字</b>'))
    await page.keyboard.type('です')
    await until('the draft again', () => stage.server.drafts().length === 1 && JSON.stringify(stage.server.drafts()).includes('字です'))
    await page.keyboard.press('Escape')
    await page.waitForSelector('.composer', { state: 'detached' })
    const id = String(stage.server.drafts()[0]?.['id'])
    await page.evaluate((emailId) => (globalThis as unknown as { testCompose(request: object): void }).testCompose({ is: 'draft', emailId }), id)
    await page.waitForSelector('.rich-text b, .rich-text strong')
    assert.equal(await page.locator('.chip').innerText(), 'b@example.jp')
    assert.equal(await page.locator('.chips-field').first().inputValue(), '友人')
    await page.context().close()
  })

  test('without a server nothing is lost: it is kept sealed on the device, shown, and restored by the next page', async () => {
    const page = await stage.page()
    await openNew(page)
    stage.server.mode = 'broken'
    await write(page, '大事', '消えてはならない文章')
    await page.waitForSelector('.keep-bad')
    assert.match(await page.locator('.keep-bad').innerText(), /この端末に保管/)
    const stored = await page.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open('bulkhead.compose')
        request.onsuccess = () => resolve(request.result)
      })
      const rows = await new Promise<{ text: ArrayBuffer }[]>((resolve) => {
        const request = database.transaction('drafts').objectStore('drafts').getAll()
        request.onsuccess = () => resolve(request.result as { text: ArrayBuffer }[])
      })
      return rows.map(({ text }) => new TextDecoder().decode(text)).join('')
    })
    assert.ok(stored.length > 100 && !stored.includes('文章') && !stored.includes('大事'))
    stage.server.mode = 'good'
    await page.close({ runBeforeUnload: false })
    const next = await page.context().newPage()
    await next.goto(stage.server.origin)
    await next.waitForSelector('.rich-text')
    assert.match(await next.locator('.rich-text').innerText(), /消えてはならない文章/)
    await until('the restored draft on the server', () => JSON.stringify(stage.server.drafts()).includes('消えてはならない文章'))
    await page.context().close()
  })

  test('a session that ends in the middle says so, and a new sign-in saves what was typed meanwhile', async () => {
    const page = await stage.page()
    await openNew(page)
    stage.server.mode = 'expired'
    await write(page, '途中', 'ログインが切れた')
    await page.waitForSelector('.keep-bad')
    assert.match(await page.locator('.keep-bad').innerText(), /有効期限/)
    await page.keyboard.type('あとも書く')
    stage.server.mode = 'good'
    await page.evaluate(() => (globalThis as unknown as { testBeginSession(token: string): Promise<void> }).testBeginSession('new'))
    await until('all of it on the server', () => JSON.stringify(stage.server.drafts()).includes('あとも書く') && stage.server.drafts().length === 1)
    await page.context().close()
  })

  test('two tabs never write one draft: the second takes it over with all that the first wrote', async () => {
    const first = await stage.page()
    await openNew(first)
    await write(first, '二つのタブ', '一')
    await until('a draft', () => stage.server.drafts().length === 1)
    const emailId = String(stage.server.drafts()[0]?.['id'])
    await first.keyboard.type('二')
    const second = await first.context().newPage()
    await second.goto(stage.server.origin)
    await second.waitForSelector('#opener')
    await second.evaluate((id) => (globalThis as unknown as { testCompose(request: object): void }).testCompose({ is: 'draft', emailId: id }), emailId).catch(() => undefined)
    // Either it is still that copy, and is seen to be open elsewhere, or it has been replaced meanwhile.
    await until('the other tab', async () => (await second.locator('.compose-elsewhere').count()) > 0 || (await second.locator('.toast-error').count()) > 0)
    if ((await second.locator('.compose-elsewhere').count()) > 0) {
      await second.click('.compose-elsewhere button')
      await second.waitForSelector('.rich-text')
      assert.match(await second.locator('.rich-text').innerText(), /一二/)
      await first.waitForSelector('.composer', { state: 'detached' })
    }
    assert.equal(stage.server.drafts().length, 1)
    await first.context().close()
  })

  test('before it goes: the forgotten attachment, and every recipient outside ticked off', async () => {
    const page = await stage.page()
    await page.evaluate(() => localStorage.setItem('bulkhead.compose.confirm', '"outside"'))
    await page.reload()
    await page.waitForSelector('#opener')
    await openNew(page)
    await page.keyboard.type('a@example.jp, out@other.example, ')
    await write(page, '資料', '資料を添付します。')
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('dialog[open]')
    assert.match(await page.locator('dialog[open]').innerText(), /添付ファイルを忘れ/)
    await page.click('dialog[open] .button-primary')
    await page.waitForSelector('.confirm-rows')
    assert.match(await page.locator('.confirm-row').first().innerText(), /out@other\.example/)
    assert.equal(await page.locator('dialog[open] .button-primary').isDisabled(), true)
    assert.deepEqual(await violationsOf(page), [])
    for (const box of await page.locator('.confirm-row input').all()) await box.check()
    await page.click('dialog[open] .button-primary')
    await until('the message', () => stage.server.submissions.size === 1)
    await page.context().close()
  })

  test('files show how far they are and can be stopped; pictures pasted stand in the text; too large ones are refused at once', async () => {
    const page = await stage.page()
    await openNew(page)
    await page.keyboard.type('a@example.jp, ')
    stage.server.uploadDelayMs = 3_000
    await page.setInputFiles('.compose-foot input[type=file]', { name: 'slow.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(200_000) })
    await page.waitForSelector('.attachment-progress')
    await page.click('.attachment .button')
    await page.waitForSelector('.attachment', { state: 'detached' })
    stage.server.uploadDelayMs = 0
    await page.setInputFiles('.compose-foot input[type=file]', { name: '大きい.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(11_000_000) })
    assert.match(await page.locator('.compose-problem').innerText(), /大きすぎ/)
    await page.setInputFiles('.compose-foot input[type=file]', { name: '見積.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(2_000) })
    await page.waitForSelector('.attachment:has-text("見積.pdf")')
    await page.click('.rich-text')
    await page.evaluate(() => {
      const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (char) => char.charCodeAt(0))
      const data = new DataTransfer()
      data.items.add(new File([bytes], 'dot.png', { type: 'image/png' }))
      document.querySelector('.rich-text')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    await page.waitForSelector('.rich-picture')
    await until('both parts in the draft', () => JSON.stringify(stage.server.drafts()).includes('inline') && JSON.stringify(stage.server.drafts()).includes('見積.pdf'))
    await page.fill('.compose-subject', '見積')
    await page.keyboard.press('Control+Enter')
    await until('the message', () => stage.server.submissions.size === 1)
    const sent = stage.server.emails.get(String([...stage.server.submissions.values()][0]?.['emailId']))
    const parts = sent?.['attachments'] as { disposition: string; cid: string | null }[]
    assert.deepEqual(parts.map(({ disposition }) => disposition).toSorted(), ['attachment', 'inline'])
    assert.ok(JSON.stringify(sent).includes(`cid:${parts.find(({ cid }) => cid !== null)?.cid}`))
    await page.context().close()
  })

  test('hostile HTML on the clipboard becomes plain structure, and no request leaves for it', async () => {
    const page = await stage.page()
    await openNew(page)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.click('.rich-text')
    await page.evaluate(() => {
      const data = new DataTransfer()
      data.setData('text/html', '<p onclick="globalThis.hit=1">文<b>太</b><img src="https://tracker.example/x.png" onerror="globalThis.hit=1"><script>globalThis.hit=1</script><a href="javascript:globalThis.hit=1">押す</a></p>')
      document.querySelector('.rich-text')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    await page.waitForSelector('.rich-text strong')
    assert.equal(await page.locator('.rich-text a, .rich-text img:not(.ProseMirror-separator), .rich-text script').count(), 0)
    assert.equal(await page.evaluate(() => 'hit' in globalThis), false)
    assert.deepEqual(asked.filter((url) => !url.startsWith(stage.server.origin)), [])
    await page.context().close()
  })

  test('a refused message stays, says why, and is still one draft', async () => {
    const page = await stage.page()
    await openNew(page)
    await page.keyboard.type('bad@example.jp, ')
    await write(page, '件名', '本文')
    stage.server.refuse = { type: 'invalidRecipients', invalidRecipients: ['bad@example.jp'] }
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('.compose-problem')
    assert.match(await page.locator('.compose-problem').innerText(), /bad@example\.jp/)
    assert.equal(stage.server.drafts().length, 1)
    stage.server.refuse = undefined
    await page.keyboard.press('Control+Enter')
    await until('the message', () => stage.server.submissions.size === 1)
    await page.context().close()
  })

  test('a message is scheduled, listed, taken back and edited', async () => {
    const page = await stage.page()
    await openNew(page)
    await page.keyboard.type('a@example.jp, ')
    await write(page, '予約', '本文')
    await page.click('.compose-foot .button[aria-haspopup=dialog]')
    await page.click('.schedule-preset >> nth=0')
    await until('the message', () => stage.server.submissions.size === 1)
    assert.match(JSON.stringify([...stage.server.submissions.values()][0]?.['envelope']), /HOLDUNTIL":"20\d\d-/)
    await page.goto(`${stage.server.origin}/scheduled`)
    await page.waitForSelector('.scheduled-row')
    assert.deepEqual(await violationsOf(page), [])
    await page.click('.scheduled-row .button >> nth=0')
    await page.waitForSelector('.composer .rich-text')
    assert.equal([...stage.server.submissions.values()][0]?.['undoStatus'], 'canceled')
    await page.context().close()
  })

  test('a reply has the thread, the quote and the right recipients', async () => {
    const emailId = stage.server.put({
      messageId: ['q@x'], references: ['p@x'], inReplyTo: null, from: [{ name: '鈴木', email: 'suzuki@other.example' }], replyTo: null, to: [{ name: null, email: 'sales@example.jp' }],
      cc: [{ name: null, email: 'c@other.example' }], bcc: null, subject: 'Re: 件', sentAt: '2026-11-20T10:00:00+09:00', textBody: [{ partId: '1', type: 'text/plain' }],
      htmlBody: [{ partId: '2', type: 'text/html' }], attachments: [], bodyValues: { 1: { value: '元の文\n' }, 2: { value: '<p>元の<b>文</b><img src="https://tracker.example/p.gif"></p>' } },
    })
    const page = await stage.page()
    await page.evaluate((id) => (globalThis as unknown as { testCompose(request: object): void }).testCompose({ is: 'replyAll', emailId: id }), emailId)
    await page.waitForSelector('.rich-text blockquote')
    assert.equal(await page.inputValue('.compose-subject'), 'Re: 件')
    assert.deepEqual(await page.locator('.chip').allInnerTexts(), ['鈴木', 'c@other.example'])
    assert.equal(await page.locator('.compose-select').inputValue(), 'I2')
    await page.keyboard.type('了解です')
    await page.keyboard.press('Control+Enter')
    await until('the reply', () => stage.server.submissions.size === 1)
    const sent = stage.server.emails.get(String([...stage.server.submissions.values()][0]?.['emailId']))
    assert.deepEqual([sent?.['inReplyTo'], sent?.['references']], [['q@x'], ['p@x', 'q@x']])
    assert.match(JSON.stringify(sent?.['bodyValues']), /11月20日\(金\) 10:00 鈴木/)
    assert.ok(!JSON.stringify(sent).includes('tracker'))
    await until('the mark', () => JSON.stringify(stage.server.emails.get(emailId)).includes('$answered'))
    await page.context().close()
  })

  for (const language of ['ja', 'en'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [360, 768, 1280]) {
        test(`nothing for axe to say: ${language}, ${colorScheme}, ${width} px`, async () => {
          const page = await stage.page({ language, colorScheme, viewport: { width, height: 800 } })
          await openNew(page)
          await page.keyboard.type('a..b@docomo.ne.jp, c@example.jp, ')
          await write(page, '件名', '本文')
          await page.keyboard.press('Control+Enter')
          assert.deepEqual(await violationsOf(page), [])
          assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width)
          await page.context().close()
        })
      }
    }
  }
})
