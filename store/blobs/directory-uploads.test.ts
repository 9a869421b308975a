import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { manualClock, type Clock } from '@bulkhead/base/clock.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { given } from '@bulkhead/mail/account/testing/given.ts'
import type { UploadStore } from '@bulkhead/mail/ports/upload-store.ts'
import { cellRoom, cellUploadBytesMax, freeBytesMin } from '@bulkhead/mail/uploads/cell-room.ts'
import { uploads } from '@bulkhead/mail/uploads/uploads.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { directoryUploads } from './directory-uploads.ts'

const dayMs = 86_400_000
const roomOf = (store: UploadStore, clock: Clock) => cellRoom({ store, clock, log: silentLog, meter: meter() })

/** On the disk: a file that has two names for a moment is there once. */
const bytesBelow = (root: string): number => {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const sizes = files.flatMap(({ parentPath, name }) => statSync(join(parentPath, name), { throwIfNoEntry: false }) ?? [])
  return [...new Map(sizes.map(({ ino, size }) => [ino, size])).values()].reduce((sum, size) => sum + size, 0)
}

test('an upload is there for a day and gone after two, and what lies there is sealed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'uploads-'))
  try {
    const clock = manualClock(20_000 * dayMs + dayMs - 1)
    const store = directoryUploads(root)
    const all = uploads({ store, sealing: realSealing, clock, room: roomOf(store, clock), largestBytes: 1_000 })
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

test('who uploads more in an hour than may be waits for the next one; others do not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'uploads-'))
  try {
    const clock = manualClock(20_000 * dayMs)
    const store = directoryUploads(root)
    const all = uploads({ store, sealing: realSealing, clock, room: roomOf(store, clock), largestBytes: 1_000, bytesPerHourMax: 1_000 })
    const [greedy, modest] = [await (await given()).open(), await (await given()).open()]
    const upload = async (account: typeof greedy, bytes: number): Promise<string> => {
      const made = await all.create(account, 'text/plain', 1_000)
      if ('is' in made) return made.why
      await made.write(Buffer.alloc(bytes))
      // What is thrown away was written all the same.
      await made.discard()
      return 'taken'
    }
    assert.deepEqual([await upload(greedy, 600), await upload(greedy, 600), await upload(greedy, 1)], ['taken', 'taken', 'lately'])
    assert.equal(await upload(modest, 600), 'taken')
    clock.advance(3_600_000)
    assert.equal(await upload(greedy, 1), 'taken')
    await greedy.close()
    await modest.close()
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

test('one account uploads as much as it can, some at once, some broken off: its files stay below what it may have, the newest are there', async () => {
  const root = mkdtempSync(join(tmpdir(), 'uploads-'))
  try {
    const clock = manualClock(20_000 * dayMs)
    const store = directoryUploads(root)
    const most = 400_000
    const all = uploads({ store, sealing: realSealing, clock, room: roomOf(store, clock), largestBytes: 100_000, accountMax: { bytes: most, uploads: 12 } })
    const [greedy, modest] = [await (await given()).open(), await (await given()).open()]
    const upload = async (account: typeof greedy, bytes: number, whole = true): Promise<string> => {
      const made = await all.create(account, 'text/plain', bytes)
      if ('is' in made) return made.why
      for (let at = 0; at < bytes; at += 10_000) {
        await made.write(Buffer.alloc(Math.min(10_000, bytes - at)))
        assert.ok(bytesBelow(root) <= most + 50_100, 'while it is being written')
      }
      const token = whole ? await made.keep() : ''
      await made.discard()
      return token
    }
    const before = await upload(modest, 50_000)
    let last: readonly string[] = []
    for (let round = 0; round < 12; round += 1) {
      // Made older by hand: files of one millisecond have no order.
      for (const { day, name, atMs } of await store.lying(greedy.account)) {
        utimesSync(join(root, 'uploads', String(day), greedy.account.slice(0, 2), greedy.account, name), 1, atMs / 1_000 - 1)
      }
      last = await Promise.all([upload(greedy, 90_000), upload(greedy, 90_000), upload(greedy, 70_000, false), upload(greedy, 50_000)])
      if (round === 6) clock.advance(dayMs)
    }
    assert.ok(bytesBelow(root) > 200_000)
    for (const token of [...last.filter((one) => one !== ''), before]) {
      const found = await all.open(token === before ? modest : greedy, token)
      assert.ok(found !== undefined)
      await found.body[Symbol.asyncDispose]()
    }
    const [one, other] = [await all.create(greedy, 'text/plain', 300_000), await all.create(greedy, 'text/plain', 300_000)]
    assert.ok(!('is' in one) && 'is' in other && other.why === 'atOnce')
    await one.discard()
    for (let number = 0; number < 20; number += 1) assert.ok((await upload(modest, 1)).length > 20)
    assert.equal((await store.lying(modest.account)).length, 12)
    await greedy.close()
    await modest.close()
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})

test('all accounts together leave the disk to mail: what is older than an hour goes, and what does not fit then is not taken', async () => {
  const root = mkdtempSync(join(tmpdir(), 'uploads-'))
  try {
    const clock = manualClock(Date.now())
    const free = { bytes: freeBytesMin * 4 }
    const store = { ...directoryUploads(root), freeBytes: async () => free.bytes }
    const counted = meter()
    await using room = cellRoom({ store, clock, log: silentLog, meter: counted })
    const all = uploads({ store, sealing: realSealing, clock, room, largestBytes: 1_000 })
    const account = await (await given()).open()
    const upload = async (bytes: number): Promise<string> => {
      const made = await all.create(account, 'text/plain', bytes)
      if ('is' in made) return made.why
      await made.write(Buffer.alloc(bytes))
      return made.keep()
    }
    const old = await upload(1_000)
    assert.equal(cellUploadBytesMax(0, freeBytesMin * 4), freeBytesMin)
    free.bytes = freeBytesMin - 1
    assert.equal(await upload(1_000), 'cellFull')
    const lying = await all.open(account, old)
    assert.ok(lying !== undefined, 'an hour is granted')
    await lying.body[Symbol.asyncDispose]()
    clock.advance(3_700_000)
    assert.equal(await upload(1_000), 'cellFull')
    assert.equal(await all.open(account, old), undefined)
    free.bytes = freeBytesMin * 4
    assert.ok((await upload(1_000)).length > 20)
    assert.equal(counted.read().get('mailroom_upload_bytes')?.value, 0, 'as it was measured last')
    await account.close()
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
})
