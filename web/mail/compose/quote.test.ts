import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attribution, forwardHead, opensForwarded, quoteLines, withoutSignature } from './quote.ts'

const message = {
  from: [{ name: '山田 太郎', email: 'taro@example.jp' }], to: [{ name: null, email: 'me@example.jp' }], cc: [],
  subject: '打合せ\n資料', sentAt: '2026-11-21T18:05:00+09:00', receivedAt: '2026-11-21T09:06:00Z',
}

test('who wrote when, as people of each language write it', () => {
  assert.equal(attribution(message, 'ja', 'Asia/Tokyo'), '2026年11月21日(土) 18:05 山田 太郎 <taro@example.jp>:')
  assert.equal(attribution(message, 'en', 'Asia/Tokyo'), 'On Sat, Nov 21, 2026 at 18:05, 山田 太郎 <taro@example.jp> wrote:')
  assert.equal(attribution({ ...message, sentAt: 'nonsense' }, 'ja', 'UTC'), '2026年11月21日(土) 09:06 山田 太郎 <taro@example.jp>:')
})

test('quoted text carries one mark more', () => {
  assert.equal(quoteLines('了解です。\r\n\r\n> 先日の件\n>> 前の件\n'), '> 了解です。\n>\n>> 先日の件\n>>> 前の件')
  assert.equal(withoutSignature('本文\n\n-- \n山田\n090'), '本文')
  assert.equal(withoutSignature('本文\n--\n山田'), '本文\n--\n山田')
})

test('a forwarded message says where it came from', () => {
  assert.deepEqual(forwardHead(message, 'ja', 'Asia/Tokyo'), [
    '---------- 転送メッセージ ----------', '差出人: 山田 太郎 <taro@example.jp>', '日時: 2026年11月21日(土) 18:05', '件名: 打合せ 資料', '宛先: me@example.jp',
  ])
  assert.ok(opensForwarded('---------- Forwarded message ----------') && opensForwarded('-----Original Message-----') && !opensForwarded('-- '))
})
