import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailAccount } from '../account/mail-account.ts'
import { all, append, mail, named, ranges } from '../account/testing/given.ts'
import { searchList } from '../search/search-list.ts'
import { textTest } from '../search/test.ts'
import { lookupsPerHour } from './rights-giver.ts'
import { village } from './testing/village.ts'

const [alice, bob, carol] = ['alice@one.example', 'bob@one.example', 'carol@two.example'] as const

/** Alice made Shared/Team and gave bob these rights; both are logged in at one mailroom. */
const team = async (rights: string) => {
  const world = village()
  await world.settle(alice)
  await world.settle(bob)
  await world.settle(carol, 'two')
  const room = world.mailroom()
  const [a, b] = [await room.login(alice), await room.login(bob)]
  assert.equal((await a.mail.createMailbox('Shared/Team', null)).is, 'done')
  const { id } = named(a.mail, 'Shared/Team')
  if (rights !== '') assert.equal((await a.mail.setRights(id, bob, { mode: 'replace', rights })).is, 'done')
  await settled()
  return { ...world, room, a: a.mail, b: b.mail, releases: [a.release, b.release], id }
}

/** What a bell started ends. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const textOf = async (account: MailAccount, mailbox: string, at: number): Promise<string> => {
  const body = await account.body(named(account, mailbox).messages.messageId(at))
  assert.ok(body)
  await using open = body
  return (await open.read(0, open.sizeBytes)).toString()
}

test('a shared mailbox is seen by its members, at once, with their rights and its owner', async () => {
  const { a, b, id } = await team('lrs')
  assert.deepEqual([named(a, 'Shared/Team').rights, named(a, 'Shared/Team').owner], ['lrswipkxtea', alice])
  assert.deepEqual([named(b, 'Shared/Team').rights, named(b, 'Shared/Team').owner], ['lrs', alice])
  assert.deepEqual(a.members(id)?.map(({ identifier, rights }) => [identifier, rights]), [[alice, 'lrswipkxtea'], [bob, 'lrs']])
  assert.equal(a.members(a.state().inbox.id), null)
})

test('what one member files the others read, and are woken', async () => {
  const { a, b, id, woken, people } = await team('lr')
  let told = 0
  b.watch(() => {
    told += 1
  })
  await append(a, id, [mail('for the team')])
  assert.ok(told > 0)
  assert.ok(woken.some((account) => account === people.get(bob)?.account))
  assert.match(await textOf(b, 'Shared/Team', 0), /for the team/)
  const ids = [b.state().mailboxes.get(id)?.messages.messageId(0)].flatMap((one) => one ?? [])
  for await (const [index] of b.indexBatches(ids, ['envelope'])) assert.equal(index?.sizeBytes, mail('for the team').length)
})

test('who has a share searches all texts of it, and the own ones', async () => {
  const { a, b, id } = await team('lr')
  const mails = Array.from({ length: 40 }, (_, at) => mail(at === 37 ? 'for the team' : 'for one'))
  await append(a, id, mails)
  await append(b, b.state().inbox.id, mails)
  const ports = { account: b, gone: new AbortController().signal, progress: () => undefined }
  for (const name of ['Shared/Team', 'INBOX']) assert.deepEqual(await searchList(ports, named(b, name).messages, textTest('body', 'team')), [37])
})

test('each operation needs its right, and says so', async () => {
  const { a, b, id } = await team('lr')
  await append(a, id, [mail('1')])
  const refused = { is: 'refused', why: 'noPermission' }
  assert.deepEqual(await append(b, id, [mail('mine')]), refused)
  assert.deepEqual(await b.storeFlags(id, all, 'add', ['\\Seen']), refused)
  assert.deepEqual(await b.expunge(id, null, 'deleted'), refused)
  assert.deepEqual(await b.moveMessages(id, all, b.state().inbox.id), refused)
  assert.deepEqual(await b.deleteMailbox('Shared/Team'), refused)
  assert.deepEqual(await b.renameMailbox('Shared/Team', 'Shared/Mine'), refused)
  assert.deepEqual(await b.setRights(id, bob, { mode: 'add', rights: 'a' }), refused)
  assert.deepEqual(await b.annotate(id, [{ entry: '/shared/comment', value: Buffer.from('x') }]), refused)
  assert.equal((await b.copyMessages(id, all, b.state().inbox.id)).is, 'done')
  assert.match(await textOf(b, 'INBOX', 0), /1/)
})

test('of a STORE the flags are stored that may be; a replacement leaves the others as they are', async () => {
  const { a, b, id } = await team('lrs')
  await append(a, id, [mail('1')], ['\\Flagged'])
  const flags = () => named(a, 'Shared/Team').messages.flags(0)
  assert.equal((await b.storeFlags(id, all, 'add', ['\\Seen', '\\Deleted'])).is, 'done')
  assert.deepEqual(flags(), ['\\Flagged', '\\Seen'])
  assert.equal((await b.storeFlags(id, all, 'replace', ['$Mine'])).is, 'done')
  assert.deepEqual(flags(), ['\\Flagged'])
})

test('MOVE between journals files anew and then expunges; COPYUID names the pairs', async () => {
  const { a, id } = await team('')
  const inbox = a.state().inbox.id
  await append(a, inbox, [mail('one'), mail('two'), mail('three')], ['\\Seen'])
  const moved = await a.moveMessages(inbox, ranges([1, 1], [3, 3]), id)
  assert.deepEqual(moved, { is: 'done', uidValidity: named(a, 'Shared/Team').uidValidity, uids: [[1, 1], [3, 2]] })
  assert.deepEqual([...a.state().inbox.messages.uids], [2])
  assert.match(await textOf(a, 'Shared/Team', 1), /three/)
  assert.deepEqual(named(a, 'Shared/Team').messages.flags(0), ['\\Seen'])
})

test('a member whose rights are taken sees nothing more, and can open nothing more', async () => {
  const { a, b, id, shares, people } = await team('lr')
  assert.equal((await a.setRights(id, bob, { mode: 'remove', rights: 'lr' })).is, 'done')
  assert.equal(b.state().byName('Shared/Team'), undefined)
  assert.deepEqual(await b.storeFlags(id, all, 'add', ['x']), { is: 'refused', why: 'noSuchMailbox' })
  await settled()
  assert.equal(shares.members.filter(({ account }) => account === people.get(bob)?.account).length, 0)
})

test('an unknown identifier, one of another brand and one too many are refused alike; lookups have a budget', async () => {
  const { a, b, id, lookups } = await team('')
  const refused = { is: 'refused', why: 'noSuchMember' }
  const give = (identifier: string) => a.setRights(id, identifier, { mode: 'replace', rights: 'lr' })
  assert.deepEqual(await give('nobody@one.example'), refused)
  assert.deepEqual(await give(carol), refused)
  assert.deepEqual(await give('anyone'), refused)
  for (let attempt = 0; attempt < lookupsPerHour + 5; attempt += 1) await give(`guess${attempt}@one.example`)
  assert.equal(lookups.length, lookupsPerHour)
  assert.deepEqual(await give(bob), refused)
  assert.equal(b.state().byName('Shared/Team'), undefined)
})

test('mailboxes of the account itself are not shared, and the owner keeps every right', async () => {
  const { a, id } = await team('')
  assert.deepEqual(await a.setRights(a.state().inbox.id, bob, { mode: 'replace', rights: 'lr' }), { is: 'refused', why: 'notShared' })
  assert.deepEqual(await a.setRights(id, alice, { mode: 'remove', rights: 'a' }), { is: 'refused', why: 'noPermission' })
})

test('names below Shared/ are one level and nobody else’s; two of a name are told apart', async () => {
  const { a, b, id } = await team('lr')
  for (const name of ['Shared', 'Shared/Team/Sub', 'Shared/']) assert.equal((await a.createMailbox(name, null)).is, 'refused', name)
  assert.deepEqual(await b.createMailbox('Shared/Team', null), { is: 'refused', why: 'mailboxExists' })
  assert.deepEqual(await a.renameMailbox('Archive', 'Shared/Archive'), { is: 'refused', why: 'badMailboxName' })
  assert.equal((await a.createMailbox('Shared/Other', null)).is, 'done')
  assert.equal((await a.setRights(named(a, 'Shared/Other').id, bob, { mode: 'replace', rights: 'lr' })).is, 'done')
  await settled()
  assert.equal((await a.renameMailbox('Shared/Other', 'Shared/Renamed')).is, 'done')
  assert.ok(b.state().byName('Shared/Renamed'))
  assert.equal(b.state().mailboxes.get(id)?.name, 'Shared/Team')
})

test('who deletes a share deletes it for all; its journal is gone', async () => {
  const { a, b, id, journal, shares } = await team('lr')
  const [share] = shares.members.map(({ held }) => held.share)
  assert.ok(share)
  await append(a, id, [mail('gone')])
  assert.deepEqual(await a.deleteMailbox('Shared/Team'), { is: 'done' })
  assert.equal(b.state().byName('Shared/Team'), undefined)
  await settled()
  assert.equal(await journal.load(share), undefined)
  assert.equal(shares.members.length, 0)
})

test('another mailroom sees shares and their mail, through the common store alone', async () => {
  const { a, id, mailroom } = await team('lrsi')
  await append(a, id, [mail('from here')])
  const elsewhere = await mailroom().login(bob)
  assert.match(await textOf(elsewhere.mail, 'Shared/Team', 0), /from here/)
  await append(elsewhere.mail, id, [mail('from there')])
  await a.refresh()
  assert.equal(named(a, 'Shared/Team').messages.count, 2)
  await elsewhere.release()
})

test('with the last session the keys of the shares go too', async () => {
  const { room, releases } = await team('lr')
  for (const release of releases) await release()
  assert.equal(room.accounts.size(), 0)
})

test('a MOVE that breaks off between filing and expunging leaves a copy too many, and is moved again', async () => {
  const { a, id, sickness } = await team('')
  const inbox = a.state().inbox.id
  await append(a, inbox, [mail('one'), mail('two')])
  sickness.appendsLeft = 1
  await assert.rejects(a.moveMessages(inbox, all, id), { code: 'databaseAway' })
  sickness.appendsLeft = Infinity
  assert.equal(a.state().inbox.messages.count, 2)
  assert.equal(named(a, 'Shared/Team').messages.count, 2)
})

test('what a share has no room for is filed by none', async () => {
  const world = village()
  await world.settle(alice, 'one', 700)
  const { mail: a } = await world.mailroom().login(alice)
  assert.equal((await a.createMailbox('Shared/Small', null)).is, 'done')
  const { id } = named(a, 'Shared/Small')
  const inbox = a.state().inbox.id
  await append(a, inbox, [mail('x'.repeat(400))])
  assert.equal((await a.copyMessages(inbox, all, id)).is, 'done')
  assert.deepEqual(await a.copyMessages(inbox, all, id), { is: 'refused', why: 'overQuota' })
  assert.equal(named(a, 'Shared/Small').messages.count, 1)
})

test('a member’s row opens nothing for another account, whatever the directory says', async () => {
  const { shares, people, mailroom, a, id } = await team('lr')
  await append(a, id, [mail('for members')])
  const [carols, bobs] = [people.get(carol)?.account, shares.members.find(({ account }) => account === people.get(bob)?.account)]
  assert.ok(carols && bobs)
  shares.members.push({ account: carols, held: bobs.held })
  const { mail: c } = await mailroom().login(carol)
  assert.equal(c.state().byName('Shared/Team'), undefined)
  assert.equal(await c.body(named(a, 'Shared/Team').messages.messageId(0)), undefined)
})

test('a removal that broke off after the mailbox was deleted is ended by the owner’s next session', async () => {
  const { shares, room, mailroom, a, releases } = await team('lr')
  shares.failsNext()
  await assert.rejects(a.deleteMailbox('Shared/Team'))
  assert.equal(a.state().byName('Shared/Team'), undefined)
  assert.equal(shares.members.length, 2)
  for (const release of releases) await release()
  assert.equal(room.accounts.size(), 0)
  await (await mailroom().login(alice)).release()
  assert.equal(shares.members.length, 0)
})

test('a share tells its own use and quota', async () => {
  const { a, id } = await team('')
  await append(a, id, [mail('in the share')])
  assert.equal((await a.usage(id)).usedBytes, mail('in the share').length)
  assert.equal((await a.usage()).usedBytes, 0)
})
