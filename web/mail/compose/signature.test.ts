import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withSignature } from './signature.ts'

test('a signature is exchanged with the sender, above or below a quote', () => {
  assert.equal(withSignature('本文\n\n-- \n山田\n\n> 引用', '山田', '営業部\n山田'), '本文\n\n-- \n営業部\n山田\n\n> 引用')
  assert.equal(withSignature('本文\n\n-- \n山田', '山田', ''), '本文')
  assert.equal(withSignature('本文', '', '山田'), '本文\n\n-- \n山田')
})

test('a signature changed by hand is left alone', () => {
  assert.equal(withSignature('本文\n\n-- \n山田(休暇中)', '山田', '営業部'), '本文\n\n-- \n山田(休暇中)')
  assert.equal(withSignature('本文\n\n-- \n山田太郎', '山田', '営業部'), '本文\n\n-- \n山田太郎')
})
