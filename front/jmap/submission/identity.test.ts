import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jmapInProcess } from '../testing/jmap-in-process.ts'

test('every address of the person has an identity, the login first; one comes and one goes with its address', async () => {
  const jmap = await jmapInProcess()
  const first = await jmap.call('Identity/get', {})
  assert.deepEqual(first.list.map(({ email, name, mayDelete }: { email: string; name: string; mayDelete: boolean }) => [email, name, mayDelete]), [['alice@one.example', '', false]])
  jmap.sending.addresses.push('sales@one.example')
  const changes = await jmap.call('Identity/changes', { sinceState: first.state })
  assert.equal(changes.created.length, 1)
  const both = await jmap.call('Identity/get', { properties: ['email', 'textSignature'] })
  assert.deepEqual(both.list.map(({ email, textSignature, name }: Record<string, string>) => [email, textSignature, name]), [['alice@one.example', '', undefined], ['sales@one.example', '', undefined]])
  jmap.sending.addresses.length = 0
  assert.deepEqual((await jmap.call('Identity/changes', { sinceState: both.state })).destroyed, changes.created)
  assert.equal((await jmap.call('Identity/get', {})).list.length, 1)
})

test('asked again and again, nothing is written', async () => {
  const jmap = await jmapInProcess()
  const { state } = await jmap.call('Identity/get', {})
  await jmap.request(['Identity/get', {}], ['Identity/changes', { sinceState: state }])
  assert.equal((await jmap.call('Identity/get', {})).state, state)
})

test('names and signatures are the person’s to write; addresses are not', async () => {
  const jmap = await jmapInProcess()
  const { list: [{ id }] } = await jmap.call('Identity/get', {})
  const patch = { name: '山田 太郎', textSignature: '-- \n山田', htmlSignature: '<b>山田</b>', replyTo: [{ name: null, email: 'Reply@One.example' }] }
  assert.deepEqual((await jmap.call('Identity/set', { update: { [id]: patch } })).updated, { [id]: null })
  const { list: [after] } = await jmap.call('Identity/get', { ids: [id] })
  assert.deepEqual(after, { id, email: 'alice@one.example', bcc: null, mayDelete: false, ...patch, replyTo: [{ name: null, email: 'reply@one.example' }] })
  const refused = async (wanted: Record<string, never> | object) => (await jmap.call('Identity/set', { update: { [id]: wanted as never } })).notUpdated?.[id]
  assert.deepEqual((await refused({ email: 'bob@one.example' })).properties, ['email'])
  assert.deepEqual((await refused({ name: 'x\r\nBcc: y' })).properties, ['name'])
  assert.deepEqual((await refused({ bcc: [{ email: 'no address' }] })).properties, ['bcc'])
  assert.equal((await refused({ 'name/x': 'y' })).type, 'invalidPatch')
  assert.equal((await jmap.call('Identity/set', { destroy: [id] })).notDestroyed[id].type, 'forbidden')
})

test('further identities of the same addresses are made and removed; of others’ addresses none', async () => {
  const jmap = await jmapInProcess()
  const { created, notCreated } = await jmap.call('Identity/set', {
    create: { a: { name: '営業', email: 'alice@one.example' }, b: { name: 'Boss', email: 'boss@far.example' }, c: { name: 'x' } },
  })
  assert.deepEqual([created.a.mayDelete, notCreated.b.type, notCreated.c.properties], [true, 'forbiddenFrom', ['email']])
  assert.equal((await jmap.call('Identity/get', {})).list.length, 2)
  assert.deepEqual((await jmap.call('Identity/set', { destroy: [created.a.id] })).destroyed, [created.a.id])
  assert.deepEqual((await jmap.call('Identity/get', { ids: [created.a.id] })).notFound, [created.a.id])
})
