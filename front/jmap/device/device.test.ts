import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListedDevice } from '../../http/device-list.ts'
import { jmapInProcess } from '../testing/jmap-in-process.ts'

const atMs = Date.UTC(2026, 10, 21, 9, 0)
const first = '00000000-0000-4000-8000-000000000001'
const second = '00000000-0000-4000-8000-000000000002'

const served = async () => {
  let listed: readonly ListedDevice[] = [first, second].map((device, at) => ({
    device, login: 'alice@one.example', name: `Browser ${at}`, createdAtMs: atMs, usedAtMs: atMs + at, network: '192.0.2.0/24', isThis: at === 0,
  }))
  const list = {
    all: async () => listed,
    async signOut(device: string) {
      const found = listed.some((one) => one.device === device)
      listed = listed.filter((one) => one.device !== device)
      return found
    },
  }
  return jmapInProcess({}, { devices: { of: () => list } })
}

test('Device/get lists what may sign in without the password, and tells no address of its owner', async () => {
  const jmap = await served()
  const { list, notFound, state } = await jmap.call('Device/get', { ids: null })
  assert.deepEqual(list[0], { id: first, name: 'Browser 0', created: '2026-11-21T09:00:00Z', lastUsed: '2026-11-21T09:00:00Z', network: '192.0.2.0/24', isThis: true })
  assert.deepEqual([list.length, notFound, typeof state], [2, [], 'string'])
  assert.deepEqual((await jmap.call('Device/get', { ids: ['gone'], properties: ['name'] })).notFound, ['gone'])
})

test('Device/set destroys, and does nothing else', async () => {
  const jmap = await served()
  const { state } = await jmap.call('Device/get', { ids: null })
  const answer = await jmap.call('Device/set', { create: { a: { name: 'x' } }, update: { [first]: { name: 'y' } }, destroy: [second, 'gone'], ifInState: state })
  assert.deepEqual(answer.destroyed, [second])
  assert.equal(answer.notCreated.a.type, 'forbidden')
  assert.equal(answer.notUpdated[first].type, 'forbidden')
  assert.equal(answer.notDestroyed.gone.type, 'notFound')
  assert.equal((await jmap.call('Device/set', { destroy: [first], ifInState: state })).type, 'stateMismatch')
  assert.equal((await jmap.call('Device/get', { ids: null })).list.length, 1)
})
