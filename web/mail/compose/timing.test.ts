import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdParameters, readSchedule, schedulePresets, writeLocal } from './timing.ts'

test('presets lie ahead and never name one moment twice', () => {
  for (let day = 15; day < 22; day++) {
    for (const hour of [0, 9, 14, 15, 23]) {
      const now = new Date(2026, 10, day, hour, 30)
      const presets = schedulePresets(now)
      assert.ok(presets.every(({ at }) => at > now), now.toString())
      assert.equal(new Set(presets.map(({ at }) => at.getTime())).size, presets.length, now.toString())
    }
  }
  assert.equal(schedulePresets(new Date(2026, 10, 21, 9)).find(({ name }) => name === 'mondayMorning')?.at.getDate(), 23)
})

test('a chosen time is read in the device’s zone and must be possible', () => {
  const now = new Date(2026, 10, 21, 18, 0)
  assert.deepEqual(readSchedule('2026-11-22T08:00', now, 86_400), { is: 'at', at: new Date(2026, 10, 22, 8, 0) })
  assert.equal(readSchedule('2026-11-21T18:00', now, 86_400).is, 'past')
  assert.equal(readSchedule('2026-11-24T08:00', now, 86_400).is, 'tooFar')
  assert.equal(readSchedule('2026-02-30T08:00', now, 1e9).is, 'unreadable')
  assert.equal(readSchedule('', now, 1e9).is, 'unreadable')
  assert.equal(writeLocal(new Date(2026, 0, 2, 3, 4)), '2026-01-02T03:04')
})

test('holding is said as RFC 4865 has it', () => {
  assert.deepEqual(holdParameters({ seconds: 10 }), { HOLDFOR: '10' })
  assert.equal(holdParameters({ seconds: 0 }), null)
  assert.deepEqual(holdParameters({ until: new Date('2026-11-22T08:00:00.123Z') }), { HOLDUNTIL: '2026-11-22T08:00:00Z' })
})
