import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { MailboxId, MessageId } from '@bulkhead/base/ids.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { encodeEvent } from '../journal/event-codec.ts'
import { inboxId } from '../journal/inbox.ts'
import { plainState } from '../journal/testing/plain-state.ts'
import { inlineBytesMax } from './incoming.ts'
import { OpenAccount } from './open-account.ts'
import { all, append, bytesOf, given, mail, named, ranges } from './testing/given.ts'

test('the first session finds the usual mailboxes, subscribed; who deletes one does not find it again', async () => {
  const { open } = await given()
  const first = await open()
  const names = [...first.state().mailboxes.values()].map(({ name, specialUse }) => [name, specialUse])
  assert.deepEqual(names, [
    ['INBOX', null], ['Drafts', '\\Drafts'], ['Sent', '\\Sent'], ['Junk', '\\Junk'], ['Trash', '\\Trash'], ['Archive', '\\Archive'],
  ])
  assert.deepEqual([...first.state().subscriptions], ['INBOX', 'Drafts', 'Sent', 'Junk', 'Trash', 'Archive'])
  assert.deepEqual(await first.deleteMailbox('Junk'), { is: 'done' })
  await first.close()
  const second = await open()
  assert.equal(second.state().byName('Junk'), undefined)
})

test('two mailrooms that open an account for the first time make the mailboxes once', async () => {
  const { open } = await given()
  const [one, other] = await Promise.all([open(), open()])
  await one.refresh()
  await other.refresh()
  assert.equal(one.state().mailboxes.size, 6)
  assert.deepEqual(plainState(one.state()), plainState(other.state()))
})

test('delivered mail is there after a refresh, index and bytes', async () => {
  const { open, deliver } = await given()
  await deliver(mail('before the first session'))
  const account = await open()
  await deliver(mail('after it'))
  await account.refresh()
  assert.equal(account.state().inbox.messages.count, 2)
  assert.equal(account.state().inbox.unseen, 2)
  assert.deepEqual(await bytesOf(account, 0), mail('before the first session'))
  assert.deepEqual(await bytesOf(account, 1), mail('after it'))
  const ids = [1, 0].map((at) => account.state().inbox.messages.messageId(at))
  const sizes = []
  for await (const index of account.indexes(ids)) sizes.push(index?.sizeBytes)
  assert.deepEqual(sizes, [mail('after it').length, mail('before the first session').length])
})

test('original bytes come back bit for bit, whole and in pieces, from rows and blobs', async () => {
  const { open, blobs } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, inlineBytesMax - 100, inlineBytesMax + 1, 1_500_000]) {
    const bytes = randomBytes(size)
    const appended = await append(account, inbox, [bytes])
    assert.equal(appended.is, 'done')
    const at = account.state().inbox.messages.count - 1
    assert.ok((await bytesOf(account, at)).equals(bytes), `${size} bytes`)
    const body = await account.body(account.state().inbox.messages.messageId(at))
    assert.equal(body?.sizeBytes, size)
    for (const [from, length] of [[0, 10], [65_530, 20], [size - 5, 50], [size, 5], [100, 65_536], [70_000, 200_000]] as const) {
      const start = Math.max(0, from)
      assert.ok((await body?.read(start, length))?.equals(bytes.subarray(start, start + length)), `${size}: ${from}+${length}`)
    }
    await body?.[Symbol.asyncDispose]()
  }
  assert.ok(blobs.bytesHeld() > 1_500_000)
})

test('one APPEND of several messages is filed together, with flags and dates', async () => {
  const { open } = await given()
  const account = await open()
  const sent = named(account, 'Sent')
  const appended = await append(account, sent.id, [mail('a'), mail('b')], ['\\seen', '$Work', '\\Recent', 'bad flag'])
  assert.deepEqual(appended, { is: 'done', uidValidity: sent.uidValidity, uids: [1, 2] })
  const { messages } = named(account, 'Sent')
  assert.deepEqual(messages.flags(1), ['\\Seen', '$Work'])
  assert.equal(messages.internalDates[0], 1_600_000_000_000)
  assert.deepEqual(await account.usage(), { usedBytes: mail('a').length * 2, messages: 2, quotaBytes: null, quotaMessages: null })
})

