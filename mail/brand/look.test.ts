import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainLook } from '@bulkhead/door/contracts/brand.ts'
import { contrast, lightened } from './contrast.ts'
import { checkedLook, darkGround } from './look.ts'

const good = { ...plainLook('Minato'), brand: 'minato', hosts: ['mail.minato.example'], official: ['minato.example', 'news@minato.example'] }
const flawOf = (change: object): string => {
  const checked = checkedLook({ ...good, ...change })
  return checked.is === 'flawed' ? checked.what : ''
}

test('WCAG 2.2: contrast of colours', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21)
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
  assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54')
})

test('the plain look is a good one', () => {
  assert.deepEqual(checkedLook(good), { is: 'look', look: good })
})

test('colours that can’t be read are refused, and it is said by how much', () => {
  assert.match(flawOf({ accent: '#777777' }), /contrast of 4\.48 with the white page/)
  assert.match(flawOf({ accent: '#ffdd00' }), /at least 4\.5/)
  assert.match(flawOf({ accentDark: '#0b5cad' }), /the dark page/)
  assert.match(flawOf({ accent: 'red' }), /colour such as/)
})

test('links, pictures, names and texts that could do harm are refused', () => {
  const title = { ja: '規約', en: 'Terms' }
  for (const url of ['javascript:alert(1)', 'http://minato.example/', 'data:text/html,x', 'https://a b', '//x']) assert.match(flawOf({ help: { title, url } }), /must begin/, url)
  for (const logo of ['https://x.example/logo.png', 'data:text/html;base64,AAAA', 'data:image/svg+xml,<svg/>']) assert.match(flawOf({ logo }), /SVG, a PNG or a WebP/)
  assert.match(flawOf({ logo: `data:image/png;base64,${'A'.repeat(70_000)}` }), /too large/)
  assert.match(flawOf({ name: { ja: '', en: 'x' } }), /Japanese is empty/)
  assert.match(flawOf({ name: { ja: 'a\u202eb', en: 'x' } }), /can't be seen/)
  assert.match(flawOf({ hosts: ['localhost'] }), /host names/)
  assert.match(flawOf({ legal: Array.from({ length: 7 }, () => ({ title, url: 'https://a.example/' })) }), /at most 6/)
})

test('any colour lightened for the dark page is readable there', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
    const colour = `#${value.toString(16).padStart(6, '0')}`
    assert.ok(contrast(lightened(colour, darkGround, 5.5), darkGround) >= 5.5)
  }), { numRuns: 300 })
})

test('the check of recipients is one of three; looks of before it was there ask for nothing', () => {
  const { confirmRecipients: _, ...older } = good
  assert.deepEqual(checkedLook(older), { is: 'look', look: good })
  assert.match(flawOf({ confirmRecipients: 'sometimes' }), /off, outside, always/)
  assert.equal(flawOf({ confirmRecipients: 'always' }), '')
})
