import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseRequestHead, requestHeadBytesMax } from './request-head.ts'

const parse = (text: string) => parseRequestHead(Buffer.from(text, 'latin1'))
const well = '/.well-known/mta-sts.txt'

test('a request says method, path and host', () => {
  assert.deepEqual(parse(`GET ${well} HTTP/1.1\r\nHost: MTA-STS.Example.org:443\r\nAccept: */*\r\n\r\nrest`), { method: 'GET', path: well, host: 'mta-sts.example.org' })
  assert.deepEqual(parse(`HEAD https://a.example${well}?x#y HTTP/1.1\r\nhost: b.example\r\n\r\n`), { method: 'HEAD', path: well, host: 'a.example' })
  assert.deepEqual(parse('GET https://a.example HTTP/1.0\r\nHost: a.example.\r\n\r\n'), { method: 'GET', path: '/', host: 'a.example' })
})

test('an unfinished request needs more, one that never ends is too long', () => {
  assert.equal(parse(''), 'more')
  assert.equal(parse('GET / HTTP/1.1\r\nHost: a.example\r\n'), 'more')
  assert.equal(parse(`GET / HTTP/1.1\r\nX: ${'y'.repeat(requestHeadBytesMax)}`), 'tooLong')
})

const bad: Readonly<Record<string, string>> = {
  'bare LF': 'GET / HTTP/1.1\nHost: a.example\r\n\r\n',
  'a folded field': 'GET / HTTP/1.1\r\nHost: a.example\r\nX: 1\r\n 2\r\n\r\n',
  'no Host': 'GET / HTTP/1.1\r\n\r\n',
  'two Hosts': 'GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n',
  'a Host that is none': 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
  'a blank before the colon': 'GET / HTTP/1.1\r\nHost : a.example\r\n\r\n',
  'another version': 'GET / HTTP/2.0\r\nHost: a.example\r\n\r\n',
  'no version': 'GET /\r\nHost: a.example\r\n\r\n',
  'blanks in the target': 'GET /a b HTTP/1.1\r\nHost: a.example\r\n\r\n',
  'a target that is no path': 'GET example.org:443 HTTP/1.1\r\nHost: a.example\r\n\r\n',
  'octets that do not print': 'GET / HTTP/1.1\r\nHost: a.example\r\nX: \x01\r\n\r\n',
  'a lone CR': 'GET / HTTP/1.1\r\nHost: a.example\r\nX: a\rb\r\n\r\n',
  'something else': '\x16\x03\x01\x02\x00\x01\r\n\r\n',
  'a hundred fields': `GET / HTTP/1.1\r\nHost: a.example\r\n${'X: y\r\n'.repeat(100)}\r\n`,
}
for (const [what, text] of Object.entries(bad)) test(`refused: ${what}`, () => assert.equal(parse(text), 'bad'))

test('no octets make it throw, and more octets never turn what was bad into good', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 50 }), (text, more) => {
    if (parse(text) === 'bad') assert.equal(parse(text + more), 'bad')
  }), { numRuns: 2_000 })
})
