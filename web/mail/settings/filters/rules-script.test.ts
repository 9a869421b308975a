import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileSieve } from '@bulkhead/wire/sieve/compile.ts'
import { didIn, played } from '@bulkhead/wire/sieve/testing/played.ts'
import { acts, fields, isAddress, newAction, newCondition, newRule, operators, ruleMistake, type Rule } from './rule.ts'
import { rulesOf, scriptOf } from './rules-script.ts'

const mail = `From: =?utf-8?B?55Sw5LitIOiKseWtkA==?= <hanako@tanaka.example>
To: me@example.jp
Subject: =?utf-8?B?44CQ6YeN6KaB44CR5Lya6K2w?=
List-Id: <news.example.jp>
X-Mark: a*b

5月の会議室
`

const did = (...rules: readonly Partial<Rule>[]): readonly string[] => didIn(played(scriptOf(rules.map((rule) => ({ ...newRule, name: 'x', ...rule }))), mail))

const when = (condition: Partial<typeof newCondition>): Partial<Rule> =>
  ({ conditions: [{ ...newCondition, ...condition }], actions: [{ ...newAction, value: '仕事/会議' }] })

test('rules do what they say', () => {
  const filed = ['fileinto 仕事/会議']
  assert.deepEqual(did(when({ field: 'from', value: '田中 花子' })), filed)
  assert.deepEqual(did(when({ field: 'from', operator: 'is', value: 'Hanako@Tanaka.example' })), filed)
  assert.deepEqual(did(when({ field: 'from', operator: 'containsNot', value: 'tanaka' })), ['keep'])
  assert.deepEqual(did(when({ field: 'from', operator: 'isNot', value: 'hanako@tanaka.example' })), ['keep'])
  assert.deepEqual(did(when({ field: 'header', name: 'x-mark', operator: 'exists' })), filed)
  assert.deepEqual(did(when({ field: 'list', operator: 'missing' })), ['keep'])
  assert.deepEqual(did(when({ field: 'subject', operator: 'begins', value: '【重要】' })), filed)
  assert.deepEqual(did(when({ field: 'subject', operator: 'ends', value: '会議' })), filed)
  assert.deepEqual(did(when({ field: 'header', name: 'X-Mark', operator: 'begins', value: 'a*' })), filed)
  assert.deepEqual(did(when({ field: 'header', name: 'X-Mark', operator: 'begins', value: 'a?' })), ['keep'])
  assert.deepEqual(did(when({ field: 'body', value: '会議室' })), filed)
  assert.deepEqual(did(when({ field: 'list', value: 'ＮＥＷＳ' })), filed, 'wide letters are letters')
  assert.deepEqual(did(when({ field: 'size', operator: 'over', value: '1000' })), ['keep'])
  assert.deepEqual(did(when({ field: 'size', operator: 'under', value: '1000' })), filed)
})

test('an attachment is a part with a file name', () => {
  const name = `filename*=utf-8''${encodeURIComponent('見積書.pdf')}`
  const attached = `Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; ${name}\n\n1\n--b--\n`
  const of = (message: string, condition: Partial<typeof newCondition>) =>
    didIn(played(scriptOf([{ ...newRule, name: 'x', ...when({ field: 'attachment', ...condition }) }]), message)).length === 1 &&
    didIn(played(scriptOf([{ ...newRule, name: 'x', ...when({ field: 'attachment', ...condition }) }]), message))[0] !== 'keep'
  assert.deepEqual([of(attached, { operator: 'exists' }), of(mail, { operator: 'exists' }), of(attached, { operator: 'missing' }), of(mail, { operator: 'missing' })], [true, false, false, true])
  assert.deepEqual([of(attached, { operator: 'ends', value: '.PDF' }), of(attached, { operator: 'ends', value: '.zip' }), of(attached, { operator: 'contains', value: '見積' })], [true, false, true])
})

