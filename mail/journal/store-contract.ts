/**
 * What every store of journals and blobs must do, as tests. `given` makes a fresh store; each claim uses accounts of its
 * own, so that one store may serve them all.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { newAccountHandle, newMessageId, type AccountHandle } from '@bulkhead/base/ids.ts'
import { garbageContract } from '../packs/garbage-contract.ts'
import { packContract } from '../packs/pack-contract.ts'
import type { Append, AppendAnswer } from '../ports/journal-store.ts'
import { row, message, contentKey, appendOf, seq, opened, type Given, type Holds, type Claim } from './testing/store-under-test.ts'
type Run = (name: string, holds: Holds) => Promise<void>

const arrival = (account: AccountHandle, arrivalDigest: Buffer, keepDigest = false): Append =>
  appendOf(account, { messages: [message()], addsBytes: 11, addsMessages: 1, arrivalDigest, keepDigest })

const numbered = (count: number): readonly Buffer[] => Array.from({ length: count }, (_, at) => Buffer.from(`event ${at + 1}`))
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

const appendContract = (claim: Claim, given: Given): void => {
  claim('an append takes the next numbers and says the new head', async () => {
    const { journal, account } = await opened(given)
    assert.deepEqual(await journal.append(appendOf(account, { events: numbered(3) })), { is: 'appended', head: 3 })
    assert.deepEqual(await journal.append(appendOf(account)), { is: 'appended', head: 4 })
    const loaded = await journal.load(account)
    assert.deepEqual(loaded?.events.map((event) => [event.seq, text(event.sealed)]), [
      [1, 'event 1'], [2, 'event 2'], [3, 'event 3'], [4, 'event'],
    ])
    assert.equal(loaded?.head, 4)
  })

  claim('an account that is not there, or closed, is refused; opened again it takes mail', async () => {
    const { journal, life, account } = await opened(given)
    assert.deepEqual(await journal.append(appendOf(newAccountHandle())), { is: 'refused', why: 'noSuchAccount' })
    await life.setOpen(account, false)
    assert.deepEqual(await journal.append(appendOf(account)), { is: 'refused', why: 'accountClosed' })
    await life.setOpen(account, true)
    assert.deepEqual(await journal.append(appendOf(account)), { is: 'appended', head: 1 })
  })

  claim('an expected head that is no more is a conflict and changes nothing', async () => {
    const { journal, account } = await opened(given)
    await journal.append(appendOf(account))
    const late = appendOf(account, { expectedHead: seq(0), addsBytes: 5 })
    assert.deepEqual(await journal.append(late), { is: 'conflict', head: 1 })
    assert.deepEqual(await journal.append({ ...late, expectedHead: seq(1) }), { is: 'appended', head: 2 })
    assert.equal((await journal.usage(account))?.usedBytes, 5)
  })

  claim('the quota is met to the byte, and deletions never meet it', async () => {
    const { journal, life, account } = await opened(given, 100)
    const adds = (addsBytes: number, addsMessages = 1): Promise<AppendAnswer> =>
      journal.append(appendOf(account, { addsBytes, addsMessages }))
    assert.equal((await adds(100)).is, 'appended')
    assert.deepEqual(await adds(1), { is: 'refused', why: 'overQuota' })
    assert.equal((await adds(0, 0)).is, 'appended', 'what adds nothing goes on')
    await life.setQuota(account, 50)
    assert.equal((await adds(-40, -1)).is, 'appended')
    assert.deepEqual(await journal.usage(account), { usedBytes: 60, messages: 0, quotaBytes: 50, quotaMessages: null })
    await life.setQuota(account, null)
    assert.equal((await adds(1_000_000)).is, 'appended')
  })

  claim('what may go above the quota does so by its own limit, until the account was within its quota again', async () => {
    const { journal, life, account } = await opened(given, 100)
    const adds = (addsBytes: number, aboveQuotaMax?: number, addsMessages = 1): Promise<AppendAnswer> =>
      journal.append(appendOf(account, { addsBytes, addsMessages, ...(aboveQuotaMax === undefined ? {} : { aboveQuotaMax }) }))
    assert.equal((await adds(100, 30)).is, 'appended')
    assert.equal((await adds(20, 30)).is, 'appended')
    assert.deepEqual(await adds(1), { is: 'refused', why: 'overQuota' }, 'others not')
    assert.equal((await adds(0, undefined, 0)).is, 'appended')
    assert.deepEqual(await adds(11, 30), { is: 'refused', why: 'overQuota' })
    await life.setQuota(account, 10)
    assert.equal((await adds(10, 30)).is, 'appended', 'however far above it is')
    assert.equal((await adds(-125, undefined, -3)).is, 'appended')
    await life.setMessageQuota(account, 0)
    assert.equal((await adds(25, 30)).is, 'appended')
    assert.deepEqual(await adds(25, 30), { is: 'refused', why: 'overQuota' })
    assert.equal((await journal.usage(account))?.usedBytes, 30)
  })

  claim('the number of messages is limited likewise, whoever appends together, and deletions never meet it', async () => {
    const { journal, life, account } = await opened(given)
    await life.setMessageQuota(account, 3)
    const adds = (addsMessages: number, addsBytes = 10): Promise<AppendAnswer> =>
      journal.append(appendOf(account, { addsBytes, addsMessages }))
    const answers = await Promise.all(Array.from({ length: 5 }, () => adds(1)))
    assert.equal(answers.filter(({ is }) => is === 'appended').length, 3)
    assert.deepEqual(answers.filter(({ is }) => is === 'refused'), [{ is: 'refused', why: 'overQuota' }, { is: 'refused', why: 'overQuota' }])
    assert.equal((await adds(0)).is, 'appended', 'what adds no message goes on')
    await life.setMessageQuota(account, 1)
    assert.equal((await adds(-1, -10)).is, 'appended')
    assert.deepEqual(await adds(1), { is: 'refused', why: 'overQuota' })
    assert.deepEqual(await journal.usage(account), { usedBytes: 30, messages: 2, quotaBytes: null, quotaMessages: 1 })
    await life.setMessageQuota(account, null)
    assert.equal((await adds(100)).is, 'appended')
  })

  claim('many writers at once lose nothing and share no number', async () => {
    const { journal, account } = await opened(given)
    const writers = Array.from({ length: 40 }, (_, at) =>
      journal.append(appendOf(account, { events: [Buffer.from(`w${at}`), Buffer.from(`w${at}`)], addsBytes: 1, addsMessages: 1 })))
    const heads = (await Promise.all(writers)).map((answer) => (answer.is === 'appended' ? answer.head : 0))
    assert.deepEqual(heads.toSorted((a, b) => a - b), Array.from({ length: 40 }, (_, at) => 2 * at + 2))
    const loaded = await journal.load(account)
    heads.forEach((head, at) => {
      const own = loaded?.events.slice(head - 2, head).map((event) => text(event.sealed))
      assert.deepEqual(own, [`w${at}`, `w${at}`], 'events of one append stay together, at the head it was told')
    })
    assert.deepEqual(await journal.usage(account), { usedBytes: 40, messages: 40, quotaBytes: null, quotaMessages: null })
  })

  claim('of many that expect the same head one wins', async () => {
    const { journal, account } = await opened(given)
    const answers = await Promise.all(Array.from({ length: 8 }, () => journal.append(appendOf(account, { expectedHead: seq(0) }))))
    assert.deepEqual(answers.map(({ is }) => is).toSorted(), ['appended', ...Array(7).fill('conflict')])
  })
}

const digestContract = (claim: Claim, given: Given): void => {
  claim('a message sent again before the acknowledgement got through is stored once', async () => {
    const { journal, account } = await opened(given)
    const digest = randomBytes(32)
    assert.equal((await journal.append(arrival(account, digest))).is, 'appended')
    assert.deepEqual(await journal.append(arrival(account, digest)), { is: 'duplicate' })
    assert.equal((await journal.load(account))?.head, 1)
    assert.deepEqual(await journal.usage(account), { usedBytes: 11, messages: 1, quotaBytes: null, quotaMessages: null })
  })

  claim('of the same message twice at once one is stored', async () => {
    const { journal, account } = await opened(given)
    const digest = randomBytes(32)
    const answers = await Promise.all([1, 2, 3].map(() => journal.append(arrival(account, digest))))
    assert.deepEqual(answers.map(({ is }) => is).toSorted(), ['appended', 'duplicate', 'duplicate'])
    assert.equal((await journal.load(account))?.head, 1)
  })

  claim('a duplicate is one even for an account that is full or closed by now', async () => {
    const { journal, life, account } = await opened(given, 11)
    const digest = randomBytes(32)
    await journal.append(arrival(account, digest))
    assert.deepEqual(await journal.append(arrival(account, digest)), { is: 'duplicate' })
    await life.setOpen(account, false)
    assert.deepEqual(await journal.append(arrival(account, digest)), { is: 'duplicate' })
  })

  claim('once acknowledged, the same bytes are a new message', async () => {
    const { journal, account } = await opened(given)
    const digest = randomBytes(32)
    await journal.append(arrival(account, digest))
    journal.acknowledged(account, digest)
    await eventually(async () => (await journal.append(arrival(account, digest))).is === 'appended')
    assert.equal((await journal.load(account))?.head, 2)
  })

  claim('a digest that is to be kept stays after the acknowledgement', async () => {
    const { journal, account } = await opened(given)
    const [kept, other] = [randomBytes(32), randomBytes(32)]
    await journal.append(arrival(account, kept, true))
    await journal.append(arrival(account, other))
    journal.acknowledged(account, kept)
    journal.acknowledged(account, other)
    await eventually(async () => (await journal.append(arrival(account, other))).is === 'appended')
    assert.deepEqual(await journal.append(arrival(account, kept, true)), { is: 'duplicate' })
  })

  claim('a refused message leaves no digest behind', async () => {
    const { journal, life, account } = await opened(given, 0)
    const digest = randomBytes(32)
    assert.deepEqual(await journal.append(arrival(account, digest)), { is: 'refused', why: 'overQuota' })
    await life.setQuota(account, null)
    assert.equal((await journal.append(arrival(account, digest))).is, 'appended')
  })

  claim('digests are the account’s own', async () => {
    const { journal, life, account } = await opened(given)
    const other = newAccountHandle()
    await life.openJournal(other, null)
    const digest = randomBytes(32)
    await journal.append(arrival(account, digest))
    assert.equal((await journal.append(arrival(other, digest))).is, 'appended')
  })
}

/** The acknowledgement is a hint that a store may batch for a moment. */
const eventually = async (claim: () => Promise<boolean>): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await claim()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.fail('did not come true within two seconds')
}

