import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { answered } from '@bulkhead/door/verbs.ts'
import { checkpointsFile, openLedger } from './ledger.ts'
import { metrics, seriesParts } from './metrics.ts'
import { verifyLedger } from './verify.ts'
import { watchHandlers } from './watch.ts'

const clock = manualClock(Date.UTC(2026, 0, 1))
let directory = ''
const first = () => join(directory, 'ledger-000001.ndjson')

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ledger-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const write = (...kinds: readonly string[]): void => {
  using ledger = openLedger(directory, clock)
  ledger.append(kinds.map((kind) => ({ kind })))
}

const brokenAt = (): string => {
  const verified = verifyLedger(directory)
  return verified.is === 'broken' ? `${verified.file}:${verified.line}` : 'whole'
}

const change = (from: string, to: string): void => writeFileSync(first(), readFileSync(first(), 'utf8').replace(from, to))

test('a ledger that nobody touched is whole, over restarts', () => {
  write('a', 'b')
  write('c')
  assert.deepEqual({ ...verifyLedger(directory), head: '' }, { is: 'whole', lines: 5, checkpoints: 2, head: '' })
})

test('a changed line is found', () => {
  write('unwrapped', 'opened', 'opened')
  change('unwrapped', 'unwrappee')
  assert.equal(brokenAt(), 'ledger-000001.ndjson:3')
})

test('a line left out is found', () => {
  write('a', 'b', 'c')
  change(/.*"kind":"b"\}\n/.exec(readFileSync(first(), 'utf8'))?.[0] ?? '?', '')
  assert.equal(brokenAt(), 'ledger-000001.ndjson:3')
})

test('an end that was cut off is found by the checkpoints', () => {
  write('a', 'b', 'c')
  change(/.*"kind":"c"\}\n/.exec(readFileSync(first(), 'utf8'))?.[0] ?? '?', '')
  assert.equal(brokenAt(), `${checkpointsFile}:1`)
})

test('a line that a crash tore is cut off, and the ledger says so', () => {
  write('a')
  appendFileSync(first(), '{"seq":3,"pre')
  write('b')
  assert.equal(brokenAt(), 'whole')
  assert.match(readFileSync(first(), 'utf8'), /torn last line was cut off/)
})

test('what is told goes under the name of the door it came by, cut to size and to known fields', async () => {
  {
    using ledger = openLedger(directory, clock)
    const handlers = watchHandlers(ledger, metrics(clock))
    const events = [{ kind: 'x'.repeat(500), subject: 'p_1', password: 'hunter2', count: 3 }, 'no event', null]
    assert.deepEqual(await handlers.tell({ cell: 'kaede', process: 'vault', events, metrics: 'none' }, 'minato/gate'), answered({}))
  }
  const line = JSON.parse(readFileSync(first(), 'utf8').split('\n')[1] ?? '') as Record<string, unknown>
  assert.deepEqual({ ...line, prev: 0, kind: String(line['kind']).length }, {
    seq: 2, prev: 0, kind: 200, subject: 'p_1', count: 3, cell: 'minato', process: 'gate',
  })
})

test('metrics carry cell, process and the labels of the series', async () => {
  const collected = metrics(clock)
  collected.told('minato', 'gate', [
    { name: 'smtp_messages{outcome="accepted \\"x\\""}', kind: 'counter', value: 7 },
    { name: 'connections', kind: 'gauge', value: 3 },
  ])
  collected.told('kaede', 'gate', [{ name: 'connections', kind: 'gauge', value: 4 }])
  const text = await collected.text()
  assert.match(text, /^bulkhead_smtp_messages_total\{outcome="accepted \\"x\\"",cell="minato",process="gate"\} 7$/m)
  assert.match(text, /^bulkhead_connections\{cell="minato",process="gate"\} 3$/m)
  assert.match(text, /^bulkhead_connections\{cell="kaede",process="gate"\} 4$/m)
})

test('a series is a name and labels', () => {
  assert.deepEqual(seriesParts('a-b{c="1",d="x,\\"y"}'), { name: 'a_b', labels: { c: '1', d: 'x,"y' } })
})
