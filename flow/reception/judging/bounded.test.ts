/** Hostile messages and crowds of recipients cost what an ordinary message costs, or a little more. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { accountEntriesMax, entryBytes, entryOf, filterListKey } from '@bulkhead/mail/filtering/entries.ts'
import { noFilter } from '@bulkhead/mail/ports/directory.ts'
import { headerFields } from '@bulkhead/wire/mime/header.ts'
import { scanHeader } from '@bulkhead/wire/trace/header-scan.ts'
import { copiesFor } from '../copies.ts'
import { recipientFilters } from '../filters.ts'
import { newSession, type Recipient, type Transaction } from '../session.ts'
import { judge } from './judge.ts'

const secondsMax = 20
const recipientsMax = 10_000
const key = filterListKey(Buffer.alloc(32, 3))
const book = { isp: {}, brands: new Map(), allow: new Uint8Array(0), deny: new Uint8Array(0) }
const filterFor = recipientFilters(key)

const crowd = (count: number): readonly Recipient[] =>
  Array.from({ length: count }, (_, at) => {
    const account = newAccountHandle()
    const named = at % 2 === 0 ? entryOf(key, account, 'deny', 'far.example') : Buffer.alloc(entryBytes)
    const deny = Buffer.concat([Buffer.alloc((accountEntriesMax - 1) * entryBytes, 1), named])
    const resolved = { account, state: 'active' as const, publicKey: Buffer.alloc(32), brand: 'x', filter: { ...noFilter, deny } }
    const forwardPath = { localPart: `r${at}`, domain: 'hikari.example' }
    return { account, publicKey: resolved.publicKey, forwardPath, notify: null, orcpt: null, brand: 'x', filter: filterFor(resolved, book) }
  })

const judged = async (message: Buffer, recipients: readonly Recipient[]) => {
  const { header } = scanHeader(message, 'mx')
  const fields = headerFields(header)
  const transaction: Transaction = {
    reversePath: 'a@sub.far.example', smtpUtf8: false, sizeBytes: undefined, body: '8BITMIME', requireTls: false, ret: null, envid: null, submitter: null, recipients,
  }
  const judging = judge({ authenticator: null, scanners: [], meter: meter(), log: silentLog, tell: () => undefined }).begin(newSession('gate'), transaction, 'mx')
  const answer = await judging.end({ id: 'id', message, header, fields }, recipients)
  assert.ok(answer.is === 'judged')
  const under = (before: Buffer): Buffer => Buffer.concat([before, message])
  return { ...answer, copies: copiesFor({ message, under, header, fields, trace: 'X: y\r\n', by: 'mx', seal: '', ...answer }, recipients) }
}

test('ten thousand recipients with full lists are judged in seconds, and share the copies that are alike', async () => {
  const recipients = crowd(recipientsMax)
  const startMs = performance.now()
  const { verdicts, copies } = await judged(Buffer.from('From: a@far.example\r\nSubject: x\r\n\r\nbody\r\n'), recipients)
  assert.ok(performance.now() - startMs < secondsMax * 1_000)
  assert.equal([...verdicts.values()].filter(({ fate }) => fate === 'junk').length, recipientsMax / 2)
  assert.deepEqual(copies.map((copy) => copy.recipients.length), [recipientsMax / 2, recipientsMax / 2])
})

test('a header of nothing but senders, results and subjects is read once', async () => {
  const hostile = ['From: ' + 'a@far.example, '.repeat(2_000), ...Array<string>(3_000).fill('Authentication-Results: mx; (((((((((((('), ...Array<string>(2_000).fill('X-Spam-Flag:')]
  const message = Buffer.from(`${hostile.join('\r\n')}\r\n\r\nbody\r\n`)
  const startMs = performance.now()
  const { copies } = await judged(message, crowd(2))
  const renamed = copies[0]?.bytes().toString('latin1') ?? ''
  assert.ok(performance.now() - startMs < secondsMax * 1_000)
  assert.equal(renamed.match(/^X-Untrusted-/gm)?.length, 5_000)
})
