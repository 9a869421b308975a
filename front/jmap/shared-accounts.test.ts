import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { append, mail, messageBytesMax, named } from '@bulkhead/mail/account/testing/given.ts'
import { village } from '@bulkhead/mail/sharing/testing/village.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import { accountId } from '@bulkhead/wire/jmap/ids.ts'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { inlineReader } from '../reader/text-reader.ts'
import type { HttpSession } from '../http/session.ts'
import { accountsOf, pushStateOf } from './accounts.ts'
import { dispatch } from './dispatch.ts'
import { jmapLimits } from './limits.ts'
import { methodTable } from './methods.ts'
import { watchChanges } from './push/change-watch.ts'
import type { JmapServices } from './services.ts'
import { sessionResources } from './session-resource.ts'
import { memoryBlobs } from './testing/memory-blobs.ts'

const [alice, bob, eve] = ['alice@one.example', 'bob@one.example', 'eve@one.example'] as const
const table = methodTable()
const limits = jmapLimits(messageBytesMax)

// What a response holds is looked at by its test, property by property.
// oxlint-disable-next-line typescript/no-explicit-any
type Answered = any

const person = (account: MailAccount, login: string) => {
  const session: HttpSession = {
    id: login, who: { account: account.account, login, loginIndex: Buffer.alloc(32) }, peer: '192.0.2.7', account, origin: 'https://mail.one.example',
    contentOrigin: 'https://content.one.example', contentBase: 'https://content.one.example/content/m', language: 'ja', kind: 'web', device: null,
    closing: new AbortController().signal,
  }
  const services = { blobs: memoryBlobs(), reading: { reader: inlineReader }, reports: { note: () => undefined } } as unknown as JmapServices
  const context = { session, account, limits, services, clock: manualClock(1_800_000_000_000), log: silentLog, gone: new AbortController().signal }
  const request = async (...calls: readonly (readonly [string, JsonObject])[]): Promise<readonly (readonly [string, Answered])[]> => {
    const made = calls.map(([name, args], at) => ({ name, args, callId: `c${at}` }))
    const { methodResponses } = await dispatch({ using: new Set(Object.values(capabilities)), calls: made, createdIds: null }, table, context)
    return methodResponses.map((text) => JSON.parse(text).slice(0, 2))
  }
  return {
    account, own: accountId(account.account), request,
    call: async (name: string, args: JsonObject): Promise<Answered> => (await request([name, args]))[0]?.[1],
    resource: (): Answered => sessionResources(table, { limits, vapidKey: 'B' }).of(session).json,
    shared: () => accountsOf(account, login).slice(1),
  }
}

/** Alice shares `Team` with bob, who has these rights; eve has none. */
const team = async (rights: string) => {
  const world = village()
  for (const address of [alice, bob, eve]) await world.settle(address)
  const room = world.mailroom()
  const [a, b, e] = [await room.login(alice), await room.login(bob), await room.login(eve)]
  assert.equal((await a.mail.createMailbox('Shared/Team', null)).is, 'done')
  const { id } = named(a.mail, 'Shared/Team')
  assert.equal((await a.mail.setRights(id, bob, { mode: 'replace', rights })).is, 'done')
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  await append(a.mail, id, [mail('one'), mail('two')])
  const [alicia, bobby] = [person(a.mail, alice), person(b.mail, bob)]
  const shared = bobby.shared()[0] ?? assert.fail('bob sees no shared account')
  return { alicia, bobby, eva: person(e.mail, eve), id, shared, setRights: (to: string) => a.mail.setRights(id, bob, { mode: 'replace', rights: to }) }
}

test('RFC 8620 section 1.6.2: the session has an account for each mailbox shared, and its state says when one comes or goes', async () => {
  const { alicia, bobby, eva, shared, setRights } = await team('lrs')
  const resource = bobby.resource()
  assert.deepEqual(resource.accounts[shared.id], {
    name: `Team (${alice})`, isPersonal: false, isReadOnly: false,
    accountCapabilities: resource.accounts[shared.id].accountCapabilities,
  })
  assert.deepEqual(Object.keys(resource.accounts[shared.id].accountCapabilities), [capabilities.mail, capabilities.quota, capabilities.blob, capabilities.webmail])
  assert.equal(resource.accounts[shared.id].accountCapabilities[capabilities.mail].mayCreateTopLevelMailbox, false)
  assert.ok(Object.values(resource.primaryAccounts).every((id) => id === bobby.own))
  assert.deepEqual([alicia.shared().length, eva.shared().length], [1, 0], 'who shares it has it as an account too')
  await setRights('lr')
  assert.equal(bobby.resource().accounts[shared.id].isReadOnly, true)
  assert.notEqual(bobby.resource().state, resource.state)
  await setRights('')
  assert.equal(bobby.resource().accounts[shared.id], undefined)
})

