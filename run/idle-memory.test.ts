import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectionsMax, idleCollector, lookEveryMs } from './idle-memory.ts'

test('a process collects a few times after a busy time, never while it is busy, and not again before it was', () => {
  let collected = 0
  const look = idleCollector(() => (collected += 1))
  const looks = (count: number, cpuMs: number): number => {
    for (let number = 0; number < count; number += 1) look(cpuMs)
    return collected
  }
  assert.equal(looks(10, 0), 0)
  assert.equal(looks(10, lookEveryMs), 0)
  assert.equal(looks(20, 1), collectionsMax)
  assert.equal(looks(1, lookEveryMs / 2), collectionsMax)
  assert.equal(looks(20, 1), 2 * collectionsMax)
})
