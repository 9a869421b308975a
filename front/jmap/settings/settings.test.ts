import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jmapInProcess } from '../testing/jmap-in-process.ts'

test('a subject is there before anything of it was set, and keeps what a page puts there', async () => {
  const jmap = await jmapInProcess()
  assert.deepEqual((await jmap.call('Setting/get', { ids: ['display'] })).list, [{ id: 'display' }])
  const { state } = await jmap.call('Setting/get', { ids: [] })
  assert.deepEqual((await jmap.call('Setting/set', { update: { display: { theme: 'dark', density: 'compact' } } })).updated, { display: null })
  assert.deepEqual((await jmap.call('Setting/set', { update: { display: { density: null } } })).updated, { display: null })
  assert.deepEqual((await jmap.call('Setting/get', { ids: null })).list, [{ id: 'display', theme: 'dark' }])
  assert.deepEqual((await jmap.call('Setting/changes', { sinceState: state })).created, ['display'])
  assert.equal((await jmap.request(['Setting/set', { ifInState: state, update: { display: {} } }]))[0]?.[1].type, 'stateMismatch')
})

test('settings are not made, and are no place for much', async () => {
  const jmap = await jmapInProcess()
  assert.equal((await jmap.call('Setting/set', { update: { 'no id': {} } })).type, 'invalidArguments')
  const good = await jmap.call('Setting/set', { create: { a: {} }, update: { big: { x: 'y'.repeat(70_000) } } })
  assert.deepEqual([good.notCreated.a.type, good.notUpdated.big.type], ['singleton', 'tooLarge'])
})