test('RFC 8621 section 2: the shared mailbox has the rights that its ACL gives, and is all there is', async () => {
  const { bobby, alicia, shared, id } = await team('lrsi')
  const { list } = await bobby.call('Mailbox/get', { accountId: shared.id, ids: null })
  assert.deepEqual(list.map((one: Answered) => [one.id, one.name, one.role, one.totalEmails]), [[id, 'Team', null, 2]])
  assert.deepEqual(list[0].myRights, {
    mayReadItems: true, mayAddItems: true, mayRemoveItems: false, maySetSeen: true, maySetKeywords: false, mayCreateChild: false, mayRename: false,
    mayDelete: false, maySubmit: false,
  })
  const own = await bobby.call('Mailbox/get', { accountId: bobby.own, ids: null })
  assert.ok(own.list.every((one: Answered) => one.id !== id))
  const owners = await alicia.call('Mailbox/get', { accountId: shared.id, ids: null })
  assert.ok(Object.entries(owners.list[0].myRights).every(([name, may]) => may === (name !== 'mayCreateChild' && name !== 'maySubmit')))
})

test('Emails of a share are found, read, told of, and changed as far as rights go; what they allow in part is not begun', async () => {
  const { bobby, shared, id, setRights } = await team('lrs')
  const accountOf = { accountId: shared.id }
  const [[, query], [, got], [, thread]] = (await bobby.request(
    ['Email/query', { ...accountOf, filter: { body: 'one' }, sort: [{ property: 'subject' }] }],
    ['Email/get', { ...accountOf, '#ids': { resultOf: 'c0', name: 'Email/query', path: '/ids' }, properties: ['id', 'threadId', 'mailboxIds', 'preview', 'blobId'] }],
    ['Thread/get', { ...accountOf, '#ids': { resultOf: 'c1', name: 'Email/get', path: '/list/*/threadId' } }],
  )) as readonly [readonly [string, Answered], readonly [string, Answered], readonly [string, Answered]]
  const [emailId] = query.ids
  assert.deepEqual([query.ids.length, got.list[0].mailboxIds, thread.list.length], [1, { [id]: true }, 1])
  const update = async (patch: JsonObject): Promise<Answered> => (await bobby.call('Email/set', { ...accountOf, update: { [emailId]: patch } }))
  assert.deepEqual((await update({ 'keywords/$seen': true })).updated, { [emailId]: null })
  const { notUpdated, newState } = await update({ 'keywords/$seen': null, 'keywords/$flagged': true })
  assert.equal(notUpdated[emailId].type, 'forbidden')
  const seen = await bobby.call('Email/get', { ...accountOf, ids: [emailId], properties: ['keywords'] })
  assert.deepEqual(seen.list[0].keywords, { $seen: true }, 'not even the half that is allowed')
  const { notDestroyed } = await bobby.call('Email/set', { ...accountOf, destroy: [emailId] })
  assert.equal(notDestroyed[emailId].type, 'forbidden')
  const changes = await bobby.call('Email/changes', { ...accountOf, sinceState: got.state })
  assert.deepEqual([changes.updated, changes.newState], [[emailId], newState])
  const made = await bobby.call('Mailbox/set', { ...accountOf, create: { m: { name: 'More' } }, update: { [id]: { name: 'Mine' } }, destroy: [id], onDestroyRemoveEmails: true })
  assert.deepEqual([made.notCreated.m.type, made.notUpdated[id].type, made.notDestroyed[id].type], ['forbidden', 'forbidden', 'forbidden'])

  await setRights('lr')
  assert.equal((await bobby.call('Email/set', { ...accountOf, update: { [emailId]: { 'keywords/$seen': null } } })).type, 'accountReadOnly')
  await setRights('')
  for (const [name, args] of [['Email/get', { ids: [emailId] }], ['Mailbox/get', { ids: null }], ['Email/query', {}]] as const) {
    assert.equal((await bobby.call(name, { ...accountOf, ...args })).type, 'accountNotFound', name)
  }
})

