import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MessageId, Uid } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { OpenAccount } from '../account/open-account.ts'
import { openAccounts } from '../account/open-accounts.ts'
import { given } from '../account/testing/given.ts'
import { dyingGraceMs } from '../account/snapshot-writer.ts'
import { BodyPacker, bodyPackBytes } from './body-packer.ts'
import { givingWay } from './give-way.ts'
import { packMessagesMin, settleMs } from './index-packer.ts'
import { PackMemory, SealedMemory } from './pack-memory.ts'

const mail = (number: number, bytes = 200): Buffer =>
  Buffer.from(`From: a@peer.example\r\nSubject: number ${number}\r\n\r\n${'0123456789abcdef'.repeat(Math.ceil(bytes / 16))}${number}\r\n`)

/** A clock far enough ahead that what was just delivered has settled. */
const world = async (count: number, bytes = 200) => {
  const base = await given()
  base.clock.advance(Date.now() - base.clock.now() + 60_000)
  for (let number = 0; number < count; number += 1) await base.deliver(mail(number, bytes))
  return base
}

type World = Awaited<ReturnType<typeof world>>

const idsOf = (account: OpenAccount): readonly MessageId[] => {
  const { messages } = account.state().inbox
  return Array.from({ length: messages.count }, (_, at) => messages.messageId(at))
}

const seenOf = async (account: OpenAccount, ids: readonly MessageId[]): Promise<readonly unknown[]> => {
  const found: unknown[] = []
  for await (const index of account.indexes(ids)) {
    found.push(index === undefined ? undefined : [index.sizeBytes, index.headerComplete, index.envelopeWire, index.bodyWire, index.bodyStructureWire, Buffer.from(index.header).toString('latin1'), index.root])
  }
  return found
}

/** Whose rows can't be read any more: what is still answered comes from packs. */
const withoutRows = ({ account, privateKey, ports }: World): Promise<OpenAccount> =>
  OpenAccount.open(account, privateKey(), { ...ports, packMemory: new PackMemory(), store: { ...ports.store, messageIndexes: async () => [] } })

test('an index out of a pack is the index out of its row, in any order; a missing one is missing', async () => {
  const given = await world(packMessagesMin + 203)
  const account = await given.open()
  const ids = [...idsOf(account)].reverse()
  ids.splice(77, 0, '00000000-0000-4000-8000-000000000000' as MessageId)
  const fromRows = await seenOf(account, ids)
  await account.pack()
  const packs = await given.ports.store.indexPacks(given.account)
  assert.deepEqual(packs.map(({ messages }) => messages), [packMessagesMin + 203])
  const packed = await withoutRows(given)
  assert.deepEqual(await seenOf(packed, ids), fromRows)
  assert.equal((await seenOf(packed, ids.slice(0, 5))).filter((one) => one !== undefined).length, 5, 'few at a time too, once it is open')
  const bodies = await packed.bodies(packed.state().inbox.messages.count > 0 ? ids.slice(0, 3) : [])
  for (const [at, body] of bodies.entries()) assert.deepEqual(body?.readNow?.(0, 1_000), mail(packMessagesMin + 202 - at))
  await packed.close()
  await account.close()
})

test('sections that were not asked for are not there to be had by mistake', async () => {
  const given = await world(packMessagesMin)
  const account = await given.open()
  await account.pack()
  for await (const batch of account.indexBatches(idsOf(account), ['envelope'])) {
    for (const index of batch) {
      assert.match(index?.envelopeWire ?? '', /number \d+/)
      assert.throws(() => index?.header, RangeError)
    }
  }
  await account.close()
})

test('fewer messages than a pack is worth, and those that may be followed by a lower id, stay in their rows', async () => {
  const given = await world(packMessagesMin - 1)
  const account = await given.open()
  await account.pack()
  assert.deepEqual(await given.ports.store.indexPacks(given.account), [])
  for (let number = 0; number < 10; number += 1) await given.deliver(mail(number))
  await account.refresh()
  given.clock.advance(-60_000)
  await account.pack()
  assert.deepEqual(await given.ports.store.indexPacks(given.account), [])
  given.clock.advance(60_000)
  await account.pack()
  assert.deepEqual((await given.ports.store.indexPacks(given.account)).map(({ messages }) => messages), [packMessagesMin + 9])
  await account.close()
})

test('two mailrooms that pack at once agree, and each reads what the other packed', async () => {
  const given = await world(packMessagesMin * 2)
  const [one, other] = await Promise.all([given.open(), OpenAccount.open(given.account, given.privateKey(), { ...given.ports, packMemory: new PackMemory() })])
  const ids = idsOf(one)
  const before = await seenOf(one, ids)
  await Promise.all([one.pack(), other.pack()])
  const packs = await given.ports.store.indexPacks(given.account)
  assert.equal(packs.reduce((sum, { messages }) => sum + messages, 0), ids.length)
  for (const account of [one, other]) assert.deepEqual(await seenOf(account, ids), before)
  await one.close()
  await other.close()
})

