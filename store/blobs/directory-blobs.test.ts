import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle } from '@bulkhead/base/ids.ts'
import { directoryBlobs, sweepIncoming } from './directory-blobs.ts'

const root = mkdtempSync(join(tmpdir(), 'bh-blobs-'))
const blobs = directoryBlobs(root)
after(() => rmSync(root, { recursive: true }))

test('accounts that share a blob share its bytes on the disk', async () => {
  const [one, other] = [newAccountHandle(), newAccountHandle()]
  const writer = await blobs.create()
  await writer.write(Buffer.alloc(1_000_000, 7))
  const name = await writer.keep([one, other])
  const [first, second] = [one, other].map((account) => statSync(join(root, account.slice(0, 2), account, name)))
  assert.equal(first?.ino, second?.ino)
  assert.equal(first?.nlink, 2)
  assert.deepEqual(readdirSync(join(root, 'incoming')), [])
})

test('files are for the account and its group, nobody else', async () => {
  const account = newAccountHandle()
  const writer = await blobs.create()
  const name = await writer.keep([account])
  const directory = join(root, account.slice(0, 2), account)
  assert.equal(statSync(join(directory, name)).mode & 0o777, 0o640)
  assert.equal(statSync(directory).mode & 0o777, 0o770)
})

test('a disk that fails is a fault, and nothing is half kept', async () => {
  const account = newAccountHandle()
  const gone = directoryBlobs(join(root, 'incoming', 'not-a-directory', '\0'))
  await assert.rejects(gone.create(), (error: unknown) => error instanceof Fault && error.code === 'storageFailed')
  const writer = await blobs.create()
  await writer.discard()
  assert.equal(readdirSync(root).includes(account.slice(0, 2)) && readdirSync(join(root, account.slice(0, 2))).includes(account), false)
})

test('what a dead writer left is swept after a day', async () => {
  const [young, old] = [await blobs.create(), await blobs.create()]
  await old.write(Buffer.from('x'))
  const [path] = readdirSync(join(root, 'incoming')).map((name) => join(root, 'incoming', name))
  assert.ok(path !== undefined)
  const dayBefore = Date.now() / 1_000 - 2 * 86_400
  utimesSync(path, dayBefore, dayBefore)
  assert.equal(await sweepIncoming(root, Date.now()), 1)
  assert.equal(readdirSync(join(root, 'incoming')).length, 1)
  await young.discard()
  await old.discard()
})
