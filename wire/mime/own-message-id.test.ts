import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageIdIn } from './own-message-id.ts'

const id = (text: string): string | null => messageIdIn(Buffer.from(text.replaceAll('\n', '\r\n')))

test('the Message-ID of a header is the first one, in any case, folded or bare, and not one of the body', () => {
  assert.equal(id('Subject: x\nMessage-ID: <a@b.example>\n\nMessage-ID: <c@d>\n'), 'a@b.example')
  assert.equal(id('message-id :\n <long.one@\n b.example>\nSubject: x\n'), 'long.one@ b.example')
  assert.equal(id('Message-Id: bare@b.example (comment)\n\n'), 'bare@b.example (comment)')
  assert.equal(id('X-Message-ID: <a@b>\nSubject: x\n\nMessage-ID: <c@d>\n'), null)
  assert.equal(id('Message-ID:\n\n'), null)
  assert.equal(id(`Message-ID: <${'x'.repeat(100_000)}>\n\n`)?.length, 996)
})
