import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import type { Rendering } from './rendering.ts'
import { renderings } from './renderings.ts'

const of = (weight: number): Rendering => ({
  parts: { text: [], attachments: [] }, html: null, segments: [], hasQuote: false, truncated: false, tooDear: false, remoteImages: 0, links: [], lines: 0, charset: '', shownInside: new Set(), weight,
})

test('a rendering is made once for its minutes, bounded by weight, and goes with its session', async () => {
  const clock = manualClock(0)
  const kept = renderings(clock)
  let made = 0
  const get = (key: string, weight = 1_000) => kept.get(key, async () => {
    made += 1
    return of(weight)
  })
  await get('s1 a')
  await get('s1 a')
  assert.equal(made, 1)
  kept.forget('s1')
  await get('s1 a')
  assert.equal(made, 2)
  clock.advance(300_001)
  await get('s1 a')
  assert.equal(made, 3)
  for (let number = 0; number < 10; number += 1) await get(`s2 ${number}`, 16_000_000)
  await get('s1 a')
  assert.equal(made, 14)
  await get('s2 9', 16_000_000)
  assert.equal(made, 14)
  assert.equal(await kept.get('s3 gone', async () => undefined), undefined)
})
