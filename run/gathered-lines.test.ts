import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineLog } from '@bulkhead/base/log.ts'
import { gatheredLines } from './gathered-lines.ts'

test('information waits for company; a warning leaves at once, behind what was said before it', () => {
  const written: string[] = []
  const lines = gatheredLines((text) => void written.push(text))
  const log = lineLog({ process: 'intake' }, lines.put)
  log.info('one')
  log.info('two')
  assert.equal(written.length, 0)
  log.warn('three')
  assert.deepEqual(written.map((text) => text.match(/one|two|three/g)), [['one', 'two', 'three']])
  lines.flush()
  assert.equal(written.length, 1)
})

test('what waits leaves in time, at the end, and before it is much', async () => {
  const written: string[] = []
  const lines = gatheredLines((text) => void written.push(text))
  const log = lineLog({ process: 'intake' }, lines.put)
  log.info('in time')
  while (written.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  for (let at = 0; at < 1_000; at += 1) log.info('much', { text: 'x'.repeat(200) })
  assert.ok(written.length > 2)
  log.info('last')
  lines.flush()
  assert.match(written.at(-1) ?? '', /last/)
})
