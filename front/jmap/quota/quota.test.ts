import assert from 'node:assert/strict'
import { test } from 'node:test'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import { served } from '../testing/served.ts'

test('RFC 9425: what is used of what may be, and that it changed', async () => {
  await using jmap = await served({ quotaBytes: 1_000_000 })
  const accountId = jmap.accountId()
  const [before] = await jmap.call([['Quota/get', { accountId }, 'a']])
  assert.deepEqual(before?.[1]['list'], [{
    id: 'octets', resourceType: 'octets', used: 0, hardLimit: 1_000_000, scope: 'account', name: 'Mail', types: ['Email'], warnLimit: 900_000, softLimit: null, description: null,
  }])
  const { account } = jmap.people[0] ?? assert.fail()
  await append(account, account.state().inbox.id, [Buffer.from('Subject: x\r\n\r\n0123456789')])
  const [changes, after, found, none] = await jmap.call([
    ['Quota/changes', { accountId, sinceState: before?.[1]['state'] ?? '' }, 'b'],
    ['Quota/get', { accountId, properties: ['used'], ids: ['octets', 'nope'] }, 'c'],
    ['Quota/query', { accountId, filter: { operator: 'NOT', conditions: [{ type: 'Calendar' }] }, sort: [{ property: 'used' }], calculateTotal: true }, 'd'],
    ['Quota/query', { accountId, filter: { scope: 'domain' } }, 'e'],
  ])
  assert.deepEqual(changes?.[1]['updated'], ['octets'])
  assert.deepEqual([after?.[1]['list'], after?.[1]['notFound']], [[{ id: 'octets', used: 24 }], ['nope']])
  assert.deepEqual([found?.[1]['ids'], found?.[1]['total']], [['octets'], 1])
  assert.deepEqual(none?.[1]['ids'], [])
})

test('without a limit there is no quota; a state from the future is no state', async () => {
  await using jmap = await served()
  const accountId = jmap.accountId()
  const [got, changes] = await jmap.call([['Quota/get', { accountId }, 'a'], ['Quota/changes', { accountId, sinceState: '99999' }, 'b']])
  assert.deepEqual(got?.[1]['list'], [])
  assert.equal(changes?.[1]['type'], 'cannotCalculateChanges')
})
