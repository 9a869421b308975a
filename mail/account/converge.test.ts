import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { plainState } from '../journal/testing/plain-state.ts'
import type { MailboxId } from '@bulkhead/base/ids.ts'
import type { OpenAccount } from './open-account.ts'
import { append, given, mail, ranges } from './testing/given.ts'

const names = ['INBOX', 'Sent', 'a', 'a/b', 'c']
type Step = (account: OpenAccount) => Promise<unknown>

const name = fc.constantFrom(...names)
const span = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.nat(3)).map(([from, more]) => ranges([from, from + more]))
const flags = fc.subarray(['\\Seen', '\\Deleted', '$A'])

/** Does something with a mailbox that this mailroom believes to be there. */
const within = (account: OpenAccount, mailbox: string, act: (id: MailboxId) => Promise<unknown>) => {
  const found = account.state().byName(mailbox)
  return found === undefined ? Promise.resolve() : act(found.id)
}

const step: fc.Arbitrary<Step> = fc.oneof(
  name.map((to): Step => (account) => within(account, to, (id) => append(account, id, [mail(to)]))),
  name.map((made): Step => (account) => account.createMailbox(made, null)),
  name.map((gone): Step => (account) => account.deleteMailbox(gone)),
  fc.tuple(name, name).map(([from, to]): Step => (account) => account.renameMailbox(from, to)),
  fc.tuple(name, name, span, fc.boolean()).map(([from, to, uids, move]): Step => (account) =>
    within(account, from, (source) => within(account, to, (target) =>
      move ? account.moveMessages(source, uids, target) : account.copyMessages(source, uids, target)))),
  fc.tuple(name, span, fc.constantFrom('add' as const, 'remove' as const, 'replace' as const), flags).map(
    ([where, uids, mode, some]): Step => (account) => within(account, where, (id) => account.storeFlags(id, uids, mode, some))),
  name.map((where): Step => (account) => within(account, where, (id) => account.expunge(id, null, 'deleted'))),
)

test('two mailrooms working on one account at once converge, and its use is the sum of its messages', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 25 }), async (steps) => {
    const { open } = await given()
    const [one, other] = await Promise.all([open(), open()])
    await Promise.all(steps.map(([act, first]) => act(first ? one : other)))
    await Promise.all([one.refresh(), other.refresh()])
    const state = plainState(one.state())
    assert.deepEqual(plainState(other.state()), state)
    const held = new Map(state.mailboxes.flatMap(({ messages }) => messages.map(({ id, size }) => [id, size ?? 0] as const)))
    const usage = await one.usage()
    assert.equal(usage.messages, held.size)
    assert.equal(usage.usedBytes, [...held.values()].reduce((sum, size) => sum + size, 0))
    await Promise.all([one.close(), other.close()])
    assert.deepEqual(plainState((await open()).state()), state)
  }), { numRuns: 60 })
})
