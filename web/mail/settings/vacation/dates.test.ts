import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayOf, endMoment, firstMoment, lastDayOf } from './dates.ts'

test('days come back as they were chosen, whatever the zone', () => {
  fc.assert(fc.property(fc.date({ min: new Date(2000, 0, 1), max: new Date(2099, 11, 31), noInvalidDate: true }), (date) => {
    const day = dayOf(date.toISOString())
    assert.equal(dayOf(firstMoment(day)), day)
    assert.equal(lastDayOf(endMoment(day)), day)
    assert.match(firstMoment(day) ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  }))
})

test('no day is no moment', () => {
  assert.deepEqual([firstMoment(''), endMoment('soon'), dayOf(null), lastDayOf(null)], [null, null, '', ''])
})
