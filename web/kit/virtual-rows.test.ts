import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { heightOf, rowAt, rowsInView, topOf, type Geometry } from './virtual-rows.ts'

const geometries = fc
  .record({ count: fc.integer({ min: 1, max: 100_000 }), rowPx: fc.integer({ min: 24, max: 120 }), headingPx: fc.integer({ min: 20, max: 60 }), ats: fc.uniqueArray(fc.nat(100_000), { maxLength: 12 }) })
  .map(({ ats, ...rest }): Geometry => ({ ...rest, headings: ats.filter((at) => at < rest.count).sort((a, b) => a - b).map((at) => ({ at, label: '' })) }))

test('every height inside a row leads to that row', () => {
  fc.assert(
    fc.property(geometries, fc.nat(), fc.nat(), (geometry, anyRow, anyPx) => {
      const row = anyRow % geometry.count
      assert.equal(rowAt(geometry, topOf(geometry, row) + (anyPx % geometry.rowPx)), row)
    }),
  )
})

test('rows and headings fill the height of the list without a gap', () => {
  fc.assert(
    fc.property(geometries, (geometry) => {
      assert.equal(topOf(geometry, geometry.count - 1) + geometry.rowPx, heightOf(geometry))
    }),
  )
})

test('no more rows are drawn than a view holds and those beyond it', () => {
  fc.assert(
    fc.property(geometries, fc.nat(10_000_000), (geometry, scroll) => {
      const { first, end } = rowsInView(geometry, scroll, 900, 5)
      assert.ok(first >= 0 && end <= geometry.count && end > first)
      assert.ok(end - first <= Math.ceil(900 / geometry.rowPx) + 2 + 2 * 5)
    }),
  )
})

test('an empty list draws nothing', () => {
  assert.deepEqual(rowsInView({ count: 0, rowPx: 40, headingPx: 20, headings: [] }, 0, 900, 5), { first: 0, end: 0 })
})
