import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { signature } from './signature.ts'

const message = Buffer.from('From: taro@hikari.example\r\n\r\ntext\r\n')

test('the author’s domain signs, or the nearest above it; without a key the mail goes as it is, told once an hour', async () => {
  const told: string[] = []
  const clock = manualClock(0)
  const signer = {
    signs: async (domain: string) => domain === 'hikari.example',
    fieldsFor: async (domain: string) => `DKIM-Signature: d=${domain}\r\n`,
  }
  const { on } = signature({ signer, clock, tell: ({ subject }) => void told.push(subject) })
  for (const domain of ['hikari.example', 'mail.hikari.example']) {
    assert.equal((await on(message, domain)).toString(), `DKIM-Signature: d=hikari.example\r\n${message}`)
  }
  for (let at = 0; at < 3; at += 1) assert.equal(await on(message, 'far.example'), message)
  assert.deepEqual(told, ['far.example'])
  clock.advance(3_600_001)
  await on(message, 'far.example')
  assert.equal(told.length, 2)
})
