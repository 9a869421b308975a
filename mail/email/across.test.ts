/** What changed is told the same whichever mailroom is asked, and after a restart from a snapshot. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailAccount } from '../account/mail-account.ts'
import { all, append, given, mail, ranges } from '../account/testing/given.ts'
import { tailAtCloseMax } from '../account/snapshot-writer.ts'
import { emailChanges, sinceOfState, told, type ToldChanges } from './changes.ts'
import { emailsIn } from './emails.ts'

const changesOf = async (account: MailAccount, state: string): Promise<ToldChanges | undefined> => {
  const { own } = await account.refresh()
  const since = sinceOfState(state, own.seq)
  assert.ok(since)
  const changes = emailChanges(emailsIn(own), since)
  return changes === undefined ? undefined : told(changes, own.seq, 100)
}

test('what one mailroom destroyed another tells, and one that starts from the snapshot', async () => {
  const { open, world } = await given()
  const [one, other] = [await open(), await open()]
  const { inbox } = one.state()
  await append(one, inbox.id, ['a', 'b', 'c'].map(mail))
  const idAt = (at: number): string => one.state().inbox.messages.messageId(at)
  const [a, b, c] = [idAt(0), idAt(1), idAt(2)]
  await other.refresh()
  const state = String(other.state().seq)
  await one.expunge(inbox.id, ranges([1, 1]), 'always')
  await other.storeFlags(inbox.id, ranges([2, 2]), 'add', ['\\Flagged'])
  const trash = one.state().byName('Trash')
  assert.ok(trash)
  await one.moveMessages(inbox.id, ranges([3, 3]), trash.id)
  await one.deleteMailbox('Archive')
  const expected = { created: [], updated: [b, c].toSorted(), destroyed: [a] }
  const sorted = (changes: ToldChanges | undefined) =>
    changes && { created: changes.created.toSorted(), updated: changes.updated.toSorted(), destroyed: changes.destroyed.toSorted() }
  for (const account of [one, other]) assert.deepEqual(sorted(await changesOf(account, state)), expected)
  // As much as makes closing write a snapshot.
  for (let turn = 0; turn < tailAtCloseMax; turn += 1) await one.storeFlags(inbox.id, ranges([2, 2]), turn % 2 === 0 ? 'remove' : 'add', ['\\Flagged'])
  for (const account of [one, other]) await account.close()
  assert.ok(world.snapshots > 0)
  const again = await open()
  assert.ok(again.state().changes.count > 0)
  assert.deepEqual(sorted(await changesOf(again, state)), expected)
  await again.expunge(trash.id, all, 'always')
  assert.deepEqual(sorted(await changesOf(again, state)), { ...expected, updated: [b], destroyed: [a, c].toSorted() })
  await again.close()
})
