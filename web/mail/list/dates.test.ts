import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dateGroup, dayAndTime, shortDate } from './dates.ts'

const now = new Date(2026, 10, 21, 12, 5)

test('the time today, the day this year, the whole date before', () => {
  assert.equal(shortDate(new Date(2026, 10, 21, 9, 7), now, 'ja'), '09:07')
  assert.equal(shortDate(new Date(2026, 10, 20, 23, 59), now, 'ja'), '11月20日')
  assert.equal(shortDate(new Date(2026, 10, 20, 23, 59), now, 'en'), 'Nov 20')
  assert.equal(shortDate(new Date(2025, 11, 31), now, 'en'), '2025/12/31')
})

test('over a message the time is always told', () => {
  assert.equal(dayAndTime(new Date(2026, 10, 21, 9, 7), now, 'ja'), '09:07')
  assert.equal(dayAndTime(new Date(2026, 10, 20, 8, 0), now, 'ja'), '11月20日(金) 08:00')
  assert.equal(dayAndTime(new Date(2025, 11, 31, 23, 59), now, 'en'), 'Wed, 2025/12/31, 23:59')
})

test('groups of days', () => {
  const groups = [[2026, 10, 21], [2026, 10, 20], [2026, 10, 16], [2026, 10, 15], [2026, 10, 8], [2026, 9, 31], [2025, 0, 2], [2024, 5, 1]] as const
  assert.deepEqual(groups.map(([year, month, day]) => dateGroup(new Date(year, month, day, 8), now).is), [
    'today', 'yesterday', 'thisWeek', 'lastWeek', 'thisMonth', 'month', 'month', 'older',
  ])
  assert.equal(dateGroup(new Date(2026, 10, 18, 8), new Date(2026, 10, 22, 9)).is, 'thisWeek', 'a Wednesday, on the Sunday after it')
})
