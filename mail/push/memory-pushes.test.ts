import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { restMs } from '../ports/pushes.ts'
import { memoryPushes } from './memory-pushes.ts'
import { pushContract } from './push-contract.ts'

test('push subscriptions in memory', async (t) => {
  const clock = manualClock(1_700_000_000_000)
  const pushes = memoryPushes(clock)
  await pushContract(t, {
    directory: pushes, queue: pushes, nowMs: clock.now(),
    newAccount: async () => newAccountHandle(),
    pass: async () => void clock.advance(restMs + 1_000),
  })
})
