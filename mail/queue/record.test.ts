import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fault } from '@bulkhead/base/fault.ts'
import { newQueueId } from '@bulkhead/base/ids.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { chunkBytes } from '@bulkhead/seal/sealing.ts'
import { parseEnvelope } from './parse.ts'
import { ordinary } from './queued.ts'
import type { Claimed, NewQueued } from '../ports/queue.ts'
import { openQueued, sealQueued, type ToQueue } from './record.ts'

const sealing = realSealing
const { publicKey, privateKey } = sealing.newKeyPair()

const mail: ToQueue = {
  reversePath: 'alice@hikari.example',
  ret: 'hdrs',
  envid: 'x+1',
  bodyKind: '8bitmime',
  smtpUtf8: false,
  account: null,
  sender: 'p_alice',
  brand: 'hikari',
  releaseAtMs: 12_000,
  priority: 3,
  deliverBy: { atMs: 90_000, mode: 'return', trace: true },
  requireTls: true,
  submitted: true,
  held: false,
  recipients: [
    { forwardPath: '"a..b"@far.example', notify: ['success', 'delay'], orcpt: 'rfc822;a..b@far.example' },
    { forwardPath: 'c@near.example', notify: null, orcpt: null },
  ],
  message: Buffer.from('Subject: x\r\n\r\nplanted text\r\n'),
}

const claimedFrom = (queued: NewQueued): Claimed => ({
  id: queued.id,
  lease: 1n,
  queuedAtMs: 7,
  sizeBytes: queued.sizeBytes,
  dropped: false,
  envelope: queued.envelope,
  recipients: queued.recipients.map((recipient, number) => ({ ...recipient, number, attempts: 2, delayTold: true })),
})

test('what was sealed for the queue is what the courier opens', () => {
  const queued = sealQueued(sealing, publicKey, mail)
  const opened = openQueued(sealing, privateKey, claimedFrom(queued))
  const { message, recipients, sender: _, ...envelope } = mail
  assert.deepEqual(opened.queued, {
    ...envelope,
    tlsWaived: false,
    id: queued.id,
    queuedAtMs: 7,
    sizeBytes: message.length,
    recipients: recipients.map((recipient, number) => ({
      ...recipient,
      number,
      attempts: 2,
      delayTold: true,
      domain: ['far.example', 'near.example'][number],
    })),
  })
  assert.deepEqual(opened.openBody(queued.body), Buffer.from(message))
})

test('TLS-Required: No is seen, once and unmistakable, and counts for less than a demand (RFC 8689)', () => {
  const waived = (header: string, requireTls = false): boolean => {
    const message = Buffer.from(`${header}\r\nSubject: x\r\n\r\nTLS-Required: No\r\n`)
    return openQueued(sealing, privateKey, claimedFrom(sealQueued(sealing, publicKey, { ...mail, message, requireTls }))).queued.tlsWaived
  }
  assert.deepEqual(['TLS-Required: No', 'tls-required:  no '].map((header) => waived(header)), [true, true])
  const others = ['TLS-Required: Yes', 'TLS-Required: No\r\nTLS-Required: No', 'X-TLS-Required: No', 'From: x']
  assert.deepEqual(others.map((header) => waived(header)), [false, false, false, false])
  assert.equal(waived('TLS-Required: No', true), false)
})

test('every size of message comes back, around the edges of a chunk too', () => {
  const sizes = fc.constantFrom(0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes)
  fc.assert(
    fc.property(sizes, (size) => {
      const message = Buffer.alloc(size, 'x')
      const queued = sealQueued(sealing, publicKey, { ...mail, message })
      const opened = openQueued(sealing, privateKey, claimedFrom(queued))
      assert.ok(opened.openBody(queued.body).equals(message))
      if (size > 0) assert.throws(() => opened.openBody(queued.body.subarray(0, -1)), Fault)
    }),
    { numRuns: 12 },
  )
})

test('the store sees neither an address nor a word', () => {
  const queued = sealQueued(sealing, publicKey, mail)
  const stored = Buffer.concat([queued.envelope, queued.body, ...queued.recipients.map(({ sealed }) => sealed)])
  for (const planted of ['alice', 'a..b', 'planted', 'Subject']) assert.equal(stored.includes(planted), false)
})

test('a record of another message or for another key is corrupt', () => {
  const queued = sealQueued(sealing, publicKey, mail)
  const claimed = claimedFrom(queued)
  assert.throws(() => openQueued(sealing, privateKey, { ...claimed, id: newQueueId() }), Fault)
  assert.throws(() => openQueued(sealing, sealing.newKeyPair().privateKey, claimed), Fault)
  for (const cut of [0, 5, 30]) {
    assert.throws(() => openQueued(sealing, privateKey, { ...claimed, envelope: queued.envelope.subarray(0, cut) }), Fault)
  }
})

test('a record from before handling was kept is ordinary mail', () => {
  const older = { reversePath: 'a@x.example', ret: null, envid: null, bodyKind: '7bit', smtpUtf8: false, account: null, messageKey: 'AAAA' }
  const { envelope } = parseEnvelope(Buffer.from(JSON.stringify(older)))
  assert.deepEqual(envelope, { ...ordinary, reversePath: 'a@x.example', bodyKind: '7bit', account: null })
  for (const wrong of [{ priority: 10 }, { priority: 0.5 }, { deliverBy: {} }, { deliverBy: 3 }, { releaseAtMs: 'soon' }, { held: 1 }]) {
    assert.throws(() => parseEnvelope(Buffer.from(JSON.stringify({ ...older, ...wrong }))), Fault)
  }
})
