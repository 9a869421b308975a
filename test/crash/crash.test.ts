/** `BULKHEAD_CRASH_ROUNDS=20 node --test test/crash/crash.test.ts` is the long form. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plantAccounts, startPlatform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { crashRound } from './crash.ts'

const [portBase] = portBases['test/crash/crash']
const rounds = Number(process.env['BULKHEAD_CRASH_ROUNDS'] ?? 2)
const roundMinutes = 6

test('kill -9 of any process during load loses no acknowledged message and delivers none twice', { timeout: rounds * roundMinutes * 60_000 }, async (t) => {
  const password = 'correct-horse-battery'
  const localParts = ['one', 'two', 'three']
  await using platform = await startPlatform({ cells: [{ id: 'minato', name: 'Minato Net', portBase, settings: ['mailrooms: 2', 'intakes: 2', 'limits: { connectionsPerPeer: 5000 }'] }] })
  await plantAccounts(platform, 'minato', 'minato.example', localParts, password)
  for (let round = 1; round <= rounds; round += 1) {
    const seed = round * 7 + 1
    const report = await crashRound(platform, { seed, senders: 6, kills: 10, localParts, domain: 'minato.example', password, cell: 'minato' })
    t.diagnostic(`round ${round}: ${report.acknowledged} acknowledged in ${report.attempts} attempts; killed ${report.killed.join(', ')}`)
    assert.equal(report.acknowledged, report.sent, `seed ${seed}: not all messages were accepted in the end`)
    assert.deepEqual(report.lost, [], `seed ${seed}: acknowledged messages were lost`)
    assert.deepEqual(report.twice, [], `seed ${seed}: messages were delivered twice`)
  }
})
