import assert from 'node:assert/strict'
import { mkdtempSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkUploads } from './upload-check.ts'

test('doctor warns when the uploads of a cell come near to what they may take', async () => {
  const blobs = mkdtempSync(join(tmpdir(), 'blobs-'))
  try {
    assert.deepEqual(await checkUploads('north', blobs), [])
    const directory = join(blobs, 'uploads', '20000', 'ab', 'account')
    mkdirSync(directory, { recursive: true })
    const file = join(directory, 'one')
    writeFileSync(file, 'x')
    assert.deepEqual((await checkUploads('north', blobs)).map(({ is }) => is), ['right'])
    // Without a byte of it on the disk.
    truncateSync(file, 2 ** 43)
    const [found] = await checkUploads('north', blobs)
    assert.equal(found?.is, 'warning')
    assert.match(found?.what ?? '', /^uploads of north: 8\.0 TiB of at most /)
  } finally {
    rmSync(blobs, { recursive: true, force: true })
  }
})
