import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { composeDsn, wholeReturnedMax, type Dsn, type DsnRecipient } from './dsn.ts'

const failed: DsnRecipient = {
  finalRecipient: 'bob@far.example',
  orcpt: 'rfc822;Bob+2Bx@far.example',
  action: 'failed',
  status: '5.1.1',
  remoteMta: 'mx.far.example',
  diagnostic: '550 5.1.1 no such person',
  lastAttemptMs: 0,
  willRetryUntilMs: null,
}

const report: Dsn = {
  reportingMta: 'mx1.hikari.example',
  to: 'alice@hikari.example',
  id: 'abc',
  atMs: 0,
  arrivalMs: 0,
  envid: 'QQ314159',
  recipients: [failed],
  original: Buffer.from('Subject: hello\r\nFrom: alice@hikari.example\r\n\r\nsecret body\r\n'),
  returnWhole: false,
}

const human = (text: string): string => Buffer.from(text.split('base64\r\n\r\n')[1]?.split('\r\n--')[0] ?? '', 'base64').toString('utf8')

test('a failure names the recipient, the code, the peer and its words', () => {
  const text = composeDsn(report).toString('utf8')
  for (const field of [
    'Original-Envelope-Id: QQ314159',
    'Original-Recipient: rfc822; Bob+x@far.example',
    'Final-Recipient: rfc822; bob@far.example',
    'Action: failed',
    'Status: 5.1.1',
    'Remote-MTA: dns; mx.far.example',
    'Diagnostic-Code: smtp; 550 5.1.1 no such person',
    'Auto-Submitted: auto-replied',
  ]) {
    assert.ok(text.includes(`\r\n${field}\r\n`), field)
  }
})

test('people read it in Japanese and in English', () => {
  const text = human(composeDsn(report).toString('utf8'))
  assert.match(text, /宛先のメールアドレスが存在しません/)
  assert.match(text, /The address does not exist/)
})

test('only the header comes back unless the whole was asked for', () => {
  assert.equal(composeDsn(report).includes('secret body'), false)
  assert.equal(composeDsn({ ...report, returnWhole: true }).includes('secret body'), true)
  const huge = Buffer.concat([report.original, Buffer.alloc(wholeReturnedMax, 'x')])
  assert.equal(composeDsn({ ...report, original: huge, returnWhole: true }).includes('secret body'), false)
})

test('an address that is not ASCII makes it a global report (RFC 6533)', () => {
  const text = composeDsn({ ...report, recipients: [{ ...failed, finalRecipient: '佐藤@far.example' }] }).toString('utf8')
  assert.match(text, /Content-Type: message\/global-delivery-status\r\nContent-Transfer-Encoding: 8bit/)
  assert.match(text, /Final-Recipient: utf-8; 佐藤@far\.example/)
})

test('no word of a peer and no recipient can add a field or a part', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 900 }), (text) => {
      const hostile = { ...failed, diagnostic: text, finalRecipient: text, remoteMta: text, orcpt: `rfc822;${text}` }
      const lines = composeDsn({ ...report, envid: text, recipients: [hostile] }).toString('latin1').split('\r\n')
      assert.equal(lines.filter((line) => line.startsWith('Action:')).length, 1)
      assert.equal(lines.filter((line) => line.startsWith('--=_report_abc')).length, 4)
      assert.ok(lines.every((line) => line.length <= 998 && !/[\r\n]/.test(line)))
    }),
  )
})