const readContract = (claim: Claim, given: Given): void => {
  claim('events after a number come oldest first, with the head, as many as asked for', async () => {
    const { journal, account } = await opened(given)
    await journal.append(appendOf(account, { events: numbered(10) }))
    const { head, events } = await journal.eventsAfter(account, seq(3), 4)
    assert.equal(head, 10)
    assert.deepEqual(events.map((event) => text(event.sealed)), ['event 4', 'event 5', 'event 6', 'event 7'])
    assert.deepEqual((await journal.eventsAfter(account, seq(10), 4)).events, [])
  })

  claim('a long journal loads in part, and the rest follows', async () => {
    const { journal, account } = await opened(given)
    const total = 12_000
    for (let at = 0; at < total; at += 1_000) await journal.append(appendOf(account, { events: numbered(1_000) }))
    const loaded = await journal.load(account)
    let known = loaded?.events.length ?? 0
    assert.ok(known > 0)
    while (known < total) {
      const { events } = await journal.eventsAfter(account, seq(known), 5_000)
      assert.equal(events[0]?.seq, known + 1)
      known += events.length
    }
    assert.equal(loaded?.head, total)
  })

  claim('an account that is not there has nothing', async () => {
    const { journal } = await opened(given)
    const nobody = newAccountHandle()
    assert.equal(await journal.load(nobody), undefined)
    assert.equal(await journal.usage(nobody), undefined)
    assert.deepEqual((await journal.eventsAfter(nobody, seq(0), 10)).events, [])
    assert.deepEqual(await journal.messageIndexes(nobody, [newMessageId()]), [])
    assert.equal((await journal.bodies(nobody, [newMessageId()])).size, 0)
  })

  claim('content keys come with the events that first use them, once', async () => {
    const { journal, account } = await opened(given)
    const [first, second] = [contentKey(), contentKey()]
    await journal.append(appendOf(account, { contentKeys: [first] }))
    await journal.append(appendOf(account, { contentKeys: [{ ...first, sealed: randomBytes(80) }] }))
    await journal.append(appendOf(account, { contentKeys: [second] }))
    const loaded = await journal.load(account)
    const byId = new Map(loaded?.contentKeys.map((one) => [Buffer.from(one.keyId).toString('hex'), one]))
    assert.equal(byId.size, 2)
    assert.deepEqual(Buffer.from(byId.get(first.keyId.toString('hex'))?.sealed ?? []), first.sealed)
    const after = await journal.eventsAfter(account, seq(1), 10)
    assert.deepEqual(after.contentKeys.map((one) => Buffer.from(one.keyId)), [second.keyId])
    const before = await journal.eventsAfter(account, seq(0), 1)
    assert.deepEqual(before.contentKeys.map((one) => Buffer.from(one.keyId)), [first.keyId])
  })

  claim('an account whose journal was removed is gone', async () => {
    const { journal, life, account } = await opened(given)
    await journal.append(appendOf(account, { messages: [message()], contentKeys: [contentKey()] }))
    await life.removeJournal(account)
    assert.equal(await journal.load(account), undefined)
    assert.equal((await life.usage([account])).size, 0)
  })
}

