import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { htmlText } from './html-text.ts'
import { previewCharsMax, previewOf } from './preview.ts'

const visible = (html: string): string => htmlText(html).replace(/\s+/g, ' ').trim()

test('tags, comments, scripts and styles are gone, entities undone, words stay whole', () => {
  assert.equal(visible('<p>Hel<b>lo</b> <i>W</i>orld &amp; more</p><p>next</p>'), 'Hello World & more next')
  assert.equal(visible('<style>p { color: red }</style><script>if (a < b) c()</script><!-- no -->yes'), 'yes')
  assert.equal(visible('<head><title>t</title></head><body>会<span>議</span>は&#26126;&#x65e5;</body>'), '会議は明日')
  assert.equal(visible('a < b and 3 > 2'), 'a < b and 3 > 2')
  assert.equal(visible('<a href="x>y">link</a> <img alt="it\'s"> on'), 'link on')
})

test('any text comes to an end', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('<', '>', '"', "'", 'a', '=', '<!--', '-->', '<script', '&#', ' '), { maxLength: 200 }), (parts) => {
    assert.equal(typeof htmlText(parts.join('')), 'string')
  }))
})

test('a preview leaves quotes, introductions and signatures out', () => {
  assert.equal(previewOf('Yes, tomorrow.\r\n\r\nOn Monday Taro wrote:\r\n> when?\r\n-- \r\nHanako'), 'Yes, tomorrow.')
  assert.equal(previewOf('承知しました。\r\n\r\n山田さんは書きました：\r\n> 明日の会議\r\n'), '承知しました。')
  assert.equal(previewOf('━━━━━━━━\r\n■お知らせ\r\n━━━━━━━━\r\n本文です'), '■お知らせ 本文です')
  assert.equal(previewOf('> only a quote'), '> only a quote')
  assert.ok(Array.from(previewOf('あ'.repeat(1_000))).length <= previewCharsMax)
})
