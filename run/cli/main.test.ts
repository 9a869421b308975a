import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'cli-'))
after(() => rmSync(folder, { recursive: true }))

const run = (words: readonly string[], input = '') => {
  const done = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'main.ts'), ...words], {
    input, encoding: 'utf8', env: { ...process.env, BULKHEAD_DATA: join(folder, 'none'), BULKHEAD_SAFE: join(folder, 'safe') },
  })
  return { code: done.status, said: done.stdout, complained: done.stderr }
}

const misused: readonly (readonly string[])[] = [['frobnicate'], ['account', 'add'], ['isp', 'add', 'x'], ['up', '--colour'], ['account', 'state', 'a@b.example'], []]

for (const words of misused) {
  test(`misuse is code 2 and says how it is used: ${words.join(' ') || '(nothing)'}`, () => {
    const { code, complained } = run(words)
    assert.equal(code, 2)
    assert.match(complained, /help|Usage/)
  })
}

const impossible: readonly (readonly [readonly string[], RegExp])[] = [
  [['account', 'list', 'minato'], /there is no platform in .*none; make one with/],
  [['up'], /there is no .*bulkhead\.yaml; begin with --demo/],
  [['account', 'add', 'a@b.example'], /--password-stdin/],
  [['account', 'add', 'a@b.example', '--password-stdin', '--quota', 'lots'], /"lots" is not a size/],
  [['account', 'state', 'a@b.example', 'asleep'], /it is one of active, dormant, suspended, cancelled/],
  [['docs', 'novel'], /there are processes/],
]

for (const [words, remedy] of impossible) {
  test(`what can't be done is code 1 and one line with a remedy: ${words.join(' ')}`, () => {
    const { code, complained } = run(words, 'some password')
    assert.equal(code, 1)
    assert.match(complained, remedy)
    assert.equal(complained.trim().split('\n').length, 1)
  })
}

test('a configuration mistake names file, line and remedy, and nothing is begun', () => {
  const data = mkdtempSync(join(folder, 'data-'))
  writeFileSync(join(data, 'bulkhead.yaml'), 'cells:\n  - id: minato\n    hostNam: mx.minato.example\n')
  const { code, complained } = run(['up', '--data', data])
  assert.equal(code, 1)
  assert.match(complained, /bulkhead\.yaml:3: there is no setting "cells\[0\]\.hostNam"; did you mean "hostName"\?/)
  assert.deepEqual(readdirSync(data), ['bulkhead.yaml'])
})

test('help is code 0 and lists every command', () => {
  const { code, said } = run(['--help'])
  assert.equal(code, 0)
  for (const name of ['up', 'status', 'isp', 'brand', 'domain', 'account', 'alias', 'credential', 'queue', 'route', 'reload', 'doctor', 'ledger', 'units', 'drill', 'bench']) {
    assert.match(said, new RegExp(`^  ${name}\\b`, 'm'))
  }
})

test('a platform that does not run is told in JSON too, with code 1', () => {
  const { code, said } = run(['status', '--json'])
  assert.equal(code, 1)
  assert.equal((JSON.parse(said) as { running: boolean }).running, false)
})