const messageContract = (claim: Claim, given: Given): void => {
  claim('indexes and bodies come back as they were; missing ones are left out', async () => {
    const { journal, blobs, account } = await opened(given)
    const writer = await blobs.create()
    await writer.write(Buffer.from('large'))
    const messages = [message(), message({ in: 'blob', name: await writer.keep([account]) }, 5), message(row(''), 0)]
    await journal.append(appendOf(account, { messages }))
    const wanted = [...messages.map((one) => one.message), newMessageId()]
    const indexes = new Map((await journal.messageIndexes(account, wanted)).map((one) => [one.message, one]))
    const bodies = await journal.bodies(account, wanted)
    assert.equal(indexes.size, 3)
    assert.equal(bodies.size, 3)
    for (const one of messages) {
      assert.deepEqual(Buffer.from(indexes.get(one.message)?.index ?? []), one.index)
      assert.equal(indexes.get(one.message)?.sizeBytes, one.sizeBytes)
      const body = bodies.get(one.message)
      assert.deepEqual(body?.in === 'row' ? row(text(body.sealed)) : body, one.body)
    }
  })

  claim('no account sees another’s messages', async () => {
    const { journal, life, account } = await opened(given)
    const other = newAccountHandle()
    await life.openJournal(other, null)
    const one = message()
    await journal.append(appendOf(account, { messages: [one] }))
    assert.deepEqual(await journal.messageIndexes(other, [one.message]), [])
    assert.equal((await journal.bodies(other, [one.message])).size, 0)
    assert.equal((await journal.load(other))?.head, 0)
  })
}

