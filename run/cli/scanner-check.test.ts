import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { parseConfig } from '../config/load.ts'
import { checkScanners } from './scanner-check.ts'

const configWith = (scanners: string) => parseConfig(`cells:\n  - id: minato\n    hostName: mx.a.example\n    scanners: ${scanners}\n`, 'x')

test('doctor says which scanners listen, and which are closed to the account that has to open them', async () => {
  const path = `/tmp/h-doctor-${randomUUID()}.sock`
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const config = configWith(`[{ kind: clamav, at: ${path} }, { kind: rspamd, at: "127.0.0.1:1" }, { kind: milter, at: ${path}.none, whenAway: tempfail }]`)
  try {
    chmodSync(path, 0o777)
    const findings = await checkScanners(config, true)
    assert.deepEqual(findings.map(({ is }) => is), ['right', 'wrong', 'wrong'])
    assert.match(findings[2]?.what ?? '', /the scanner milter of minato at \S+ does not answer; .*whenAway: tempfail/)
    chmodSync(path, 0o700)
    assert.deepEqual([(await checkScanners(config, true))[0]?.is, (await checkScanners(config, false))[0]?.is], ['warning', 'right'])
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
})