test('an APPEND over quota stores nothing, whichever of its messages is too much', async () => {
  const { open, blobs } = await given(1_000_000)
  const account = await open()
  const { inbox } = account.state()
  assert.deepEqual(await account.incoming(1_000_001), { is: 'refused', why: 'overQuota' })
  assert.deepEqual(await account.incoming(30_000_001), { is: 'refused', why: 'tooLarge' })
  const answer = await append(account, inbox.id, [randomBytes(600_000), randomBytes(600_000)])
  assert.deepEqual(answer, { is: 'refused', why: 'overQuota' })
  assert.equal(account.state().inbox.messages.count, 0)
  assert.equal(blobs.bytesHeld(), 0)
  assert.equal((await account.usage()).usedBytes, 0)
})

test('an APPEND to a mailbox that is not there is refused and leaves nothing behind', async () => {
  const { open, blobs } = await given()
  const account = await open()
  const nowhere = '00000000-0000-4000-8000-000000000009' as MailboxId
  assert.deepEqual(await append(account, nowhere, [randomBytes(600_000)]), { is: 'refused', why: 'noSuchMailbox' })
  assert.equal(blobs.bytesHeld(), 0)
})

test('a discarded message leaves nothing behind', async () => {
  const { open, blobs } = await given()
  const account = await open()
  const incoming = await account.incoming(700_000)
  assert.ok(!('is' in incoming))
  await incoming.write(randomBytes(700_000))
  await incoming.discard()
  assert.equal(blobs.bytesHeld(), 0)
})

test('copies share their bytes, and use falls when the last of them goes', async () => {
  const { open } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  await append(account, inbox, [mail('aa'), mail('bbb'), mail('cccc')])
  const before = await account.usage()
  const archive = named(account, 'Archive')
  const copied = await account.copyMessages(inbox, ranges([2, 3], [7, 9]), archive.id)
  assert.deepEqual(copied, { is: 'done', uidValidity: archive.uidValidity, uids: [[2, 1], [3, 2]] })
  assert.deepEqual(await account.usage(), before)
  assert.deepEqual(await account.expunge(inbox, all, 'always'), { is: 'done', uids: [1, 2, 3] })
  assert.deepEqual(await account.usage(), { ...before, usedBytes: before.usedBytes - mail('aa').length, messages: 2 })
  assert.deepEqual(await account.deleteMailbox('Archive'), { is: 'done' })
  assert.deepEqual(await account.usage(), { usedBytes: 0, messages: 0, quotaBytes: null, quotaMessages: null })
})

test('a move takes the messages and tells where they are', async () => {
  const { open } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  await append(account, inbox, [mail('a'), mail('b')], ['\\Seen'])
  const trash = named(account, 'Trash')
  const moved = await account.moveMessages(inbox, ranges([1, 1]), trash.id)
  assert.deepEqual(moved, { is: 'done', uidValidity: trash.uidValidity, uids: [[1, 1]] })
  assert.deepEqual([...account.state().inbox.messages.uids], [2])
  assert.deepEqual(named(account, 'Trash').messages.flags(0), ['\\Seen'])
  assert.equal((await account.usage()).messages, 2)
})

test('an expunge takes what has \\Deleted when it happens, of the UIDs asked for', async () => {
  const { open } = await given()
  const [account, other] = await Promise.all([open(), open()])
  const inbox = account.state().inbox.id
  await append(account, inbox, [mail('a'), mail('b'), mail('c')])
  await account.storeFlags(inbox, all, 'add', ['\\Deleted'])
  await other.refresh()
  await other.storeFlags(inbox, ranges([1, 1]), 'remove', ['\\Deleted'])
  assert.deepEqual(await account.expunge(inbox, ranges([1, 2]), 'deleted'), { is: 'done', uids: [2] })
  assert.deepEqual(await account.expunge(inbox, null, 'deleted'), { is: 'done', uids: [3] })
  assert.deepEqual(await account.expunge(inbox, null, 'deleted'), { is: 'done', uids: [] })
})

test('a STORE meets only messages that were there, never later ones', async () => {
  const { open, deliver } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  await append(account, inbox, [mail('a')])
  await deliver(mail('b'))
  assert.deepEqual(await account.storeFlags(inbox, all, 'add', ['\\Seen']), { is: 'done', modified: [] })
  await account.refresh()
  const { messages } = account.state().inbox
  assert.deepEqual([messages.flags(0), messages.flags(1)], [['\\Seen'], []])
})

test('a STORE that changes nothing appends nothing', async () => {
  const { open, world } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  await append(account, inbox, [mail('a')], ['\\Seen'])
  const { appends } = world
  await account.storeFlags(inbox, all, 'add', ['\\Seen'])
  await account.storeFlags(inbox, all, 'remove', ['\\Flagged'])
  await account.storeFlags(inbox, all, 'replace', ['\\SEEN'])
  assert.equal(world.appends, appends)
})

