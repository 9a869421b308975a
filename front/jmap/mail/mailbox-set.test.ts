import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject, JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { jmapGiven, onlyOne } from './testing/given.ts'

const at = (value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((inside, name) => (inside as JsonObject | null | undefined)?.[name], value)

test('mailboxes are made, in whatever order parents and children are named, and told as they are', async () => {
  const { call, account } = await jmapGiven()
  const made = await call('Mailbox/set', { create: {
    inner: { name: '見積', parentId: '#outer', sortOrder: 7 },
    outer: { name: '仕事', isSubscribed: true },
    slash: { name: 'a/b' },
    taken: { name: 'inbox' },
    role: { name: 'Second bin', role: 'trash' },
    lost: { name: 'x', parentId: '#slash' },
  } })
  assert.deepEqual(Object.keys(made['notCreated'] as JsonObject).toSorted(), ['lost', 'role', 'slash', 'taken'])
  assert.deepEqual(at(made, 'notCreated', 'role', 'properties'), ['role'])
  assert.equal(account.state().byName('仕事/見積')?.id, at(made, 'created', 'inner', 'id'))
  const inner = onlyOne(await call('Mailbox/get', { ids: [at(made, 'created', 'inner', 'id') ?? null] }))
  assert.deepEqual(inner, {
    id: at(made, 'created', 'inner', 'id'), name: '見積', parentId: at(made, 'created', 'outer', 'id'), role: null, sortOrder: 7,
    totalEmails: 0, unreadEmails: 0, totalThreads: 0, unreadThreads: 0, isSubscribed: false,
    myRights: {
      mayReadItems: true, mayAddItems: true, mayRemoveItems: true, maySetSeen: true, maySetKeywords: true, mayCreateChild: true, mayRename: true,
      mayDelete: true, maySubmit: true,
    },
  })
})

test('a renamed or moved mailbox keeps its id, its mail and its subscription', async () => {
  const { call, account, mailbox, file } = await jmapGiven()
  const { created } = await call('Mailbox/set', { create: { a: { name: 'A', isSubscribed: true }, b: { name: 'B' } } })
  const [a, b] = [at(created, 'a', 'id') as string, at(created, 'b', 'id') as string]
  await file('A', 'Subject: x\n\nx\n')
  const state = (await call('Mailbox/get', { ids: [] }))['state'] ?? null
  const { updated, notUpdated } = await call('Mailbox/set', { update: { [a]: { name: 'A2', parentId: b }, [b]: { parentId: a }, [mailbox('INBOX')]: { name: 'In' } } })
  assert.deepEqual(updated, { [a]: null })
  assert.deepEqual(Object.keys(notUpdated as JsonObject).toSorted(), [b, mailbox('INBOX')].toSorted())
  const moved = onlyOne(await call('Mailbox/get', { ids: [a] }))
  assert.deepEqual([moved['name'], moved['parentId'], moved['isSubscribed'], moved['totalEmails']], ['A2', b, true, 1])
  assert.ok(!account.state().subscriptions.has('A'))
  const changes = await call('Mailbox/changes', { sinceState: state })
  assert.deepEqual([changes['updated'], changes['updatedProperties']], [[a], null])
})

test('roles go from one mailbox to another in one call, and back', async () => {
  const { call, mailbox } = await jmapGiven()
  const { created } = await call('Mailbox/set', { create: { mine: { name: 'Ablage' } } })
  const [mine, archive] = [at(created, 'mine', 'id') as string, mailbox('Archive')]
  assert.deepEqual((await call('Mailbox/set', { update: { [mine]: { role: 'archive' }, [archive]: { role: null } } }))['notUpdated'], null)
  const roles = async () => [onlyOne(await call('Mailbox/get', { ids: [mine] }))['role'], onlyOne(await call('Mailbox/get', { ids: [archive] }))['role']]
  assert.deepEqual(await roles(), ['archive', null])
  await call('Mailbox/set', { update: { [archive]: { role: 'archive' }, [mine]: { role: null } } })
  assert.deepEqual(await roles(), [null, 'archive'])
})

test('a mailbox with children or Emails stays, unless its Emails may go with it', async () => {
  const { call, mailbox, file } = await jmapGiven()
  const { created } = await call('Mailbox/set', { create: { outer: { name: 'O' }, inner: { name: 'I', parentId: '#outer' } } })
  const [outer, inner] = [at(created, 'outer', 'id') as string, at(created, 'inner', 'id') as string]
  const email = await file('O/I', 'Subject: x\n\nx\n')
  const kept = await call('Mailbox/set', { destroy: [outer, inner, mailbox('INBOX'), 'nobody'] })
  const why = (id: string) => at(kept, 'notDestroyed', id, 'type')
  assert.deepEqual([outer, inner, mailbox('INBOX'), 'nobody'].map(why), ['mailboxHasChild', 'mailboxHasEmail', 'forbidden', 'notFound'])
  const gone = await call('Mailbox/set', { destroy: [outer, inner], onDestroyRemoveEmails: true })
  assert.deepEqual(gone['destroyed'], [inner, outer])
  assert.deepEqual((await call('Email/get', { ids: [email] }))['notFound'], [email])
})

test('queries of mailboxes: filters, trees, and what changed', async () => {
  const { call, mailbox } = await jmapGiven()
  const { created } = await call('Mailbox/set', { create: { z: { name: 'Z' }, a: { name: 'A', parentId: '#z' }, b: { name: 'B' } } })
  const [z, a, b] = ['z', 'a', 'b'].map((name) => at(created, name, 'id') as string)
  const names = async (args: JsonObject) => (await call('Mailbox/query', args))['ids']
  assert.deepEqual(await names({ filter: { hasAnyRole: false }, sort: [{ property: 'name' }] }), [a, b, z])
  assert.deepEqual(await names({ filter: { hasAnyRole: false }, sort: [{ property: 'name' }], sortAsTree: true }), [b, z, a])
  assert.deepEqual(await names({ filter: { name: 'a', hasAnyRole: false } }), [a])
  assert.deepEqual(await names({ filter: { name: 'a', hasAnyRole: false }, filterAsTree: true }), [])
  assert.deepEqual(await names({ filter: { role: 'inbox' } }), [mailbox('INBOX')])
  assert.deepEqual(await names({ filter: { parentId: z ?? '' } }), [a])
  const { queryState } = await call('Mailbox/query', {})
  await call('Mailbox/set', { update: { [b ?? '']: { name: 'AA' } } })
  const changes = await call('Mailbox/queryChanges', { sinceQueryState: queryState ?? null, filter: { hasAnyRole: false }, sort: [{ property: 'name' }] })
  assert.deepEqual([changes['removed'], changes['added']], [[b], [{ id: b, index: 1 }]])
})
