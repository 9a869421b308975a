/** Whatever is done to mailboxes, they stay a tree with names told apart, each role is one's alone, and changes lead a client there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { jmapGiven } from './testing/given.ts'

const name = fc.constantFrom('a', 'b', 'Inbox', 'INBOX', 'Shared', '見積', 'A', 'x/y', '', ' ', 'Trash', '\u0007', 'n'.repeat(300))
const which = fc.nat(9)
const role = fc.constantFrom(null, 'archive', 'trash', 'inbox', 'sent', 'important')

const step = fc.oneof(
  fc.record({ is: fc.constant('create' as const), name, parent: fc.option(which), role: fc.option(role, { nil: undefined }), of: fc.constantFrom('#c0', '#c1', null) }),
  fc.record({ is: fc.constant('rename' as const), which, name }),
  fc.record({ is: fc.constant('move' as const), which, parent: fc.option(which) }),
  fc.record({ is: fc.constant('role' as const), which, role }),
  fc.record({ is: fc.constant('subscribe' as const), which, on: fc.boolean() }),
  fc.record({ is: fc.constant('order' as const), which, order: fc.constantFrom(0, 7, 2 ** 40, null) }),
  fc.record({ is: fc.constant('destroy' as const), which, removes: fc.boolean() }),
)

const defined = (object: Readonly<Record<string, JsonValue | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(object).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))

const isTree = (list: readonly JsonObject[]): void => {
  const byId = new Map(list.map((mailbox) => [mailbox['id'], mailbox]))
  for (const { parentId } of list) assert.ok(parentId === null || byId.has(parentId ?? null))
  const names = list.map(({ parentId, name: own }) => JSON.stringify([parentId, own]))
  assert.equal(new Set(names).size, names.length)
  const roles = list.flatMap((mailbox) => mailbox['role'] ?? [])
  assert.equal(new Set(roles).size, roles.length)
  for (const mailbox of list) {
    let levels = 0
    for (let at: JsonObject | undefined = mailbox; at !== undefined; at = byId.get(at['parentId'] ?? null)) assert.ok((levels += 1) <= list.length)
  }
}

test('mailboxes stay a tree, and a client that asks for changes has it', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    const { call } = await jmapGiven()
    const get = async (ids: JsonValue) => await call('Mailbox/get', { ids })
    const whole = await get(null)
    const mirror = new Map((whole['list'] as readonly JsonObject[]).map((mailbox) => [mailbox['id'] as string, mailbox]))
    let state = whole['state'] ?? null
    for (const one of steps) {
      const ids = [...mirror.keys()]
      const idOf = (number: number): string => ids[number % ids.length] ?? ''
      const args = ((): JsonObject => {
        switch (one.is) {
          case 'create':
            return { create: { c0: defined({ name: one.name, parentId: one.parent === null ? one.of : idOf(one.parent), role: one.role }), c1: { name: 'child', parentId: '#c0' } } }
          case 'rename':
            return { update: { [idOf(one.which)]: { name: one.name } } }
          case 'move':
            return { update: { [idOf(one.which)]: { parentId: one.parent === null ? null : idOf(one.parent) } } }
          case 'role':
            return { update: { [idOf(one.which)]: { role: one.role } } }
          case 'subscribe':
            return { update: { [idOf(one.which)]: { isSubscribed: one.on } } }
          case 'order':
            return { update: { [idOf(one.which)]: { sortOrder: one.order } } }
          case 'destroy':
            return { destroy: [idOf(one.which)], onDestroyRemoveEmails: one.removes }
        }
      })()
      await call('Mailbox/set', args)
      const changes = await call('Mailbox/changes', { sinceState: state })
      for (const id of changes['destroyed'] as readonly string[]) mirror.delete(id)
      const changed = await get([...(changes['created'] as readonly string[]), ...(changes['updated'] as readonly string[])])
      for (const mailbox of changed['list'] as readonly JsonObject[]) mirror.set(mailbox['id'] as string, mailbox)
      state = changes['newState'] ?? null
    }
    const list = (await get(null))['list'] as readonly JsonObject[]
    isTree(list)
    const byId = (all: Iterable<JsonObject>): readonly JsonObject[] => [...all].toSorted((left, right) => (String(left['id']) < String(right['id']) ? -1 : 1))
    assert.deepEqual(byId(mirror.values()), byId(list))
  }), { numRuns: 60 })
})
