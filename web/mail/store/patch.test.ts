import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { effectOf, movePatch, patched, type EmailPatch } from './patch.ts'

const sets = (names: readonly string[]) => fc.subarray([...names]).map((chosen): Readonly<Record<string, true>> => Object.fromEntries(chosen.map((name) => [name, true])))
const emails = fc.record({ id: fc.constant('M1'), mailboxIds: sets(['A', 'B', 'C']), keywords: sets(['$seen', '$flagged', '$answered', 'a/b']) }, { noNullPrototype: true })
const patches = fc.dictionary(
  fc.constantFrom('mailboxIds/A', 'mailboxIds/B', 'keywords/$seen', 'keywords/$flagged', 'keywords/a/b'),
  fc.constantFrom<true | null>(true, null),
  { noNullPrototype: true },
)

test('the inverse of a patch brings back what was', () => {
  fc.assert(
    fc.property(emails, patches, (email, patch: EmailPatch) => {
      const effect = effectOf(email, patch)
      const after = effect === undefined ? email : patched(email, effect.patch)
      assert.deepEqual(after, patched(email, patch))
      assert.deepEqual(effect === undefined ? after : patched(after, effect.inverse), email)
    }),
  )
})

test('a move leaves one mailbox', () => {
  fc.assert(
    fc.property(emails, fc.constantFrom('A', 'D'), (email, target) => {
      assert.deepEqual(patched(email, movePatch(email, target)).mailboxIds, { [target]: true })
    }),
  )
})
