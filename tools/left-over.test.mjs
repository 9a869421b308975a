import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { processesOf } from './left-over.mjs'

const started = async (args, options) => {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("here"); setTimeout(() => undefined, 60_000)', ...args], { stdio: ['ignore', 'pipe', 'ignore'], ...options })
  await once(child.stdout, 'data')
  return child
}

test('finds what has the directory among its words or works in it, and nothing else', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'left-over-'))
  const children = await Promise.all([started([`${directory}/data`]), started([], { cwd: directory }), started([])])
  try {
    assert.deepEqual(processesOf(directory).map(({ pid }) => pid).sort(), children.slice(0, 2).map(({ pid }) => pid).sort())
  } finally {
    await Promise.all(children.map((child) => (child.kill('SIGKILL'), once(child, 'exit'))))
    rmSync(directory, { recursive: true })
  }
  assert.deepEqual(processesOf(directory), [])
})