test('actions go together, in the order of rules, until one is the last', () => {
  const any = { conditions: [{ ...newCondition, value: 'tanaka' }, { ...newCondition, value: 'nobody' }] }
  const star = { act: 'star', value: '', use: null } as const
  assert.deepEqual(did({ ...any, every: true, actions: [star] }), ['keep'])
  assert.deepEqual(did({ ...any, every: false, actions: [newAction, star].map((one) => ({ ...one, value: 'A' })) }), ['fileinto A \\Flagged'])
  const copy = { act: 'copy', value: 'A', use: null } as const
  assert.deepEqual(did({ ...any, every: false, actions: [copy], isLast: false }, { ...when({ value: 'tanaka' }) }), ['fileinto A', 'fileinto 仕事/会議'])
  assert.deepEqual(did({ ...any, every: false, actions: [copy] }, { ...when({ value: 'tanaka' }) }), ['fileinto A', 'keep'])
  assert.deepEqual(did({ ...any, every: false, isOn: false, actions: [copy] }), ['keep'])
  assert.deepEqual(did({ ...any, every: false, actions: [{ act: 'forward', value: 'me@other.example', use: null }, { act: 'trash', value: '', use: null }] }),
    ['redirect me@other.example', 'fileinto Trash or \\Trash'])
  assert.deepEqual(did({ ...any, every: false, actions: [{ act: 'discard', value: '', use: null }] }), ['discard'])
})

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('"; discard; #', '\\', '\\"', '"\r\ndiscard;', '${1}', '*', '.\r\n', '# rule {}', '*/', 'あ"い'))
const plain = { noNullPrototype: true }
const rule: fc.Arbitrary<Rule> = fc.record({
  name: text, isOn: fc.boolean(), every: fc.boolean(), isLast: fc.boolean(),
  conditions: fc.array(fc.record({ field: fc.constantFrom(...fields), operator: fc.constantFrom(...operators), name: text, value: text }, plain), { maxLength: 3 }),
  actions: fc.array(fc.record({ act: fc.constantFrom(...acts.filter((act) => act !== 'forward' && act !== 'discard')), value: text, use: fc.constantFrom(null, '\\Archive') }, plain), { maxLength: 3 }),
}, plain)

test('whatever is typed into names and values, rules come back as they were and no command comes in', () => {
  fc.assert(fc.property(fc.array(rule, { maxLength: 4 }), (rules) => {
    const script = scriptOf(rules)
    // As it comes back from the server, which has it in UTF-8.
    assert.deepEqual(rulesOf(Buffer.from(script, 'utf8').toString('utf8')), rules)
    const compiled = compileSieve(Buffer.from(script, 'utf8'))
    if (compiled.is === 'mistakes') {
      for (const { message } of compiled.mistakes) assert.match(message, /mailbox|Mailbox/)
      return
    }
    const outcome = didIn(played(script, mail))
    assert.ok(outcome.every((one) => /^(?:fileinto|keep|failed: A mailbox|failed: The name)/.test(one)), String(outcome))
  }), { numRuns: 500 })
})

test('a script that was changed by hand is not taken for rules', () => {
  const script = scriptOf([{ ...newRule, name: 'x', conditions: [{ ...newCondition, value: 'a' }] }])
  assert.notEqual(rulesOf(script), undefined)
  for (const changed of [script.replace('"a"', '"b"'), `${script}\nkeep;\n`, script.replace('# rule {', '# rule ['), `\n${script}`, 'keep;']) assert.equal(rulesOf(changed), undefined)
})

test('a rule says what it lacks', () => {
  const whole: Rule = { ...newRule, name: 'x', conditions: [{ ...newCondition, value: 'a' }], actions: [{ ...newAction, value: 'A' }] }
  assert.equal(ruleMistake(whole), undefined)
  assert.equal(ruleMistake({ ...whole, name: ' ' }), 'noName')
  assert.equal(ruleMistake({ ...whole, conditions: [newCondition] }), 'emptyValue')
  assert.equal(ruleMistake({ ...whole, conditions: [{ ...newCondition, field: 'attachment', operator: 'exists' }] }), undefined)
  assert.equal(ruleMistake({ ...whole, conditions: [{ ...newCondition, field: 'header', value: 'a', name: 'a b' }] }), 'badHeader')
  assert.equal(ruleMistake({ ...whole, conditions: [{ ...newCondition, field: 'size', value: 'much' }] }), 'badSize')
  assert.equal(ruleMistake({ ...whole, actions: [newAction] }), 'noMailbox')
  assert.equal(ruleMistake({ ...whole, actions: [{ act: 'forward', value: 'nobody', use: null }] }), 'badAddress')
  assert.deepEqual(['a@b.example', 'あ@例え.jp', 'a b@c.d', 'a@b', 'a@b.c,d@e.f'].map(isAddress), [true, true, false, false, false])
})
