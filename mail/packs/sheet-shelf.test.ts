import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { newAccountHandle, uuidFromBytes, type MessageId } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { secret } from '@bulkhead/base/secret.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { cacheBudget } from '../account/index-cache.ts'
import { KeyRing } from '../account/key-ring.ts'
import { memoryStore } from '../journal/memory-store.ts'
import type { SheetLine } from '../ports/pack-store.ts'
import { givingWay } from './give-way.ts'
import { wordsOf } from './id-run.ts'
import { PackMemory } from './pack-memory.ts'
import { SheetShelf } from './sheet-shelf.ts'
import { SheetWriter, stripCount } from './sheet.ts'

const messages = 1_100
const digest = Buffer.alloc(stripCount / 8)

const idsOf = (sheet: number): Buffer => {
  const ids = Buffer.alloc(messages * 16)
  for (let at = 0; at < messages; at += 1) ids.writeUIntBE(sheet * messages + at + 1, at * 16, 6)
  return ids
}

const idAt = (ids: Buffer, at: number): MessageId => uuidFromBytes(ids.subarray(at * 16, (at + 1) * 16)) as MessageId

/** Sheets one behind the other, of messages that hold nothing; what is asked of the store is noted, by the numbers of sheets. */
const shelved = (count: number) => {
  const account = newAccountHandle()
  const ring = new KeyRing(realSealing, secret(Buffer.from(realSealing.newKeyPair().privateKey.declassify())))
  const names = Array.from({ length: count }, (): string => randomUUID())
  const writer = new SheetWriter(new Array<number>(messages).fill(digest.length))
  for (let at = 0; at < messages; at += 1) writer.put(at, digest)
  const lines = names.map((sheet, number): SheetLine => {
    const ids = idsOf(number)
    return { sheet, first: idAt(ids, 0), last: idAt(ids, messages - 1), messages, sizeBytes: writer.sizeBytes }
  })
  const asked: (readonly number[])[] = []
  const store = {
    ...memoryStore().journal,
    sheets: async () => lines,
    async sheetStrips(_: unknown, sheets: readonly string[], strips: readonly number[]) {
      asked.push(sheets.map((sheet) => names.indexOf(sheet)).sort())
      const plainOf = (sheet: string, strip: number): Buffer => (strip === stripCount ? writer.head(idsOf(names.indexOf(sheet))) : writer.strip(strip))
      return sheets.flatMap((sheet) => strips.map((strip) => ({
        sheet, strip, sealed: realSealing.sealRecord(ring.own, 'pack', `${account}/${sheet}/strip ${strip}`, plainOf(sheet, strip)),
      })))
    },
  }
  const ports = { store, log: silentLog, memory: new PackMemory(), cacheBudget: cacheBudget(100_000_000), giveWay: givingWay() }
  return { shelf: new SheetShelf(account, ring, ports), asked }
}

const needle = Uint32Array.of(0x1234_5678, 0x9abc_def0)

test('a search that goes on to older messages has their strips on their way, and asks for them once', async () => {
  const { shelf, asked } = shelved(6)
  const found = await shelf.sifted(wordsOf(idsOf(5)), [needle])
  assert.ok(found.knows(0) && found.excludes(needle, messages - 1))
  assert.deepEqual(asked, [[5], [2, 3, 4]])
  for (const sheet of [4, 3, 2]) assert.ok((await shelf.sifted(wordsOf(idsOf(sheet)), [needle])).excludes(needle, 0))
  assert.deepEqual(asked.flat().sort(), [0, 1, 2, 3, 4, 5])
  shelf.wipe()
})

test('where few are asked about, nothing is fetched ahead', async () => {
  const { shelf, asked } = shelved(2)
  assert.ok((await shelf.sifted(wordsOf(idsOf(1).subarray(0, 64 * 16)), [needle])).excludes(needle, 0))
  assert.deepEqual(asked, [[1]])
  shelf.wipe()
})