test('changes of many sessions at once share appends', async () => {
  const { open, world } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  await append(account, inbox, Array.from({ length: 30 }, (_, at) => mail(String(at))))
  const { appends } = world
  const stores = Array.from({ length: 30 }, (_, at) => account.storeFlags(inbox, ranges([at + 1, at + 1]), 'add', ['\\Seen']))
  assert.ok((await Promise.all(stores)).every(({ is }) => is === 'done'))
  assert.equal(account.state().inbox.unseen, 0)
  assert.ok(world.appends - appends <= 2, `${world.appends - appends} appends`)
})

test('mailboxes are made with the levels above them, and refused for reasons that hold', async () => {
  const { open } = await given()
  const account = await open()
  assert.equal((await account.createMailbox('a/b/c', null)).is, 'done')
  assert.ok(named(account, 'a/b'))
  assert.deepEqual(await account.createMailbox('a/b', null), { is: 'refused', why: 'mailboxExists' })
  assert.deepEqual(await account.createMailbox('inbox', null), { is: 'refused', why: 'mailboxExists' })
  assert.deepEqual(await account.createMailbox('a//b', null), { is: 'refused', why: 'badMailboxName' })
  assert.deepEqual(await account.deleteMailbox('a'), { is: 'refused', why: 'hasChildren' })
  assert.deepEqual(await account.deleteMailbox('x'), { is: 'refused', why: 'noSuchMailbox' })
  assert.deepEqual(await account.deleteMailbox('INBOX'), { is: 'refused', why: 'inboxStays' })
  assert.deepEqual(await account.renameMailbox('a', 'a/b/x'), { is: 'refused', why: 'badMailboxName' })
  assert.deepEqual(await account.renameMailbox('a', 'Sent'), { is: 'refused', why: 'mailboxExists' })
  assert.deepEqual(await account.renameMailbox('x', 'y'), { is: 'refused', why: 'noSuchMailbox' })
  assert.deepEqual(await account.renameMailbox('a', 'new/z'), { is: 'done' })
  assert.ok(named(account, 'new/z/b/c'))
})

test('of two mailrooms that make the same mailbox one is told that it exists', async () => {
  const { open } = await given()
  const [one, other] = await Promise.all([open(), open()])
  const answers = await Promise.all([one.createMailbox('a', null), other.createMailbox('a', null)])
  assert.deepEqual(answers.map(({ is }) => is).toSorted(), ['done', 'refused'])
})

test('a mailbox another mailroom just made is known when asked for', async () => {
  const { open } = await given()
  const [one, other] = await Promise.all([open(), open()])
  const made = await one.createMailbox('a', null)
  assert.ok(made.is === 'done')
  assert.equal((await append(other, made.mailbox, [mail('x')])).is, 'done')
})

test('the INBOX renamed stays, empty, and its messages are in the new mailbox', async () => {
  const { open } = await given()
  const account = await open()
  await append(account, account.state().inbox.id, [mail('a'), mail('b')])
  assert.deepEqual(await account.renameMailbox('INBOX', 'old'), { is: 'done' })
  assert.equal(account.state().inbox.messages.count, 0)
  assert.equal(named(account, 'old').messages.count, 2)
})

test('an append whose reply was lost is found in the journal and not done twice', async () => {
  const { open, world } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  world.sickness = 'replyLost'
  assert.deepEqual((await append(account, inbox, [mail('a')])), { is: 'done', uidValidity: account.state().inbox.uidValidity, uids: [1] })
  assert.deepEqual(await account.storeFlags(inbox, all, 'add', ['\\Deleted']), { is: 'done', modified: [] })
  assert.equal((await account.createMailbox('x', null)).is, 'done')
  assert.deepEqual(await account.expunge(inbox, null, 'deleted'), { is: 'done', uids: [1] })
  world.sickness = 'well'
  await account.refresh()
  assert.equal(account.state().inbox.uidNext, 2)
  assert.equal((await account.usage()).usedBytes, 0)
})

