import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModSeq, Uid } from '@bulkhead/base/ids.ts'
import { emailsIn } from '../email/emails.ts'
import { annotationBytesMax, annotationsMax } from '../journal/annotations.ts'
import { all, append, given, mail, named, ranges } from './testing/given.ts'

test('a conditional STORE leaves what is newer alone, also what another session changed unheard', async () => {
  const { open } = await given()
  const [account, other] = [await open(), await open()]
  const { id } = account.state().inbox
  await append(account, id, [mail('1'), mail('2'), mail('3')])
  await other.refresh()
  const since = account.state().inbox.highestModSeq
  await account.storeFlags(id, ranges([2, 2]), 'add', ['\\Seen'])
  await other.storeFlags(id, ranges([3, 3]), 'add', ['\\Seen'])
  const answer = await account.storeFlags(id, all, 'add', ['\\Flagged'], since)
  assert.deepEqual(answer, { is: 'done', modified: ranges([2, 3]) })
  const { messages } = account.state().inbox
  assert.deepEqual([0, 1, 2].map((at) => messages.hasFlag(at, '\\Flagged')), [true, false, false])
  assert.deepEqual(await account.storeFlags(id, all, 'add', ['x'], 0 as ModSeq), { is: 'done', modified: ranges([1, 3]) })
})

test('REPLACE files and expunges in one append, and the use is that of the new message', async () => {
  const { open, world } = await given()
  const account = await open()
  const { id } = account.state().inbox
  await append(account, id, [mail('a draft')])
  const appends = world.appends
  const replace = async (uid: number) => {
    const body = mail('a better draft')
    const incoming = await account.incoming(body.length)
    assert.ok(!('is' in incoming))
    await incoming.write(body)
    return account.replaceMessage(id, uid as Uid, id, { incoming, flags: ['\\Draft'], internalDateMs: 5_000 })
  }
  assert.deepEqual(await replace(1), { is: 'done', uidValidity: account.state().inbox.uidValidity, uid: 2 })
  assert.equal(world.appends, appends + 1)
  assert.deepEqual([...account.state().inbox.messages.uids], [2])
  assert.deepEqual(await replace(1), { is: 'refused', why: 'expunged' })
  const usage = await account.usage()
  assert.deepEqual([usage.messages, usage.usedBytes], [1, mail('a better draft').length])
})

test('annotations are kept through a reopening, all entries or none', async () => {
  const { open } = await given()
  const account = await open()
  const { id } = account.state().inbox
  const value = Buffer.from('mine')
  assert.deepEqual(await account.annotate(id, [{ entry: '/private/comment', value }]), { is: 'done' })
  assert.deepEqual(await account.annotate(null, [{ entry: '/shared/admin', value }]), { is: 'done' })
  const large = Buffer.alloc(annotationBytesMax + 1)
  assert.deepEqual(await account.annotate(id, [{ entry: '/private/x', value }, { entry: '/private/y', value: large }]),
    { is: 'refused', why: 'annotationTooLarge' })
  const many = Array.from({ length: annotationsMax }, (_, at) => ({ entry: `/private/vendor/${at}`, value }))
  assert.deepEqual(await account.annotate(id, many), { is: 'refused', why: 'tooManyAnnotations' })
  await account.close()
  const again = await open()
  assert.deepEqual([...again.state().inbox.annotations], [['/private/comment', value]])
  assert.deepEqual([...again.state().annotations], [['/shared/admin', value]])
})

test('unique-ids an import brought are kept; dates of saving are told', async () => {
  const { open, clock } = await given()
  const account = await open()
  const { id } = account.state().inbox
  await append(account, id, [mail('1'), mail('2')])
  assert.deepEqual(await account.setUidls(id, [[1 as Uid, 'old-1'], [7 as Uid, 'nothing']]), { is: 'done' })
  const again = await open()
  assert.equal(again.state().inbox.uidlOf(1 as Uid), 'old-1')
  assert.equal(again.state().inbox.uidlOf(2 as Uid), undefined)
  assert.equal(again.state().inbox.messages.saveDates[0], Math.floor(clock.now() / 1_000))
  await account.moveMessages(id, ranges([1, 1]), named(account, 'Archive').id)
  assert.deepEqual(account.state().inbox.vanishedSince(0 as ModSeq), ranges([1, 1]))
})

test('a delivery into several mailboxes is stored and counted once, and gone with its last place', async () => {
  const { open, deliver } = await given()
  const account = await open()
  const bytes = mail('in three places')
  const work = { mailbox: { specialUse: null, name: 'Work' }, flags: ['\\Flagged'] }
  await deliver(bytes, { places: [{ mailbox: null, flags: [] }, work, { mailbox: { specialUse: '\\Archive', name: 'Archive' }, flags: [] }] })
  await account.refresh()
  assert.equal((await account.usage()).messages, 1)
  assert.equal((await account.usage()).usedBytes, bytes.length)
  const places = () => ['INBOX', 'Work', 'Archive'].flatMap((name) => {
    const mailbox = account.state().byName(name)
    return mailbox !== undefined && mailbox.messages.count === 1 ? [mailbox] : []
  })
  const emails = emailsIn(account.state())
  const [email, ...others] = [...emails.everyEmail()]
  assert.ok(email !== undefined && others.length === 0)
  assert.equal(emails.mailboxIdsOf(email).length, 3)
  const [message] = places().map(({ messages }) => messages.messageId(0))
  assert.ok(message !== undefined)
  const body = await account.body(message)
  assert.deepEqual(await body?.read(0, bytes.length), bytes)
  await body?.[Symbol.asyncDispose]()
  for (const [gone, mailbox] of places().entries()) {
    const left = 2 - gone
    await account.expunge(mailbox.id, null, 'always')
    assert.deepEqual([places().length, (await account.usage()).messages], [left, left === 0 ? 0 : 1])
  }
  assert.equal((await account.usage()).usedBytes, 0)
})
