import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { deliveryKeys } from '@bulkhead/mail/account/arrival.ts'
import { openAccounts } from '@bulkhead/mail/account/open-accounts.ts'
import { memoryStore } from '@bulkhead/mail/journal/memory-store.ts'
import { encodeNoticeSeal, newNoticeKeyPair, noticeDigest, noticeSigner, noticeVerifier } from '@bulkhead/mail/reading/official.ts'
import { noticeMessage } from '@bulkhead/mail/reading/notice-message.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { noticeHandlers } from './notices.ts'

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const message = noticeMessage({
  id: 'n-1', from: { name: 'みなと', email: 'info@one.example' }, subject: 'お知らせ', text: 'x'.repeat(2_000), language: 'ja', atMs: 0,
})

const reception = async () => {
  const { journal, blobs, life } = memoryStore()
  const account = newAccountHandle()
  // Smaller than the notice.
  await life.openJournal(account, 1_000)
  const { publicKey, privateKey } = realSealing.newKeyPair()
  const woken: string[] = []
  const handlers = noticeHandlers({
    journal, blobs, sealing: realSealing, clock: systemClock, log: silentLog, meter: meter(), keys: deliveryKeys(realSealing, systemClock),
    digestKey: secret(Buffer.alloc(32, 1)), news: { changed: () => undefined }, waker: { grew: (accounts) => void woken.push(...accounts), [Symbol.dispose]() {} },
  })
  const pair = newNoticeKeyPair()
  const seal = encodeNoticeSeal(noticeSigner(pair.privateKey)(account, noticeDigest(message)))
  const accounts = openAccounts({ store: journal, blobs, sealing: realSealing, clock: systemClock, log: silentLog, messageBytesMax: 1_000_000 })
  return {
    account, woken, verifier: noticeVerifier(pair.publicKey), recipient: { account, publicKey: encode(publicKey), seal: encode(seal) },
    notice: (id: string, recipients: readonly object[], whole = message) => handlers.notice({ notice: id, message: encode(whole), recipients }, 'desk'),
    read: async () => {
      const held = await accounts.acquire(account, privateKey)
      const { own } = await held.mail.refresh()
      const found = { messages: own.inbox.messages.count, notices: [...own.objects('notice').all()] }
      await held.release()
      return found
    },
  }
}

test('a notice and what makes it one arrive together, once, in a full mailbox too, until that has too many of them', async () => {
  const { account, notice, recipient, read, verifier, woken } = await reception()
  const gone = { ...recipient, account: newAccountHandle() }
  assert.deepEqual(await notice('n-1', [recipient, gone]), { is: 'answered', answer: { fates: ['stored', 'gone'] } })
  assert.deepEqual(await notice('n-1', [recipient]), { is: 'answered', answer: { fates: ['stored'] } }, 'as it was')
  const { messages, notices: [only, ...others] } = await read()
  assert.deepEqual([messages, others.length], [1, 0])
  assert.ok(only !== undefined)
  assert.deepEqual(verifier(account, only.value), noticeDigest(message))
  assert.equal(verifier(newAccountHandle(), only.value), undefined)
  assert.ok(woken.includes(account))
  const fates: unknown[] = []
  const large = Buffer.concat([message, Buffer.alloc(120_000, 'x')])
  for (let number = 2; number < 11; number += 1) fates.push(await notice(`n-${number}`, [recipient], large))
  assert.deepEqual(fates.at(0), { is: 'answered', answer: { fates: ['stored'] } })
  assert.deepEqual(fates.at(-1), { is: 'answered', answer: { fates: ['overQuota'] } })
  const full = await read()
  assert.equal(full.messages, full.notices.length, 'what was refused left nothing')
})

test('what is no request of the desk is none', async () => {
  const { notice, recipient } = await reception()
  const bad: readonly (readonly object[])[] = [
    [], Array.from({ length: 101 }, () => recipient), [{ ...recipient, seal: 'AAAA' }], [{ ...recipient, publicKey: '' }], [{ ...recipient, account: 'x' }],
  ]
  for (const recipients of bad) await assert.rejects(async () => notice('n-1', recipients))
})