test('an append that did not happen is a fault, changes nothing, and the account goes on when the world is well', async () => {
  const { open, world } = await given()
  const account = await open()
  const inbox = account.state().inbox.id
  await append(account, inbox, [mail('a')])
  const before = plainState(account.state())
  for (const sickness of ['refusesAppends', 'away'] as const) {
    world.sickness = sickness
    await assert.rejects(account.storeFlags(inbox, all, 'add', ['\\Seen']), { code: 'databaseAway' })
    await assert.rejects(account.createMailbox('x', null), { code: 'databaseAway' })
    assert.deepEqual(plainState(account.state()), before)
  }
  await assert.rejects(account.refresh(), { code: 'databaseAway' })
  world.sickness = 'well'
  assert.deepEqual(await account.storeFlags(inbox, all, 'add', ['\\Seen']), { is: 'done', modified: [] })
  assert.equal(account.state().inbox.unseen, 0)
})

test('whoever can not open the account can tell of arrivals and of nothing else', async () => {
  const { open, deliver, journal, account: handle, delivery, keys } = await given()
  await deliver(mail('a'))
  const { key } = delivery.keyFor(handle, keys.publicKey)
  const forged = encodeEvent({ kind: 'expunged', mailbox: inboxId(handle), uids: ranges([1, 1]) })
  const base = { account: handle, messages: [], contentKeys: [], addsBytes: 0, addsMessages: 0 }
  const rest = { expectedHead: null, arrivalDigest: null, keepDigest: false }
  const unknown = realSealing.newContentKey(keys.publicKey).contentKey
  const events = [
    realSealing.sealRecord(key, 'event', handle, forged),
    realSealing.sealRecord(unknown, 'event', handle, forged),
    realSealing.sealRecord(key, 'index', handle, forged),
    Buffer.from('rubbish'),
    Buffer.alloc(0),
  ]
  await journal.append({ ...base, ...rest, events, contentKeys: [{ keyId: randomBytes(16), sealed: randomBytes(81) }] })
  const account = await open()
  assert.equal(account.state().inbox.messages.count, 1)
  assert.equal(account.state().seq, 16, 'each took its number')
})

test('index rows exchanged in the store are as good as missing', async () => {
  const { deliver, account: handle, privateKey, ports } = await given()
  await deliver(mail('a'))
  await deliver(mail('b'))
  const messageIndexes: typeof ports.store.messageIndexes = async (whose, messages) => {
    const rows = await ports.store.messageIndexes(whose, messages)
    return rows.map((row, at) => ({ ...row, index: rows[rows.length - 1 - at]?.index ?? row.index }))
  }
  const account = await OpenAccount.open(handle, privateKey(), { ...ports, store: { ...ports.store, messageIndexes } })
  const found: unknown[] = []
  for await (const index of account.indexes([0, 1].map((at) => account.state().inbox.messages.messageId(at)))) found.push(index)
  assert.deepEqual(found, [undefined, undefined])
})

test('indexes come in the order asked for, in any number; missing ones are undefined', async () => {
  const { open, deliver } = await given()
  for (let at = 0; at < 1_203; at += 1) await deliver(mail('x'.repeat(at)))
  const account = await open()
  const { messages } = account.state().inbox
  const ids = Array.from({ length: messages.count }, (_, at) => messages.messageId(messages.count - 1 - at))
  ids.splice(600, 0, '00000000-0000-4000-8000-000000000000' as MessageId)
  const sizes: (number | undefined)[] = []
  for await (const index of account.indexes(ids)) sizes.push(index?.sizeBytes)
  const wanted: (number | undefined)[] = Array.from({ length: 1_203 }, (_, at) => mail('').length + 1_202 - at)
  wanted.splice(600, 0, undefined)
  assert.deepEqual(sizes, wanted)
})

test('listeners hear of every move of the state, and one that fails harms nobody', async () => {
  const { open, deliver } = await given()
  const account = await open()
  const heard: number[] = []
  account.watch(() => {
    throw new Error('a bug')
  })
  const stop = account.watch((state) => heard.push(state.inbox.messages.count))
  await deliver(mail('a'))
  await account.refresh()
  await account.refresh()
  stop()
  await deliver(mail('b'))
  await account.refresh()
  assert.deepEqual(heard, [1])
})

test('refreshes asked for at once load what came once, and nothing where nothing came', async () => {
  const { open, world, deliver } = await given()
  const account = await open()
  const { loads } = world
  const refreshed = () => Promise.all(Array.from({ length: 20 }, () => account.refresh()))
  await refreshed()
  assert.equal(world.loads - loads, 0)
  await deliver(mail('a'))
  await refreshed()
  assert.equal(world.loads - loads, 1)
  assert.equal(account.state().inbox.messages.count, 1)
})
