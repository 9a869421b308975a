import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { authservIdOf, resultsField } from './authentication-results.ts'

test('RFC 8601 appendix B.2: nothing to say', () => assert.equal(resultsField('example.org', []), ' example.org;\r\n\tnone'))

test('results stand on lines of their own, folded between words', () => {
  const field = resultsField('example.com', [
    { method: 'spf', result: 'pass', reason: null, properties: [['smtp.mailfrom', 'sender@example.net']] },
    { method: 'dkim', result: 'fail', reason: 'body hash did not verify', properties: [['header.d', 'a-rather-long-name-of-a-domain.example.com'], ['header.s', 's1'], ['header.b', 'AbC/d+e=']] },
  ])
  assert.equal(field, [
    ' example.com;', '\tspf=pass smtp.mailfrom=sender@example.net;', '\tdkim=fail reason="body hash did not verify"',
    '\t  header.d=a-rather-long-name-of-a-domain.example.com header.s=s1', '\t  header.b="AbC/d+e="',
  ].join('\r\n'))
})

test('whatever a sender is called, it can add no result and no line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.constantFrom('', '; dkim=pass header.d=bank.example', '\r\nX: y', '"; dmarc=pass', '\\"; arc=pass', '(', ')'), (text, evil) => {
      const field = resultsField('mx.example', [{ method: 'spf', result: 'fail', reason: `${evil}${text}`, properties: [['smtp.mailfrom', `${text}${evil}@x.example`]] }])
      const bare = field.replace(/\r\n\t/g, ' ').replace(/"(?:[^"\\]|\\.)*"/g, 'Q')
      assert.ok(!/[\r\n\x00-\x08]/.test(bare))
      assert.equal(bare.match(/[a-z]+=(?:pass|fail)(?= |;|$)/g)?.length, 1, field)
    }),
    { numRuns: 1_000 },
  )
})

test('the authserv-id, however it is written', () => {
  for (const value of [' mx1.isp.example; spf=pass', 'mx1.ISP.example;none', ' (a (nested) comment) mx1.isp.example 1; spf=pass', '\r\n\tmx1.isp.example;', ' "mx1.isp.example"; spf=pass', '(\\)) mx1.isp.example;']) {
    assert.equal(authservIdOf(value), 'mx1.isp.example', value)
  }
  for (const value of ['', ' ;', ' (unclosed mx1.isp.example', ';mx1.isp.example']) assert.equal(authservIdOf(value), undefined, value)
  assert.equal(authservIdOf(' other.example; spf=pass (mx1.isp.example)'), 'other.example')
})

test('no value makes the reading of an authserv-id throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
    const id = authservIdOf(text)
    assert.ok(id === undefined || id.length <= text.length)
  }))
})
