import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newAccountHandle, newMessageId, type AccountHandle } from '@bulkhead/base/ids.ts'
import type { Append } from '@bulkhead/mail/ports/journal-store.ts'
import { provisionTestCell, sealedBytes } from '@bulkhead/test/postgres/cell.ts'
import { startTestPostgres } from '@bulkhead/test/postgres/harness.ts'
import type { RawRow } from '../sql/columns.ts'
import type { Database } from '../sql/database.ts'
import { sql } from '../sql/sql.ts'
import { groupCommit, groupLimits } from './group-commit.ts'

const append = (account: AccountHandle, sizeBytes = 10): Append => ({
  account,
  events: [sealedBytes(20)],
  messages: [{ message: newMessageId(), sizeBytes, index: sealedBytes(30), body: { in: 'row', sealed: sealedBytes(Math.max(0, sizeBytes)) } }],
  contentKeys: [],
  addsBytes: sizeBytes,
  addsMessages: 1,
  expectedHead: null,
  arrivalDigest: null,
  keepDigest: false,
})

/** Answers every append with `appended` after a turn, and notes how many came in each burst. */
const recorder = (): { readonly database: Database; readonly bursts: number[]; underWay: number; most: number } => {
  const head = Buffer.alloc(8)
  const status = Buffer.alloc(4)
  const no = () => Promise.reject(new Error('only bursts'))
  const noted = {
    bursts: [] as number[],
    underWay: 0,
    most: 0,
    database: {
      one: no, maybeOne: no, many: no, run: no,
      async burst(statements: readonly object[]): Promise<readonly (readonly RawRow[])[]> {
        noted.bursts.push(statements.length)
        noted.underWay += 1
        noted.most = Math.max(noted.most, noted.underWay)
        await new Promise((resolve) => setTimeout(resolve, 5))
        noted.underWay -= 1
        return statements.map(() => [[status, head]])
      },
      async [Symbol.asyncDispose]() {},
    },
  }
  return noted
}

test('appends that come while the writers are busy go together, within the limits', async () => {
  const noted = recorder()
  const group = groupCommit(noted.database, { ...groupLimits, appendsMax: 8, writersMax: 2, worthAnotherWriter: 2 })
  await Promise.all(Array.from({ length: 50 }, () => group.append(append(newAccountHandle()))))
  assert.equal(noted.bursts.reduce((sum, count) => sum + count, 0), 50)
  assert.ok(Math.max(...noted.bursts) === 8 && noted.bursts.length <= 8)
  assert.equal(noted.most, 2)
})

test('a burst is never heavier than its limit unless one append alone is', async () => {
  const noted = recorder()
  const group = groupCommit(noted.database, { ...groupLimits, bytesMax: 1_000, writersMax: 1 })
  await Promise.all([400, 400, 400, 5_000, 10].map((size) => group.append(append(newAccountHandle(), size))))
  assert.deepEqual(noted.bursts, [2, 1, 1, 1])
})

test('too many waiting are refused as overload', async () => {
  const noted = recorder()
  const group = groupCommit(noted.database, { ...groupLimits, waitingMax: 3 })
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => group.append(append(newAccountHandle()))))
  assert.deepEqual(answers.map(({ status }) => status), ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
})

test('one append that the database can’t take does not take others with it', { timeout: 60_000 }, async () => {
  await using server = await startTestPostgres()
  const cell = await provisionTestCell(server)
  await using desk = cell.open('desk', 'mail')
  await using intake = cell.open('intake', 'mail')
  const accounts = Array.from({ length: 20 }, newAccountHandle)
  for (const account of accounts) await desk.run(sql`select from ask.open_journal(${account}, ${null})`)
  const group = groupCommit(intake)
  const poison = append(accounts[7] ?? newAccountHandle())
  const [message] = poison.messages
  assert.ok(message !== undefined)
  const answers = await Promise.allSettled(accounts.map((account, at) =>
    group.append(at === 7 ? { ...poison, messages: [message, message] } : append(account))))
  assert.deepEqual(answers.map(({ status }) => status === 'fulfilled'), accounts.map((_, at) => at !== 7))
  assert.deepEqual(await group.append(append(accounts[7] ?? newAccountHandle())), { is: 'appended', head: 1 })
  assert.deepEqual(await group.append(append(newAccountHandle())), { is: 'refused', why: 'noSuchAccount' })
})
