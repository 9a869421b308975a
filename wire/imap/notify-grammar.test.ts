import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { notifyArguments, notifyEvents } from './notify-grammar.ts'
import { parsed, scanOf } from './scan.ts'

const read = (text: string) => parsed(scanOf(Buffer.from(text, 'latin1')), notifyArguments)

test('groups are read as written, in any case', () => {
  const given = read('set STATUS (SELECTED-delayed (messagenew (uid BODY.PEEK[HEADER.FIELDS (From)]) MessageExpunge)) (subtree (A "B c") (MailboxName))')
  assert.ok(given.is === 'parsed' && given.value.is === 'set')
  const [selected, others] = given.value.groups
  assert.equal(given.value.status, true)
  assert.ok(selected?.of === 'selected-delayed')
  assert.deepEqual(selected.fetches.map(({ item }) => item), ['UID', 'section'])
  assert.deepEqual([...selected.events], ['MessageNew', 'MessageExpunge'])
  assert.ok(others?.of === 'others')
  assert.deepEqual(others.filter, { is: 'subtree', names: ['A', 'B c'] })
})

test('a group asks for what it was given, or for nothing', () => {
  const events = fc.uniqueArray(fc.constantFrom(...notifyEvents))
  fc.assert(fc.property(events, (asked) => {
    const given = read(`SET (personal ${asked.length === 0 ? 'NONE' : `(${asked.join(' ')})`})`)
    const [all, none] = [asked.includes('MessageNew') && asked.includes('MessageExpunge'), !asked.includes('MessageNew') && !asked.includes('MessageExpunge')]
    if (!all && (!none || asked.includes('FlagChange'))) return assert.equal(given.is, 'bad')
    assert.ok(given.is === 'parsed' && given.value.is === 'set')
    assert.deepEqual(given.value.groups.map((group) => [...group.events]), [asked])
  }))
})

const words = ['NONE', 'SET', 'STATUS', '(', ')', ' ', 'selected', 'personal', 'subtree', 'mailboxes', '"', 'a', '{3}', 'MessageNew', 'MessageExpunge', 'UID', '\0', '\\', 'BODY[', ']', '&-', '\xff']

test('whatever comes is read or refused, never thrown', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (text) => {
    assert.ok(['parsed', 'bad'].includes(read(text.join('')).is))
  }), { numRuns: 2_000 })
})

test('what is beyond the limits is refused', () => {
  assert.equal(read(`SET ${'(personal NONE) '.repeat(101).trim()}`).is, 'bad')
  assert.equal(read(`SET (mailboxes (${'a '.repeat(1_001).trim()}) NONE)`).is, 'bad')
  assert.equal(read(`SET (personal (${'X '.repeat(21).trim()}))`).is, 'bad')
})