test('a pack that is mostly dead is made anew, and one without living messages goes; old lists are noticed', async () => {
  const given = await world(packMessagesMin)
  const account = await given.open()
  await account.pack()
  const other = await OpenAccount.open(given.account, given.privateKey(), { ...given.ports, packMemory: new PackMemory() })
  const kept = idsOf(account).slice(300)
  const before = await seenOf(other, kept)
  await account.expunge(account.state().inbox.id, [[1 as Uid, 300 as Uid]], 'always')
  await account.pack()
  assert.deepEqual((await given.ports.store.indexPacks(given.account)).map(({ messages }) => messages), [packMessagesMin - 300])
  assert.deepEqual(await seenOf(account, kept), before)
  await other.refresh()
  assert.deepEqual(await seenOf(other, kept), before)
  await account.expunge(account.state().inbox.id, null, 'always')
  await account.pack()
  assert.deepEqual(await given.ports.store.indexPacks(given.account), [])
  await account.close()
  await other.close()
})

test('a damaged pack costs time, not mail', async () => {
  const given = await world(packMessagesMin)
  const account = await given.open()
  const before = await seenOf(account, idsOf(account))
  await account.pack()
  const packSegments: typeof given.ports.store.packSegments = async (of, pack, names) =>
    (await given.ports.store.packSegments(of, pack, names)).map(({ name, sealed }) => {
      const damaged = Buffer.from(sealed)
      damaged[damaged.length - 20] = (damaged[damaged.length - 20] ?? 0) ^ 1
      return { name, sealed: damaged }
    })
  const again = await OpenAccount.open(given.account, given.privateKey(), { ...given.ports, packMemory: new PackMemory(), store: { ...given.ports.store, packSegments } })
  assert.deepEqual(await seenOf(again, idsOf(again)), before)
  await again.close()
  await account.close()
})

const bodiesOf = async (account: OpenAccount): Promise<readonly (Buffer | undefined)[]> => {
  const bytes: (Buffer | undefined)[] = []
  const ids = idsOf(account)
  for (let from = 0; from < ids.length; from += 100) {
    for (const body of await account.bodies(ids.slice(from, from + 100))) {
      bytes.push(body === undefined ? undefined : Buffer.from(await body.read(0, body.sizeBytes)))
      await body?.[Symbol.asyncDispose]()
    }
  }
  return bytes
}

const kindsOf = async ({ journal, account }: World, ids: readonly MessageId[]): Promise<ReadonlySet<string>> =>
  new Set([...(await journal.bodies(account, ids)).values()].map((body) => body.in))

test('bodies are moved into packs without a key and come back to the bit; what became mostly dead is packed anew', async () => {
  const count = 60
  const given = await world(count, 150_000)
  const account = await given.open()
  const before = await bodiesOf(account)
  assert.deepEqual(before, Array.from({ length: count }, (_, number) => mail(number, 150_000)))
  await using packer = new BodyPacker({ store: given.journal, blobs: given.blobs, log: silentLog, giveWay: givingWay() })
  assert.equal(await packer.turn(given.account), true)
  const ids = idsOf(account)
  assert.deepEqual(await kindsOf(given, ids.slice(0, 40)), new Set(['pack']))
  assert.deepEqual(await bodiesOf(account), before)
  const held = given.blobs.bytesHeld()
  assert.ok(held > bodyPackBytes && held <= 2 * bodyPackBytes)

  await account.expunge(account.state().inbox.id, [[1 as Uid, 20 as Uid]], 'always')
  given.clock.advance(dyingGraceMs + 1)
  await account.close()
  const again = await given.open()
  assert.equal(await packer.turn(given.account), true)
  assert.deepEqual(await bodiesOf(again), before.slice(20))
  assert.ok(given.blobs.bytesHeld() < held - 20 * 140_000, 'the bytes of the dead are gone')
  await again.close()
})

