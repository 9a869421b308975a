import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalAddress, parseAddress, wireAddress } from './address.ts'
import { isNewLocalPart } from './new-local-part.ts'

const lines = (name: string): readonly string[] =>
  readFileSync(new URL(name, import.meta.url), 'utf8').split('\n').filter((line) => line !== '')

for (const line of lines('address_valid.txt')) {
  const [text = '', canonical] = line.split('\t')
  test(`${text} is an address`, () => assert.equal(canonicalAddress(text), canonical))
}

for (const line of lines('address_invalid.txt')) {
  test(`${line} is no address`, () => assert.equal(parseAddress(line), undefined))
}

test('control characters and lone surrogates are in no address', () => {
  for (const odd of ['\0', '\r', '\n', '\x7f', '\x80', '\ud800']) {
    for (const text of [`a${odd}b@example.com`, `"a${odd}b"@example.com`, `a@exa${odd}mple.com`]) {
      assert.equal(parseAddress(text), undefined, JSON.stringify(text))
    }
  }
})

test('canonical form is a fixed point, and the wire form leads back to it', () => {
  const localPart = fc.string({ unit: fc.constantFrom('a', 'Z', '.', ' ', '"', '\\', '@', 'é', '髙'), minLength: 1, maxLength: 12 })
  const quoted = localPart.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"@Example.com`)
  fc.assert(fc.property(quoted, (text) => {
    const canonical = canonicalAddress(text)
    const address = parseAddress(text)
    assert.ok(canonical !== undefined && address !== undefined)
    assert.equal(canonicalAddress(canonical), canonical)
    assert.equal(canonicalAddress(wireAddress(address)), canonical)
    assert.equal(canonicalAddress(wireAddress(address, 'bare')), canonical)
  }))
})

test('any text gives an address or a refusal, never a throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
    parseAddress(text)
    parseAddress(`a@${text}`)
  }))
})

test('odd dots go out in quotes, or bare where the peer knows them so', () => {
  const address = parseAddress('a..b@docomo.example')
  assert.ok(address)
  assert.equal(wireAddress(address), '"a..b"@docomo.example')
  assert.equal(wireAddress(address, 'bare'), 'a..b@docomo.example')
})

test('we give out plain names only', () => {
  for (const good of ['a', 'taro.yamada', 'a+b', '0', 'a'.repeat(64)]) assert.ok(isNewLocalPart(good), good)
  for (const bad of ['', '.a', 'a.', 'a..b', 'A', 'a b', 'é', 'a@b', 'a'.repeat(65)]) assert.ok(!isNewLocalPart(bad), bad)
})