test('an account is looked up among those of the session: who is not asked in is told that there is none, and own kinds are of the own account', async () => {
  const { bobby, eva, alicia, shared } = await team('lrswipkxtea')
  const { ids } = await bobby.call('Email/query', { accountId: shared.id })
  for (const id of [shared.id, alicia.own, bobby.own, 'Anone']) assert.equal((await eva.call('Email/get', { accountId: id, ids })).type, 'accountNotFound')
  assert.deepEqual((await eva.call('Email/get', { accountId: eva.own, ids })).notFound, ids)
  assert.deepEqual((await bobby.call('Email/get', { accountId: bobby.own, ids })).notFound, ids, 'it is not in the own account')
  for (const name of ['Identity/get', 'Setting/get', 'ContactCard/get', 'SieveScript/get', 'VacationResponse/get', 'Setting/set', 'EmailSubmission/set', 'Device/get']) {
    assert.equal((await bobby.call(name, { accountId: shared.id })).type, 'accountNotSupportedByMethod', name)
  }
  const reported = { accountId: shared.id, emailId: 'none', to: 'abuse@one.example' }
  assert.deepEqual([(await bobby.call('Report/send', reported)).type, (await eva.call('Report/send', reported)).type], ['invalidArguments', 'accountNotFound'])
  const inbox = bobby.account.state().inbox.id
  const moved = await bobby.call('Email/set', { accountId: shared.id, update: { [ids[0]]: { mailboxIds: { [inbox]: true } } } })
  assert.equal(moved.notUpdated[ids[0]].type, 'invalidProperties', 'a mailbox of another account is none of this one')
  const copied = await eva.call('Email/copy', { accountId: eva.own, fromAccountId: shared.id, create: { c: { id: ids[0], mailboxIds: { [inbox]: true } } } })
  assert.equal(copied.type, 'fromAccountNotFound')
})

test('RFC 8621 section 4.7: Email/copy between accounts of a session, with the keywords and the date of the original; it goes where that is wanted and allowed', async () => {
  const { bobby, shared, setRights } = await team('lrs')
  const inbox = bobby.account.state().inbox.id
  const { ids } = await bobby.call('Email/query', { accountId: shared.id, sort: [{ property: 'subject' }] })
  await bobby.call('Email/set', { accountId: shared.id, update: { [ids[0]]: { 'keywords/$seen': true } } })
  const copy = (id: string, more: JsonObject = {}) =>
    bobby.request(['Email/copy', { accountId: bobby.own, fromAccountId: shared.id, create: { c: { id, mailboxIds: { [inbox]: true } }, gone: { id: 'M0', mailboxIds: { [inbox]: true } } }, ...more }])
  const [[, copied] = assert.fail()] = await copy(ids[0])
  assert.equal(copied.notCreated.gone.type, 'notFound')
  const properties = ['keywords', 'receivedAt', 'size', 'subject']
  const [[, one], [, other]] = (await bobby.request(
    ['Email/get', { accountId: shared.id, ids: [ids[0]], properties }], ['Email/get', { accountId: bobby.own, ids: [copied.created.c.id], properties }],
  )) as readonly [readonly [string, Answered], readonly [string, Answered]]
  const { id: _, ...original } = one.list[0]
  const { id: __, ...now } = other.list[0]
  assert.deepEqual(now, original)
  const [, [name, refused] = assert.fail()] = await copy(ids[1], { onSuccessDestroyOriginal: true })
  assert.deepEqual([name, refused.notDestroyed[ids[1]].type], ['Email/set', 'forbidden'])
  await setRights('lrste')
  const [, [, done] = assert.fail()] = await copy(ids[1], { onSuccessDestroyOriginal: true })
  assert.deepEqual([done.accountId, done.destroyed], [shared.id, [ids[1]]])
  const [, [failed, why] = assert.fail()] = await copy(ids[0], { onSuccessDestroyOriginal: true, destroyFromIfInState: '0' })
  assert.deepEqual([failed, why.type], ['error', 'stateMismatch'])
  assert.equal((await bobby.call('Email/copy', { accountId: bobby.own, fromAccountId: shared.id, ifFromInState: '0', create: {} })).type, 'stateMismatch')
})

