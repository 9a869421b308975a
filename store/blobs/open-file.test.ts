import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { OpenFile } from './open-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'open-file-'))
after(() => rmSync(directory, { recursive: true }))

const opened = (name: string): Promise<OpenFile> => OpenFile.open(join(directory, name), 'w+', 0o600)

test('what was written is read', async () => {
  const file = await opened('whole')
  assert.equal(await file.write(Buffer.from('ab')), 2)
  assert.equal(await file.write(Buffer.from('cd')), 2)
  assert.equal(await file.write(Buffer.from('B'), 1), 1)
  const bytes = Buffer.alloc(8)
  assert.equal(await file.read(bytes, 1, 7, 0), 4)
  assert.equal(bytes.toString('latin1', 1, 5), 'aBcd')
  assert.equal(await file.sizeBytes(), 4)
  await file.close()
  await file.close()
  await assert.rejects(file.sizeBytes(), { name: 'Bug' })
})

test('closing waits for what goes on', async () => {
  const file = await opened('busy')
  const written = file.write(Buffer.alloc(1_048_576, 1))
  await file.close()
  assert.equal(await written, 1_048_576)
})

test('one that nobody closed is closed when it is collected, and said; the process lives', async () => {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  assert.ok(typeof collect === 'function')
  const warned = once(process, 'warning')
  await (await opened('left')).write(Buffer.from('x'))
  const collecting = new AbortController()
  const collected = (async () => {
    while (!collecting.signal.aborted) {
      collect()
      await sleep(10)
    }
  })()
  const [warning] = await warned
  collecting.abort()
  await collected
  assert.equal(warning.code, 'BULKHEAD_LEFT_OPEN')
})