const segment = (name: string, at: number, bytes: string) => ({ segment: name, seq: seq(at), sealed: Buffer.from(bytes) })

const snapshotContract = (claim: Claim, given: Given): void => {
  const withEvents = async (count: number) => {
    const store = await opened(given)
    await store.journal.append(appendOf(store.account, { events: numbered(count), contentKeys: [contentKey()] }))
    const segments = async () => {
      const loaded = await store.journal.load(store.account)
      const sorted = loaded?.snapshot.segments.toSorted((a, b) => (a.segment < b.segment ? -1 : 1))
      return { seq: loaded?.snapshot.seq, kept: sorted?.map((one) => `${one.segment}@${one.seq}=${text(one.sealed)}`) }
    }
    return { ...store, segments }
  }

  claim('without a snapshot there are no segments and its number is 0', async () => {
    const { segments } = await withEvents(1)
    assert.deepEqual(await segments(), { seq: 0, kept: [] })
  })

  claim('after a snapshot only later events and content keys are loaded', async () => {
    const { journal, account, segments } = await withEvents(5)
    await journal.writeSnapshot(account, { seq: seq(3), changed: [segment('head', 3, 'h')], vanished: [], deadMessages: [] })
    assert.deepEqual(await segments(), { seq: 3, kept: ['head@3=h'] })
    const loaded = await journal.load(account)
    assert.deepEqual(loaded?.events.map((event) => event.seq), [4, 5])
    assert.deepEqual(loaded?.contentKeys, [])
    assert.equal((await journal.eventsAfter(account, seq(0), 10)).events.length, 5, 'the whole journal can still be read')
  })

  claim('the head is the last event, also where several journals are asked for at once; 0 of one that is not', async () => {
    const { journal, account } = await withEvents(5)
    assert.deepEqual(await Promise.all([account, newAccountHandle(), account].map((each) => journal.head(each))), [5, 0, 5])
  })

  claim('of segments that are known already only the names are loaded', async () => {
    const { journal, account } = await withEvents(5)
    await journal.writeSnapshot(account, { seq: seq(2), changed: [segment('a', 2, 'a'), segment('b', 2, 'b')], vanished: [], deadMessages: [] })
    await journal.writeSnapshot(account, { seq: seq(4), changed: [segment('b', 4, 'B')], vanished: [], deadMessages: [] })
    const loaded = await journal.load(account, seq(2))
    const sorted = loaded?.snapshot.segments.toSorted((a, b) => (a.segment < b.segment ? -1 : 1))
    assert.deepEqual(sorted?.map((one) => `${one.segment}@${one.seq}=${text(one.sealed)}`), ['a@2=', 'b@4=B'])
  })

  claim('a newer snapshot replaces what changed, removes what vanished, leaves the rest', async () => {
    const { journal, account, segments } = await withEvents(5)
    const first = [segment('a', 2, 'a'), segment('b', 2, 'b'), segment('c', 2, 'c')]
    await journal.writeSnapshot(account, { seq: seq(2), changed: first, vanished: [], deadMessages: [] })
    await journal.writeSnapshot(account, { seq: seq(4), changed: [segment('b', 4, 'B')], vanished: ['c', 'never'], deadMessages: [] })
    assert.deepEqual(await segments(), { seq: 4, kept: ['a@2=a', 'b@4=B'] })
  })

  claim('an older snapshot is ignored, and so is one of events that are not there', async () => {
    const { journal, account, segments } = await withEvents(5)
    await journal.writeSnapshot(account, { seq: seq(4), changed: [segment('a', 4, 'new')], vanished: [], deadMessages: [] })
    await journal.writeSnapshot(account, { seq: seq(3), changed: [segment('a', 3, 'old')], vanished: ['a'], deadMessages: [] })
    await journal.writeSnapshot(account, { seq: seq(9), changed: [segment('a', 9, 'future')], vanished: [], deadMessages: [] })
    assert.deepEqual(await segments(), { seq: 4, kept: ['a@4=new'] })
  })

  claim('dead messages go with their rows and blobs, and nothing else does', async () => {
    const { journal, blobs, account } = await withEvents(1)
    const writer = await blobs.create()
    await writer.write(Buffer.from('large'))
    const name = await writer.keep([account])
    const [dead, alive, large] = [message(), message(), message({ in: 'blob', name })]
    await journal.append(appendOf(account, { messages: [dead, alive, large] }))
    const deadMessages = [dead.message, large.message]
    await journal.writeSnapshot(account, { seq: seq(2), changed: [segment('head', 2, 'h')], vanished: [], deadMessages })
    const left = await journal.bodies(account, [dead.message, alive.message, large.message])
    assert.deepEqual([...left.keys()], [alive.message])
    await eventually(async () => (await blobs.open(account, name)) === undefined)
  })
}