test('RFC 8620 section 7.1: changes are told for each account, and who comes back is told of all', async () => {
  const { alicia, bobby, shared, id } = await team('lr')
  const before = pushStateOf(bobby.account)
  const told = await new Promise<Answered>((resolve) => {
    const watching = watchChanges(bobby.account, null, (change) => {
      watching[Symbol.dispose]()
      resolve(change)
    })
    void append(alicia.account, id, [mail('three')])
  })
  assert.deepEqual(Object.keys(told.changed), [shared.id])
  assert.deepEqual(Object.keys(told.changed[shared.id]).toSorted(), ['Email', 'EmailDelivery', 'Mailbox', 'Quota', 'Thread'])
  assert.notEqual(pushStateOf(bobby.account), before)
  const { state } = await bobby.call('Email/get', { accountId: shared.id, ids: [] })
  assert.equal(told.changed[shared.id].Email, state)
})

test('an account that comes, whose rights change, or that goes is told as a change of its mailbox', async () => {
  const { bobby, shared, setRights } = await team('lr')
  const toldBy = (act: () => Promise<unknown>): Promise<Answered> =>
    new Promise((resolve) => {
      const watching = watchChanges(bobby.account, new Set(['Mailbox']), (change) => {
        watching[Symbol.dispose]()
        resolve(change)
      })
      void act()
    })
  for (const rights of ['lrs', '', 'lrs']) {
    const { changed } = await toldBy(() => setRights(rights))
    assert.deepEqual(Object.keys(changed), [shared.id], `to "${rights}"`)
    assert.deepEqual(Object.keys(changed[shared.id]), ['Mailbox'])
  }
  assert.equal(bobby.resource().accounts[shared.id].accountCapabilities[capabilities.webmail].owner, alice)
})

test('MailboxShare: a shared mailbox is made and its members changed by who administers it; who cannot be one is refused like who is not there', async () => {
  const { alicia, bobby, shared, id } = await team('lr')
  const accountOf = { accountId: shared.id }
  const membersOf = async (): Promise<Answered> => (await alicia.call('MailboxShare/get', { ...accountOf, ids: [id], properties: ['members'] })).list[0].members
  const change = (members: JsonObject) => alicia.call('MailboxShare/set', { ...accountOf, update: { [id]: { members } } })
  assert.deepEqual(await membersOf(), { [alice]: 'lrswipkxtea', [bob]: 'lr' })
  assert.deepEqual((await change({ [bob]: 'lrswi', [eve]: 'lrs' })).updated, { [id]: null })
  assert.deepEqual(await membersOf(), { [alice]: 'lrswipkxtea', [bob]: 'lrswi', [eve]: 'lrs' })
  assert.deepEqual((await change({ [eve]: null })).updated, { [id]: null })
  assert.deepEqual(Object.keys(await membersOf()), [alice, bob])
  for (const nobody of ['nobody@one.example', 'carol@elsewhere.example', 'no address']) {
    const { notUpdated } = await change({ [nobody]: 'lrs' })
    assert.deepEqual([notUpdated[id].type, notUpdated[id].properties], ['invalidProperties', ['members']], nobody)
  }
  assert.equal((await change({ [alice]: null })).notUpdated[id].type, 'forbidden', 'the owner stays')
  for (const wrong of ['', 'lrz', 'all of them']) assert.equal((await change({ [bob]: wrong })).notUpdated[id].type, 'invalidProperties', wrong)
  assert.deepEqual((await bobby.call('MailboxShare/get', accountOf)).list, [], 'who may not administer it is not told')
  assert.equal((await bobby.call('MailboxShare/set', { ...accountOf, update: { [id]: { members: { [eve]: 'lr' } } } })).notUpdated[id].type, 'notFound')

  const { created, notCreated } = await alicia.call('MailboxShare/set', { accountId: alicia.own, create: { a: { name: '営業' }, b: { name: 'a/b' }, c: { name: 'Team' } } })
  assert.deepEqual([notCreated.b.properties, notCreated.c.properties], [['name'], ['name']])
  const { list } = await alicia.call('Mailbox/get', { accountId: created.a.accountId, ids: [created.a.id] })
  assert.equal(list[0].name, '営業')
})
