import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { baseSubject } from './base-subject.ts'

const cases: readonly (readonly [subject: string, base: string, isReply: boolean])[] = [
  ['hello', 'hello', false],
  ['Re: hello', 'hello', true],
  ['RE: re[2]: Fwd: hello', 'hello', true],
  ['[list] hello', 'hello', false],
  ['[list] Re: hello', 'hello', true],
  ['Re: [list] hello (fwd)', 'hello', true],
  ['[Fwd: hello]', 'hello', true],
  ['[Fwd: Re: hello]', 'hello', true],
  ['[list]', '[list]', false],
  ['Re:', '', true],
  ['Regarding: hello', 'Regarding: hello', false],
  ['a  b\tc', 'a b c', false],
  ['Re：会議', '会議', true],
  ['fw: 会議', '会議', true],
]

for (const [subject, base, isReply] of cases) {
  test(`the base of ${JSON.stringify(subject)}`, () => assert.deepEqual(baseSubject(subject), { text: base, isReply }))
}

test('the base of a base is itself', () => {
  const subject = fc.array(fc.constantFrom('Re:', 'fwd:', '[a]', '[Fwd:', ']', '(fwd)', 'x', ' ', 're', ':'), { maxLength: 12 }).map((parts) => parts.join(' '))
  fc.assert(fc.property(subject, (text) => assert.equal(baseSubject(baseSubject(text).text).text, baseSubject(text).text)), { numRuns: 2_000 })
})
