import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { csvFields, csvHeader, csvRow, jsonRow } from './rows.ts'

const header = ['address', 'password', 'quota', 'aliases'] as const

test('fields with commas and quotes come back as they were written', () => {
  const written = (fields: readonly string[]) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')
  fc.assert(fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), (fields) => {
    assert.deepEqual(csvFields(written(fields)), fields)
  }))
})

test('any line is a row or says what is wrong, and never throws', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => {
    assert.ok(['row', 'wrong'].includes(csvRow(2, header, text).is))
    assert.ok(['row', 'wrong'].includes(jsonRow(2, text).is))
  }))
})

test('CSV and NDJSON say the same', () => {
  const row = { line: 2, address: 'a@b.example', password: 'pass, word', quota: '1GiB', aliases: ['c@b.example', 'd@b.example'] }
  assert.deepEqual(csvRow(2, header, 'a@b.example,"pass, word",1GiB,c@b.example;d@b.example'), { is: 'row', row })
  assert.deepEqual(jsonRow(2, '{"address":"a@b.example","password":"pass, word","quota":"1GiB","aliases":["c@b.example","d@b.example"]}'), { is: 'row', row })
})

test('what is wrong is named', () => {
  const why = (row: ReturnType<typeof csvRow>) => (row.is === 'wrong' ? row.why : 'right')
  assert.match(why(csvRow(2, header, 'a@b.example')), /1 fields/)
  assert.match(why(csvRow(2, header, 'a,"b,,')), /quote is not closed/)
  assert.match(why(csvRow(2, header, 'a@b.example,,,')), /password is missing/)
  assert.match(why(jsonRow(2, '{"adress":"x"}')), /no field "adress"/)
  assert.match(String(csvHeader('adress,password')), /no column "adress"/)
  assert.match(String(csvHeader('address')), /must name the columns/)
})
