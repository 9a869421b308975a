import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { secret } from '@bulkhead/base/secret.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { entryOf, entryText, holds, namesOf } from './entries.ts'
import { choicesOf, decidedOf, modesOf, policyOf, settingKeys, settings, valueMistake } from './settings.ts'

test('every default may stand where it is', () => {
  for (const key of settingKeys) assert.equal(valueMistake(key, settings[key].otherwise), undefined, key)
})

test('a brand decides before its ISP, an ISP before the default', () => {
  const policy = policyOf({ 'spam.mode': 'mark', 'virus.action': 'discard' }, { 'spam.mode': 'off' })
  assert.deepEqual([policy['spam.mode'], policy['virus.action'], policy['forged.action']], ['off', 'discard', 'asPublished'])
})

test('what looks into mail is off until the person says yes, where the brand asks; a person can turn off everything', () => {
  const policy = policyOf({}, {})
  assert.deepEqual(modesOf(policy, {}), { virus: 'enforce', allow: 'enforce', deny: 'enforce', spam: 'off', forged: 'off' })
  assert.deepEqual(modesOf(policy, { spam: 'on', forged: 'mark', virus: 'off' }), { virus: 'off', allow: 'enforce', deny: 'enforce', spam: 'enforce', forged: 'mark' })
  const offering = policyOf({ 'spam.consent': 'presumed', 'spam.mode': 'mark', 'forged.mode': 'off' }, {})
  assert.deepEqual([modesOf(offering, {}).spam, modesOf(offering, { spam: 'off' }).spam], ['mark', 'off'])
  assert.equal(modesOf(offering, { forged: 'on' }).forged, 'off', 'a person can not turn on what is not offered')
})

test('whatever is stored gives a policy, and nothing that could break a header', () => {
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...settingKeys, 'unknown'), fc.string({ unit: 'binary' })), (stored) => {
    const policy = policyOf(decidedOf(stored), {})
    for (const key of settingKeys) assert.equal(valueMistake(key, policy[key]), undefined)
  }))
  assert.deepEqual(decidedOf('no object'), {})
  assert.deepEqual(choicesOf({ spam: 'on', virus: 'perhaps', other: 'on' }), { spam: 'on' })
  assert.ok(valueMistake('spam.header', 'Subject'))
  assert.ok(valueMistake('spam.subject', 'a\r\nBcc: x'))
  assert.equal(valueMistake('forged.sealers', 'lists.example,xn--wgv71a119e.example'), undefined)
  for (const value of ['lists.example, other.example', 'Lists.example', ',', 'x'.repeat(70), Array.from({ length: 21 }, (_, at) => `d${at}.example`).join(',')]) {
    assert.ok(valueMistake('forged.sealers', value), value)
  }
})

test('an entry names an address, a domain, and what is below it; no two lists show the same digest', () => {
  assert.deepEqual(namesOf('bob@a.b.example'), ['bob@a.b.example', 'a.b.example', 'b.example'])
  assert.deepEqual([entryText('Bob@Far.Example'), entryText('FAR.example'), entryText('@far.example'), entryText('no good')], ['bob@far.example', 'far.example', 'far.example', undefined])
  const key = secret(Buffer.alloc(32, 1))
  const [one, other] = [newAccountHandle(), newAccountHandle()]
  const list = Buffer.concat([entryOf(key, one, 'deny', 'x@y.example'), entryOf(key, one, 'deny', 'far.example')])
  assert.ok(namesOf('bob@sub.far.example').some((name) => holds(list, entryOf(key, one, 'deny', name))))
  assert.ok(!namesOf('bob@far.example').some((name) => holds(list, entryOf(key, other, 'deny', name))))
  assert.ok(!namesOf('bob@far.example').some((name) => holds(list, entryOf(key, one, 'allow', name))))
})
