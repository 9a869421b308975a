import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newAccountHandle, newMessageId, type AccountHandle, type MessageId } from '@bulkhead/base/ids.ts'
import type { Append } from '@bulkhead/mail/ports/journal-store.ts'
import { provisionTestCell, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { startTestPostgres } from '@bulkhead/test/postgres/harness.ts'
import { openJournalStore } from './journal/journal-store.ts'
import { sql } from './sql/sql.ts'

const rounds = 3
const deliverers = 8

interface Sent {
  readonly account: AccountHandle
  readonly message: MessageId
  acknowledged: boolean
}

const arrival = ({ account, message }: Sent, digest: Buffer): Append => ({
  account,
  events: [Buffer.from(message)],
  messages: [{ message, sizeBytes: 2_000, index: sealedBytes(300), body: { in: 'row', sealed: sealedBytes(2_000) } }],
  contentKeys: [],
  addsBytes: 2_000,
  addsMessages: 1,
  expectedHead: null,
  arrivalDigest: digest,
  keepDigest: false,
})

const noBlobs = {
  create: () => Promise.reject(new Error('no blobs')),
  open: async () => undefined,
  remove: async () => undefined,
  removeAll: async () => undefined,
}

test('kill -9 of the database during appends loses nothing acknowledged and stores nothing twice', { timeout: 120_000 }, async () => {
  await using server = await startTestPostgres()
  const cell = await provisionTestCell(server)
  await using desk = cell.open('desk', 'mail')
  const accounts = Array.from({ length: 24 }, newAccountHandle)
  for (const account of accounts) await desk.run(sql`select from ask.open_journal(${account}, ${null})`)
  const { intake, mailroom } = cell.urls
  assert.ok(intake.mail !== undefined && mailroom.mail !== undefined)
  await using journal = openJournalStore({ url: intake.mail, blobs: noBlobs, prunesArrivals: false })
  await using reading = openJournalStore({ url: mailroom.mail, blobs: noBlobs, prunesArrivals: false })
  const sent: Sent[] = []

  /** As a sender would: again and again with the same digest until it is told that the message is stored. */
  const deliver = async (stopped: () => boolean): Promise<void> => {
    while (!stopped()) {
      const one: Sent = { account: accounts[sent.length % accounts.length] ?? newAccountHandle(), message: newMessageId(), acknowledged: false }
      sent.push(one)
      const digest = sealedBytes(32)
      while (!one.acknowledged) {
        const answer = await journal.append(arrival({ ...one, message: one.message }, digest)).catch(() => sleep(20, undefined))
        one.acknowledged = answer !== undefined && (answer.is === 'appended' || answer.is === 'duplicate')
      }
    }
  }

  for (let round = 0; round < rounds; round += 1) {
    let stop = false
    const delivering = Array.from({ length: deliverers }, () => deliver(() => stop))
    await sleep(250 + 90 * round)
    await server.kill()
    await sleep(100)
    await server.restart()
    await sleep(150)
    stop = true
    await Promise.all(delivering)
  }

  const stored = new Map<string, number>()
  for (const account of accounts) {
    const heads = await reading.load(account)
    assert.ok(heads !== undefined && heads.events.length === heads.head)
    for (const { sealed } of heads.events) stored.set(Buffer.from(sealed).toString(), (stored.get(Buffer.from(sealed).toString()) ?? 0) + 1)
    const own = sent.filter((one) => one.account === account).map(({ message }) => message)
    for (let at = 0; at < own.length; at += 1_000) {
      const part = own.slice(at, at + 1_000)
      assert.equal((await reading.messageIndexes(account, part)).length, part.length)
    }
    assert.deepEqual(await reading.usage(account), { usedBytes: 2_000 * own.length, messages: own.length, quotaBytes: null })
  }
  assert.ok(sent.length > 100, `only ${sent.length} messages were sent`)
  for (const { message } of sent) assert.equal(stored.get(message), 1, 'exactly once')
})
