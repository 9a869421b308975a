/** What the core capability announces (RFC 8620 section 2) is kept by every method there is, also by those to come. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@bulkhead/wire/jmap/json.ts'
import { methods } from './methods.ts'
import { served } from './testing/served.ts'

const max = 3
const ids = Array.from({ length: max + 1 }, (_, at) => `x${at}`)

/** Whose objects are named otherwise. MessageView has a limit of its own, far below. */
const otherGets: Readonly<Record<string, JsonObject>> = {
  'SearchSnippet/get': { emailIds: ids, filter: null },
}

const errorOf = async (names: readonly string[], argsOf: (name: string) => JsonObject): Promise<readonly (readonly [string, unknown])[]> => {
  await using jmap = await served({ limits: { maxObjectsInGet: max, maxObjectsInSet: max, maxCallsInRequest: 1 } })
  const told: [string, unknown][] = []
  for (const name of names) {
    const accountless = methods.find((method) => method.name === name)?.accountless === true
    const [response] = await jmap.call([[name, { ...(accountless ? {} : { accountId: jmap.accountId() }), ...argsOf(name) }, 'c']])
    told.push([name, response?.[1]['type']])
  }
  return told
}

const named = (verb: string): readonly string[] => methods.map(({ name }) => name).filter((name) => name.endsWith(`/${verb}`))

test('every /get refuses more ids than maxObjectsInGet', async () => {
  const told = await errorOf(named('get').filter((name) => name !== 'MessageView/get'), (name) => otherGets[name] ?? { ids })
  assert.ok(told.length >= 15)
  assert.deepEqual(told.filter(([, type]) => type !== 'requestTooLarge'), [])
})

test('every /set refuses more changes than maxObjectsInSet, of all three kinds together', async () => {
  const changes = { create: { a: {} }, update: { x1: {}, x2: {} }, destroy: ['x3'] }
  const told = await errorOf(named('set'), () => changes)
  assert.ok(told.length >= 10)
  assert.deepEqual(told.filter(([, type]) => type !== 'requestTooLarge'), [])
})

test('what is made by import, copy and upload counts as well', async () => {
  const create = Object.fromEntries(ids.map((id) => [id, {}]))
  const told = await errorOf(['Email/import', 'Blob/upload'], (name) => ({ [name === 'Email/import' ? 'emails' : 'create']: create }))
  assert.deepEqual(told.map(([, type]) => type), ['requestTooLarge', 'requestTooLarge'])
})
