import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject, JsonValue } from './json.ts'
import { patched, pointed, pointerTokens } from './pointer.ts'

const at = (value: JsonValue, pointer: string): JsonValue | undefined => {
  const tokens = pointerTokens(pointer)
  return tokens === undefined ? undefined : pointed(value, tokens)
}

// RFC 6901 section 5.
const example: JsonValue = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 }

test('RFC 6901 section 5: its examples', () => {
  assert.deepEqual(at(example, ''), example)
  const said = { '/foo': ['bar', 'baz'], '/foo/0': 'bar', '/': 0, '/a~1b': 1, '/c%d': 2, '/e^f': 3, '/g|h': 4, '/i\\j': 5, '/k"l': 6, '/ ': 7, '/m~0n': 8 }
  for (const [pointer, value] of Object.entries(said)) assert.deepEqual(at(example, pointer), value, pointer)
})

test('what is no pointer, or leads nowhere, gives nothing; nothing comes from a prototype', () => {
  const nowhere = ['foo', '/~2', '/~', '/foo/2', '/foo/-', '/foo/01', '/foo/1e0', '/nope', '/foo/0/x', '/__proto__', '/constructor', '/foo/length', '/toString']
  for (const pointer of nowhere) assert.equal(at(example, pointer), undefined, pointer)
})

test('RFC 8620 section 3.7: * asks every item, and lists in lists become one', () => {
  const response: JsonValue = { list: [{ id: 'a', emailIds: ['1', '2'] }, { id: 'b', emailIds: ['3'] }, { id: 'c', emailIds: [] }] }
  assert.deepEqual(at(response, '/list/*/id'), ['a', 'b', 'c'])
  assert.deepEqual(at(response, '/list/*/emailIds'), ['1', '2', '3'])
  assert.deepEqual(at(response, '/list/1/emailIds/*'), ['3'])
  assert.equal(at(response, '/list/*/nope'), undefined)
  assert.deepEqual(at({ list: [] }, '/list/*/id'), [])
  assert.equal(at({ '*': 1 }, '/*'), 1)
})

test('a pointer to any place in any value finds what is there', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (given) => {
      const walk = (value: JsonValue, pointer: string): void => {
        assert.deepEqual(at(given as JsonValue, pointer), value)
        if (typeof value !== 'object' || value === null) return
        for (const [name, item] of Object.entries(value)) walk(item, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
      }
      walk(given as JsonValue, '')
    }),
    { numRuns: 200 },
  )
})

const patchOf = (object: JsonObject, patch: JsonObject): JsonObject | string => {
  const done = patched(object, patch)
  return done.is === 'patched' ? done.value : done.path
}

test('RFC 8620 section 5.3: a patch sets and removes, and leaves the rest alone', () => {
  const email: JsonObject = { keywords: { $seen: true }, mailboxIds: { a: true, b: true }, subject: 'x', to: [{ name: 'n' }] }
  assert.deepEqual(patchOf(email, { 'keywords/$flagged': true, 'mailboxIds/a': null }), {
    ...email, keywords: { $seen: true, $flagged: true }, mailboxIds: { b: true },
  })
  assert.deepEqual(patchOf(email, { subject: null }), { ...email, subject: null })
  assert.deepEqual(patchOf({ 'a/b': { 'c~d': 1 } }, { 'a~1b/c~0d': 2 }), { 'a/b': { 'c~d': 2 } })
})

test('RFC 8620 section 5.3: no pointer into an array, to a missing parent, or that begins another', () => {
  const object: JsonObject = { list: [1], map: { a: {} } }
  assert.equal(patchOf(object, { 'list/0': 2 }), 'list/0')
  assert.equal(patchOf(object, { 'nope/a': 1 }), 'nope/a')
  assert.equal(patchOf(object, { 'map/a/b': 1, map: {} }), 'map/a/b')
  assert.equal(patchOf(object, { 'map/~': 1 }), 'map/~')
  assert.equal(patchOf(object, { '__proto__/polluted': true }), '__proto__/polluted')
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})
