import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '@bulkhead/base/fault.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import type { NoticeFate } from '@bulkhead/door/contracts/notice.ts'
import type { OwedNotice } from '@bulkhead/mail/ports/directory.ts'
import { startCellWithTaro } from '@bulkhead/test/directory/cell.ts'
import { tellOwed } from './owed-notices.ts'

test('what is owed is told until intake has it: a full or absent mailbox of now is tried again, a cancelled account is told nothing', async () => {
  await using cell = await startCellWithTaro()
  const [account] = cell.directory.accounts.keys()
  assert.ok(account !== undefined)
  const owed: OwedNotice = { id: crypto.randomUUID(), account, state: 'active', brand: 'one', language: 'ja', browser: 'Firefox, Linux', happenedMs: cell.clock.now() }
  const settled: string[] = []
  const directory = { ...cell.directory, claimOwedNotices: async () => [owed], settleOwedNotice: async (id: string) => void settled.push(id) }
  const messages: string[] = []
  const telling = (fate: NoticeFate | Fault, owing: OwedNotice = owed) =>
    tellOwed({
      ...cell.deskParts,
      directory: { ...directory, claimOwedNotices: async () => [owing] },
      intake: {
        async ask(_verb: 'notice', ask) {
          if (fate instanceof Fault) throw fate
          messages.push(Buffer.from(ask.message, 'base64').toString())
          return { is: 'answered', answer: { fates: ask.recipients.map(() => fate) } }
        },
      },
    }, silentLog)
  await tellOwed({ ...cell.deskParts, directory, intake: null }, silentLog)
  await telling(new Fault('doorAway', 'intake'))
  await telling('overQuota')
  await telling('away')
  assert.deepEqual(settled, [])
  await telling('stored')
  assert.deepEqual(settled, [owed.id])
  assert.equal(new Set(messages).size, 1)
  assert.match(messages[0] ?? '', new RegExp(`Message-ID: <notice\\.${owed.id}@one\\.example>`))
  await telling('stored', { ...owed, state: 'cancelled' })
  assert.deepEqual([settled.length, messages.length], [2, 3])
  await telling('stored', { ...owed, language: 'en', browser: 'Call 0120-000-000' })
  assert.match(messages.at(-1) ?? '', /^By: {3}webmail\r$/m)
  const outcomes = cell.events.filter(({ kind }) => kind === 'desk.passwordNotice').map(({ outcome, subject }) => [outcome, subject === account])
  assert.deepEqual(outcomes, [['overQuota', true], ['away', true], ['stored', true], ['gone', true], ['stored', true]])
})
