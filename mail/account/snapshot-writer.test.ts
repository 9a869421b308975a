import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModSeq } from '@bulkhead/base/ids.ts'
import { plainState } from '../journal/testing/plain-state.ts'
import { dyingGraceMs, oldDraftsMax, tailAtCloseMax, tailWhileOpenMax } from './snapshot-writer.ts'
import { all, append, bytesOf, given, mail, named, ranges } from './testing/given.ts'

const withMail = async (count: number) => {
  const there = await given()
  for (let at = 0; at < count; at += 1) await there.deliver(mail(`number ${at}`))
  return there
}

test('a session that leaves a long tail leaves a snapshot, and the next one sees the same through it', async () => {
  const { open, journal, account: handle, world } = await withMail(tailAtCloseMax)
  const first = await open()
  const before = plainState(first.state())
  await first.close()
  assert.equal(world.snapshots, 1)
  const stored = await journal.load(handle)
  assert.equal(stored?.events.length, 0)
  assert.equal(stored?.contentKeys.length, 0)
  const second = await open()
  assert.deepEqual(plainState(second.state()), before)
  assert.deepEqual(await bytesOf(second, 7), mail('number 7'), 'its keys came through the snapshot')
})

test('a short tail is not worth a snapshot', async () => {
  const { open, world } = await withMail(5)
  await (await open()).close()
  assert.equal(world.snapshots, 0)
})

test('a long tail gets its snapshot while the session goes on', async () => {
  const { open, journal, account: handle, deliver } = await withMail(tailWhileOpenMax)
  const account = await open()
  const stored = async () => (await journal.load(handle))?.snapshot.seq ?? 0
  for (let attempt = 0; attempt < 200 && (await stored()) === 0; attempt += 1);
  assert.ok((await stored()) > 0)
  await deliver(mail('later'))
  await account.refresh()
  assert.equal(account.state().inbox.messages.count, tailWhileOpenMax + 1)
  await account.close()
})

test('a snapshot that does not add up costs time, not mail', async () => {
  const { open, journal, account: handle } = await withMail(tailAtCloseMax)
  const first = await open()
  const before = plainState(first.state())
  await first.close()
  const stored = await journal.load(handle)
  const broken = stored?.snapshot.segments.map((one) => ({ ...one, sealed: Buffer.from('rubbish') })) ?? []
  assert.ok(broken.length >= 3, 'head, keys and messages')
  for (const one of broken) {
    const seq = stored?.snapshot.seq ?? (0 as ModSeq)
    await journal.writeSnapshot(handle, { seq, changed: [one], vanished: [], deadMessages: [] })
    const account = await open()
    assert.deepEqual(plainState(account.state()), before, one.segment)
    assert.deepEqual(await bytesOf(account, 7), mail('number 7'))
  }
})

test('a snapshot that could not be written is written whole the next time', async () => {
  const { open, world, deliver } = await withMail(tailAtCloseMax)
  const first = await open()
  world.sickness = 'away'
  await first.close()
  world.sickness = 'well'
  await deliver(mail('more'))
  const second = await open()
  const before = plainState(second.state())
  await second.close()
  assert.equal(world.snapshots, 2)
  assert.deepEqual(plainState((await open()).state()), before)
})

test('an expunged message can be read for a while by sessions that still show it, and is gone after that', async () => {
  const { open, journal, account: handle, clock, deliver } = await withMail(2)
  const first = await open()
  const { inbox } = first.state()
  const [gone, kept] = [inbox.messages.messageId(0), inbox.messages.messageId(1)]
  await first.expunge(inbox.id, ranges([1, 1]), 'always')
  assert.ok(await first.body(gone))
  await first.close()
  clock.advance(dyingGraceMs - 1)
  const second = await open()
  assert.ok(await second.body(gone), 'not yet')
  clock.advance(2)
  await deliver(mail('a reason to write'))
  await second.refresh()
  await second.close()
  assert.deepEqual([...(await journal.bodies(handle, [gone, kept])).keys()], [kept])
})

test('a draft saved again and again keeps few old versions, whatever its size, and nothing else goes early', async () => {
  const { open, blobs, clock } = await given()
  const account = await open()
  const { inbox } = account.state()
  await append(account, inbox.id, [Buffer.alloc(400_000, 'k')])
  const other = account.state().inbox.messages.messageId(0)
  await account.expunge(inbox.id, all, 'always')
  const drafts = named(account, 'Drafts').id
  for (let save = 0; save < 60; save += 1) {
    await append(account, drafts, [Buffer.alloc(300_000 + save, 'd')], ['\\Draft'])
    const uids = [...named(account, 'Drafts').messages.uids]
    if (uids.length > 1) await account.expunge(drafts, ranges([Number(uids[0]), Number(uids[0])]), 'always')
    clock.advance(3_000)
  }
  assert.equal(named(account, 'Drafts').messages.count, 1)
  assert.ok(await account.body(other), 'what was no draft has its time')
  await account.close()
  assert.ok(blobs.bytesHeld() < (oldDraftsMax + 4) * 310_000, `${blobs.bytesHeld()} bytes`)
})

test('a copy keeps its message alive, and its blob', async () => {
  const { open, clock, blobs } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  await append(account, inbox, [Buffer.alloc(400_000, 'a'), Buffer.alloc(400_000, 'b')])
  await account.copyMessages(inbox, ranges([1, 1]), named(account, 'Archive').id)
  await account.expunge(inbox, all, 'always')
  clock.advance(dyingGraceMs)
  await account.close()
  const second = await open()
  const body = await second.body(named(second, 'Archive').messages.messageId(0))
  assert.deepEqual(await body?.read(0, 400_000), Buffer.alloc(400_000, 'a'))
  assert.ok(blobs.bytesHeld() < 500_000, 'the other one is gone')
})

test('mailrooms that write snapshots in turn agree on what is stored', async () => {
  const { open, deliver, world } = await withMail(tailAtCloseMax)
  const [one, other] = await Promise.all([open(), open()])
  await one.createMailbox('a', null)
  await one.moveMessages(one.state().inbox.id, ranges([5, 50]), named(one, 'a').id)
  await other.refresh()
  await one.close()
  await deliver(mail('between'))
  await other.refresh()
  await other.storeFlags(named(other, 'a').id, all, 'add', ['\\Seen'])
  await other.deleteMailbox('Junk')
  const before = plainState(other.state())
  await other.close()
  assert.equal(world.snapshots, 2)
  assert.deepEqual(plainState((await open()).state()), before)
})
