import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { partText } from '@bulkhead/wire/mime/search-text.ts'
import { indexMessage } from '@bulkhead/wire/mime/indexer.ts'
import { finderOf } from '@bulkhead/wire/text/finder.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import type { BodySource } from '../account/mail-account.ts'
import type { LargeTexts } from '../ports/large-texts.ts'
import { messageTexts } from './text.ts'

const account = '11111111-1111-4111-8111-111111111111' as AccountHandle
const large = `${'ありがとう。'.repeat(30_000)}さいごのことば`
const message = Buffer.from(
  'Subject: dear friend\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsmall\r\n--m\r\nContent-Type: application/pdf; name=報告.pdf\r\n\r\nx\r\n' +
  `--m\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nbeginning ${large}\r\n--m--\r\n`,
)
const body: BodySource = {
  sizeBytes: message.length, read: async (from, length) => message.subarray(from, from + length), async [Symbol.asyncDispose]() {},
}
const holds = async (largeTexts: LargeTexts | undefined): Promise<readonly boolean[]> => {
  const texts = await messageTexts(indexMessage(message), body, { account, largeTexts })
  return [texts.inHeader(finderOf(folded('Friend'))), ...['small', '報告', 'beginning', 'さいごのことば', 'nowhere'].map((text) => texts.inBody(finderOf(folded(text))))]
}

test('a large text is read elsewhere, with the same result; of what can not be read there the beginning is found, and all beside it', async () => {
  let asked = 0
  const elsewhere: LargeTexts = {
    async folded(part, bytes) {
      asked += 1
      return folded(partText(part, bytes))
    },
  }
  assert.deepEqual(await holds(undefined), [true, true, true, true, true, false])
  assert.deepEqual(await holds(elsewhere), [true, true, true, true, true, false])
  assert.equal(asked, 1, 'the small one is not')
  assert.deepEqual(await holds({ folded: async () => undefined }), [true, true, true, true, false, false])
})
