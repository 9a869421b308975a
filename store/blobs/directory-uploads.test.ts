import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { given } from '@bulkhead/mail/account/testing/given.ts'
import { uploads } from '@bulkhead/mail/uploads/uploads.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { directoryUploads } from './directory-uploads.ts'

const dayMs = 86_400_000

test('an upload is there for a day and gone after two, and what lies there is sealed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'uploads-'))
  try {
    const clock = manualClock(20_000 * dayMs + dayMs - 1)
    const store = directoryUploads(root)
    const all = uploads({ store, sealing: realSealing, clock, log: silentLog })
    const account = await (await given()).open()
    const keep = async (text: string): Promise<string> => {
      const upload = await all.create(account, 'text/plain', 100)
      assert.ok(!('is' in upload))
      await upload.write(Buffer.from(text))
      return upload.keep()
    }
    const read = async (token: string): Promise<string | undefined> => {
      const found = await all.open(account, token)
      if (found === undefined) return undefined
      const bytes = await found.body.read(0, found.body.sizeBytes)
      await found.body[Symbol.asyncDispose]()
      return bytes.toString('utf8')
    }
    const token = await keep('an attachment')
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    assert.equal(files.length, 1)
    for (const { parentPath, name } of files) assert.equal(readFileSync(join(parentPath, name)).includes('attachment'), false)
    clock.advance(dayMs)
    await keep('of the next day')
    assert.equal(await read(token), 'an attachment')
    await store.removeBefore(20_001)
    assert.equal(await read(token), undefined)
    const other = await (await given()).open()
    const fresh = await keep('mine')
    assert.equal(await all.open(other, fresh), undefined)
    assert.equal(await all.open(account, `${fresh.slice(0, -4)}AAAA`), undefined)
    await account.close()
    await other.close()
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
