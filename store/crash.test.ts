import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newAccountHandle, newMessageId, type AccountHandle, type MessageId } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { doomedUntilNamed } from '@bulkhead/mail/journal/doomed-until-named.ts'
import { sweepTurn } from '@bulkhead/mail/packs/blob-sweep.ts'
import { BodyPacker } from '@bulkhead/mail/packs/body-packer.ts'
import { givingWay } from '@bulkhead/mail/packs/give-way.ts'
import type { BlobStore } from '@bulkhead/mail/ports/blob-store.ts'
import type { Append, JournalStore } from '@bulkhead/mail/ports/journal-store.ts'
import { asOwner, provisionTestCell, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { embeddedServer, startTestPostgres } from '@bulkhead/test/postgres/harness.ts'
import { directoryBlobs } from './blobs/directory-blobs.ts'
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
  await using server = await startTestPostgres(embeddedServer(), { asInProduction: true })
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
    assert.deepEqual(await reading.usage(account), { usedBytes: 2_000 * own.length, messages: own.length, quotaBytes: null, quotaMessages: null })
  }
  assert.ok(sent.length > 100, `only ${sent.length} messages were sent`)
  for (const { message } of sent) assert.equal(stored.get(message), 1, 'exactly once')
})

/** A body as a mailroom reads it; undefined for one that is gone. */
const readBack = async (store: JournalStore, blobs: BlobStore, account: AccountHandle, message: MessageId): Promise<Buffer | undefined> => {
  const body = (await store.bodies(account, [message])).get(message)
  if (body?.in === 'row') return Buffer.from(body.sealed)
  if (body === undefined) return undefined
  const place = body.in === 'pack' ? body : { blob: body.name, offset: 0, sizeBytes: Infinity }
  const reader = await blobs.open(account, place.blob)
  const bytes = await reader?.read(place.offset, place.sizeBytes)
  await reader?.[Symbol.asyncDispose]()
  return bytes
}

const answersWithinMs = 60_000

/** Until the database, started again a moment ago, answers on every session that noticed its death. */
const answering = async (ask: () => Promise<unknown>): Promise<void> => {
  for (const giveUpAtMs = Date.now() + answersWithinMs; ; ) {
    const answers = await Promise.allSettled(Array.from({ length: 8 }, ask))
    const failed = answers.find((answer) => answer.status === 'rejected')
    if (failed === undefined) return
    if (Date.now() > giveUpAtMs) throw failed.reason
    await sleep(50)
  }
}

/** Dies in the middle of its work, at a step that changes from time to time. */
const mortal = (blobs: BlobStore): BlobStore => {
  let steps = 0
  const dies = (): void => {
    steps += 1
    if (steps % 7 === 0) throw new Error('the mailroom died here')
  }
  return {
    ...blobs,
    async create() {
      const writer = await blobs.create()
      return {
        name: writer.name,
        async write(chunk) {
          if (steps % 5 === 4) dies()
          await writer.write(chunk)
        },
        async keep(accounts) {
          dies()
          const name = await writer.keep(accounts)
          dies()
          return name
        },
        discard: () => writer.discard(),
      }
    },
  }
}

test('bodies survive packers and databases that die while bodies are packed, to the bit', { timeout: 400_000 }, async () => {
  await using server = await startTestPostgres(embeddedServer(), { asInProduction: true })
  const cell = await provisionTestCell(server)
  await using desk = cell.open('desk', 'mail')
  const { intake, mailroom } = cell.urls
  assert.ok(intake.mail !== undefined && mailroom.mail !== undefined)
  const root = mkdtempSync(join(tmpdir(), 'bulkhead-packs-'))
  const files = directoryBlobs(root)
  await using journal = openJournalStore({ url: intake.mail, blobs: files, prunesArrivals: false })
  await using store = openJournalStore({ url: mailroom.mail, blobs: files, prunesArrivals: false })
  const blobs = doomedUntilNamed(files, store)
  const account = newAccountHandle()
  await desk.run(sql`select from ask.open_journal(${account}, ${null})`)
  const bodies = new Map<MessageId, Buffer>()
  const large = new Map<MessageId, Buffer>()
  const unsure: MessageId[] = []
  const deliver = async (count: number): Promise<void> => {
    await answering(() => journal.usage(account))
    for (let number = 0; number < count; number += 1) {
      const message = newMessageId()
      const sealed = sealedBytes(200_000)
      const row = { message, sizeBytes: sealed.length, index: sealedBytes(300), body: { in: 'row' as const, sealed } }
      const answer = await journal.append({ ...arrival({ account, message, acknowledged: false }, sealedBytes(32)), messages: [row] })
      if (answer.is === 'appended') bodies.set(message, sealed)
    }
  }
  /** Large ones, as intake writes them while the database dies: of some nobody learns whether they were stored, of some nothing was asked. */
  const deliverLarge = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number += 1) {
      const message = newMessageId()
      const sealed = sealedBytes(20_000)
      const writer = await doomedUntilNamed(files, journal).create()
      await writer.write(sealed)
      const name = await writer.keep([account]).catch(() => undefined)
      await writer.discard()
      if (name === undefined || number % 5 === 4) continue
      const row = { message, sizeBytes: sealed.length, index: sealedBytes(300), body: { in: 'blob' as const, name } }
      const answer = await journal.append({ ...arrival({ account, message, acknowledged: false }, sealedBytes(32)), messages: [row] }).catch(() => undefined)
      if (answer?.is === 'appended') large.set(message, sealed)
      else unsure.push(message)
    }
  }

  for (let round = 0; round < rounds; round += 1) {
    await deliver(90)
    // Two mailrooms at once, each dying again and again.
    const packers = [mortal(blobs), mortal(blobs)].map((dying) => new BodyPacker({ store, blobs: dying, log: silentLog, giveWay: givingWay() }))
    const packing = packers.map(async (packer) => {
      for (let tries = 0; tries < 12; tries += 1) await packer.turn(account).catch(() => sleep(10))
    })
    const delivering = deliverLarge(60)
    await sleep(60 + 50 * round)
    await server.kill()
    await sleep(50)
    await server.restart()
    await Promise.all([...packing, delivering])
    await answering(() => store.usage(account))
    for (const [message, sealed] of [...bodies, ...large]) assert.deepEqual(await readBack(store, blobs, account, message), sealed)
  }
  await using packer = new BodyPacker({ store, blobs, log: silentLog, giveWay: givingWay() })
  assert.equal(await packer.turn(account), true)
  const kinds = [...(await store.bodies(account, [...bodies.keys()])).values()].map((body) => body.in)
  assert.ok(kinds.filter((kind) => kind === 'pack').length > bodies.size * 0.8, 'most are packed in the end')
  for (const [message, sealed] of bodies) assert.deepEqual(await readBack(store, blobs, account, message), sealed)

  // An hour later nothing is left of packs that came to nothing, and of messages whose append did not happen or was never asked for.
  await using owner = asOwner(server, mailroom.mail)
  await owner.run(sql`update kept.doomed_blob set since = since - interval '61 minutes' where since > '-infinity'`)
  await sweepTurn(store)
  for (const [message, sealed] of large) assert.deepEqual(await readBack(store, blobs, account, message), sealed)
  assert.ok(large.size > 0)
  const stored = await store.bodies(account, [...bodies.keys(), ...large.keys(), ...unsure])
  const named = new Set([...stored.values()].flatMap((body) => (body.in === 'pack' ? body.blob : body.in === 'blob' ? body.name : [])))
  assert.deepEqual(new Set(readdirSync(join(root, account.slice(0, 2), account))), named)
  rmSync(root, { recursive: true, force: true })
})
