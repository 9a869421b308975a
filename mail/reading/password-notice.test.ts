import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noticeFlaw } from './notice-message.ts'
import { passwordNotice } from './password-notice.ts'

const happenedMs = Date.UTC(2026, 10, 21, 22, 51)
const help = { title: 'Help', url: 'https://help.one.example/' }

test('the notice says when, by which browser, and what to do who did not do it', () => {
  const ja = passwordNotice({ happenedMs, browser: 'Firefox, Windows', language: 'ja', help: null })
  assert.match(ja.text, /2026年11月22日 7:51（日本時間）\n操作元：ウェブメール（Firefox, Windows）/)
  const en = passwordNotice({ happenedMs, browser: '', language: 'en', help })
  assert.match(en.text, /When: 21 November 2026 at 22:51 UTC\nBy: {3}webmail\n/)
  assert.match(en.text, /\nHelp: https:\/\/help\.one\.example\/$/)
  for (const notice of [ja, en]) assert.equal(noticeFlaw(notice), undefined)
})