const blobContract = (claim: Claim, given: Given): void => {
  claim('a blob is read back in any pieces, and ends where it ends', async () => {
    const { blobs, account } = await opened(given)
    const bytes = randomBytes(300_000)
    const writer = await blobs.create()
    for (let at = 0; at < bytes.length; at += 70_001) await writer.write(bytes.subarray(at, at + 70_001))
    const reader = await blobs.open(account, await writer.keep([account]))
    assert.ok(reader)
    assert.equal(reader.sizeBytes, bytes.length)
    assert.deepEqual(await reader.read(0, bytes.length), bytes)
    assert.deepEqual(await reader.read(123_456, 100_000), bytes.subarray(123_456, 223_456))
    assert.deepEqual(await reader.read(299_990, 100), bytes.subarray(299_990))
    assert.equal((await reader.read(300_000, 1)).length, 0)
    await reader[Symbol.asyncDispose]()
  })

  claim('accounts that share a blob lose it one by one', async () => {
    const { blobs, account } = await opened(given)
    const other = newAccountHandle()
    const writer = await blobs.create()
    await writer.write(Buffer.from('shared'))
    const name = await writer.keep([account, other])
    await blobs.remove(account, name)
    assert.equal(await blobs.open(account, name), undefined)
    const reader = await blobs.open(other, name)
    assert.equal(text((await reader?.read(0, 100)) ?? Buffer.alloc(0)), 'shared')
    await reader?.[Symbol.asyncDispose]()
    await blobs.removeAll(other)
    assert.equal(await blobs.open(other, name), undefined)
  })

  claim('what was discarded, or never was, is not there; removing it again is no fault', async () => {
    const { blobs, account } = await opened(given)
    const writer = await blobs.create()
    await writer.write(Buffer.from('gone'))
    await writer.discard()
    await writer.discard()
    assert.equal(await blobs.open(account, newMessageId()), undefined)
    await blobs.remove(account, newMessageId())
    await blobs.removeAll(account)
  })

  claim('a name that is a path leads nowhere', async () => {
    const { blobs, account } = await opened(given)
    for (const name of ['../secret', '/etc/passwd', '', '.', '..']) assert.equal(await blobs.open(account, name), undefined)
  })
}

const parts = [packContract, garbageContract, appendContract, digestContract, readContract, messageContract, snapshotContract, blobContract]

/** All claims at once known to the runner, so at the top of a file, in a `describe`, or as subtests (`t.test.bind(t)`). */
export const storeContract = async (given: Given, run: Run = test): Promise<void> => {
  const claims: (readonly [name: string, holds: Holds])[] = []
  for (const part of parts) part((name, holds) => claims.push([name, holds]), given)
  await Promise.all(claims.map(([name, holds]) => run(name, holds)))
}