test('what a session reads while its pack is packed anew comes from where it is now', async () => {
  const given = await world(40, 150_000)
  await using packer = new BodyPacker({ store: given.journal, blobs: given.blobs, log: silentLog, giveWay: givingWay() })
  await packer.turn(given.account)
  const stale = await given.journal.bodies(given.account, idsOf(await given.open()))
  const reading = await OpenAccount.open(given.account, given.privateKey(), {
    ...given.ports,
    store: {
      ...given.ports.store,
      bodies: (() => {
        let first = true
        return async (account: typeof given.account, messages: readonly MessageId[]) => {
          if (!first) return given.journal.bodies(account, messages)
          first = false
          return stale
        }
      })(),
    },
  })
  const packed = [...stale.values()].find((body) => body.in === 'pack')
  assert.ok(packed?.in === 'pack')
  const blob = await given.blobs.open(given.account, packed.blob)
  const bytes = (await blob?.read(0, blob.sizeBytes)) ?? Buffer.alloc(0)
  const writer = await given.blobs.create()
  await writer.write(bytes)
  const moved = [...stale].flatMap(([message, body]) => (body.in === 'pack' && body.blob === packed.blob ? [{ message, from: body.blob, offset: body.offset, sizeBytes: body.sizeBytes }] : []))
  await given.journal.placeBodies(given.account, await writer.keep([given.account]), bytes.length, moved)
  const [first] = await reading.bodies(idsOf(reading).slice(0, 1))
  assert.deepEqual(first?.readNow?.(0, 200_000), mail(0, 150_000))
  await reading.close()
})

test('the mailroom packs behind its sessions: the last to leave does not wait, and keys go when the turn has ended', async () => {
  const given = await world(packMessagesMin)
  const accounts = openAccounts(given.ports)
  const lease = await accounts.acquire(given.account, given.privateKey())
  await lease.release()
  assert.equal(accounts.size(), 1, 'packing goes on')
  const again = await accounts.acquire(given.account, given.privateKey())
  for (let tries = 0; tries < 6_000 && (await given.ports.store.indexPacks(given.account)).length === 0; tries += 1) await sleep(5)
  assert.equal((await given.ports.store.indexPacks(given.account)).length, 1)
  assert.equal((await seenOf(again.mail as OpenAccount, idsOf(again.mail as OpenAccount))).length, packMessagesMin)
  await again.release()
  await accounts[Symbol.asyncDispose]()
  assert.equal(accounts.size(), 0)
})

test('what came in the last moments of a session is packed when it has settled, not when its owner next logs in', async (t) => {
  const given = await world(0)
  given.clock.advance(Date.now() - given.clock.now())
  for (let number = 0; number < packMessagesMin; number += 1) await given.deliver(mail(number))
  const accounts = openAccounts(given.ports)
  const lease = await accounts.acquire(given.account, given.privateKey())
  const { setTimeout: later } = globalThis
  t.mock.method(globalThis, 'setTimeout', (act: () => void, ms: number) => {
    if (ms === settleMs) given.clock.advance(60_000)
    return later(act, ms === settleMs ? 0 : ms)
  })
  await lease.release()
  for (let tries = 0; tries < 6_000 && accounts.size() > 0; tries += 1) await sleep(5)
  assert.equal(accounts.size(), 0)
  assert.equal((await given.ports.store.indexPacks(given.account)).length, 1)
  await accounts[Symbol.asyncDispose]()
})

test('a login soon after another loads only what changed, and all of it where that is forgotten', async () => {
  const given = await world(300)
  const loads: (readonly [known: number | undefined, bytes: number])[] = []
  const load: typeof given.ports.store.load = async (account, known) => {
    const loaded = await given.ports.store.load(account, known)
    loads.push([known, loaded?.snapshot.segments.reduce((sum, { sealed }) => sum + sealed.length, 0) ?? 0])
    return loaded
  }
  const openWith = (packMemory: PackMemory) => OpenAccount.open(given.account, given.privateKey(), { ...given.ports, packMemory, store: { ...given.ports.store, load } })
  const memory = new PackMemory(100_000)
  await (await openWith(memory)).close()
  const first = await openWith(memory)
  const ids = idsOf(first)
  await first.close()
  const second = await openWith(memory)
  assert.deepEqual(idsOf(second), ids)
  await second.close()
  const [, all, none] = loads.map(([, bytes]) => bytes)
  assert.ok((all ?? 0) > 10_000)
  assert.equal(none, 0)
  for (let number = 0; number < 10; number += 1) memory.sealed.put(`other ${number}`, Buffer.alloc(20_000))
  const third = await openWith(memory)
  assert.deepEqual(idsOf(third), ids)
  await third.close()
  assert.deepEqual(loads.slice(3).map(([, bytes]) => bytes), [0, all])
})

test('sealed bytes are remembered up to a bound, those used last the longest', () => {
  const memory = new SealedMemory(1_000)
  for (const name of ['a', 'b', 'c']) memory.put(name, Buffer.alloc(300))
  memory.get('a')
  memory.put('d', Buffer.alloc(300))
  assert.deepEqual(['a', 'b', 'c', 'd'].map((name) => memory.get(name) !== undefined), [true, false, true, true])
  memory.put('e', Buffer.alloc(2_000))
  memory.put('a', Buffer.alloc(100))
  assert.equal(memory.sizeBytes, 700)
})
