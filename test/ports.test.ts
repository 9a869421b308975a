import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { wellKnownPorts } from '@bulkhead/run/config/config.ts'
import { projectRoot } from './platform/platform.ts'
import { metricsOffset, outsidePort, portBaseMax, portBaseMin, portBases, portStep } from './ports.ts'

const bases = Object.entries<readonly number[]>(portBases).flatMap(([file, list]) => list.map((base) => ({ file, base })))

/** `./bulkhead bench` runs alone. */
const isTest = (file: string): boolean => file.endsWith('.ts') && !file.startsWith('test/bench/') && !file.includes('node_modules') && !file.endsWith('-bench.ts')

test('no two cells of tests have the same base, and each is in its place', () => {
  assert.equal(new Set(bases.map(({ base }) => base)).size, bases.length)
  for (const { file, base } of bases) {
    assert.ok(base % portStep === 0 && base >= portBaseMin && base <= portBaseMax, `${file}: ${base}`)
    assert.ok(existsSync(join(projectRoot, `${file}.test.ts`)), `${file} is gone`)
  }
})

test('no port of a cell meets one of another cell, nor those that tests play the outside world on', () => {
  const offsets = [...wellKnownPorts.map(({ port }) => port), metricsOffset, ...Array.from({ length: 30 }, (_, at) => outsidePort(0, at))]
  assert.equal(new Set(offsets.map((offset) => offset % portStep)).size, offsets.length)
})

test('no test names a port where this table should', () => {
  const files = readdirSync(join(projectRoot, 'test'), { recursive: true, encoding: 'utf8' }).map((file) => join('test', file)).filter(isTest)
  const named = files.flatMap((file) =>
    [...readFileSync(join(projectRoot, file), 'utf8').matchAll(/\b(?:portBase|metricsPort|[a-z]*Port):? =? ?([1-6]\d_?\d{3})\b/g)].map(([text]) => `${file}: ${text}`))
  assert.deepEqual(named, [], 'give it a base in test/ports.ts')
})
