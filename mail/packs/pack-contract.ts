/** What every store of packs must do; part of `mail/journal/store-contract.ts`. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import type { AccountHandle, MessageId } from '@bulkhead/base/ids.ts'
import { appendOf, message, opened, seq, type Claim, type Given, type StoreUnderTest } from '../journal/testing/store-under-test.ts'
import type { IndexPackLine, SheetLine } from '../ports/pack-store.ts'

const megabyte = 1_048_576

type Opened = StoreUnderTest & { readonly account: AccountHandle }

const withMessages = async (given: Given, count: number): Promise<Opened & { readonly messages: readonly MessageId[]; readonly bodies: ReadonlyMap<MessageId, Buffer> }> => {
  const store = await opened(given)
  const rows = Array.from({ length: count }, (_, at) => message({ in: 'row', sealed: randomBytes(100 + at * 9_000) }))
  await store.journal.append(appendOf(store.account, { messages: rows }))
  const messages = rows.map((row) => row.message).toSorted()
  return { ...store, messages, bodies: new Map(rows.map((row) => [row.message, row.body.in === 'row' ? Buffer.from(row.body.sealed) : Buffer.alloc(0)])) }
}

const line = (messages: readonly MessageId[]): IndexPackLine => {
  const [first, last] = [messages[0], messages.at(-1)]
  assert.ok(first !== undefined && last !== undefined)
  return { pack: randomUUID(), first, last, messages: messages.length }
}

const nothing = (of: IndexPackLine): IndexPackLine => ({ ...of, pack: randomUUID(), messages: 0 })
const segment = (name: string, text: string) => ({ name, sealed: Buffer.from(text) })

/** Writes these into a pack as the packer does. */
const pack = async ({ journal, blobs, account }: Opened, bodies: readonly { readonly message: MessageId; readonly sealed: Uint8Array; readonly from: string | null }[]): Promise<string> => {
  const writer = await blobs.create()
  let offset = 0
  const packed = bodies.map(({ message: of, from, sealed }) => {
    const at = offset
    offset += sealed.length
    return { message: of, from, offset: at, sizeBytes: sealed.length }
  })
  for (const { sealed } of bodies) await writer.write(sealed)
  const blob = await writer.keep([account])
  await journal.placeBodies(account, blob, offset, packed)
  return blob
}

const packAll = async (store: Opened): Promise<string> => {
  const unpacked = await store.journal.unpackedBodies(store.account, megabyte)
  return pack(store, unpacked.map((body) => ({ ...body, from: null })))
}

const readBack = async ({ journal, blobs, account }: Opened, of: MessageId): Promise<Buffer | undefined> => {
  const body = (await journal.bodies(account, [of])).get(of)
  if (body?.in === 'row') return Buffer.from(body.sealed)
  if (body?.in !== 'pack') return undefined
  const reader = await blobs.open(account, body.blob)
  const bytes = await reader?.read(body.offset, body.sizeBytes)
  await reader?.[Symbol.asyncDispose]()
  return bytes
}

const isThere = async ({ blobs, account }: Opened, blob: string): Promise<boolean> => {
  const reader = await blobs.open(account, blob)
  await reader?.[Symbol.asyncDispose]()
  return reader !== undefined
}

const indexPackClaims = (claim: Claim, given: Given): void => {
  claim('an index pack is read by the names of its segments, packs in the order of their messages', async () => {
    const { journal, account, messages } = await withMessages(given, 6)
    const [early, late] = [line(messages.slice(0, 3)), line(messages.slice(3))]
    assert.equal(await journal.addIndexPack(account, late, [segment('ids', 'late')], null), true)
    assert.equal(await journal.addIndexPack(account, early, [segment('ids', 'early'), segment('keys', 'k')], null), true)
    assert.deepEqual(await journal.indexPacks(account), [early, late])
    const found = await journal.packSegments(account, early.pack, ['ids', 'none'])
    assert.deepEqual(found.map(({ name, sealed }) => [name, Buffer.from(sealed).toString()]), [['ids', 'early']])
  })

  claim('of packs that overlap the first stays; a replaced one is gone with its segments', async () => {
    const { journal, account, messages } = await withMessages(given, 6)
    const first = line(messages.slice(0, 4))
    assert.equal(await journal.addIndexPack(account, first, [segment('ids', 'one')], null), true)
    assert.equal(await journal.addIndexPack(account, line(messages.slice(3)), [], null), false)
    const second = line(messages.slice(1, 3))
    assert.equal(await journal.addIndexPack(account, second, [segment('ids', 'two')], first.pack), true)
    assert.equal(await journal.addIndexPack(account, line(messages.slice(0, 2)), [], first.pack), false, 'replaced by another already')
    assert.deepEqual(await journal.indexPacks(account), [second])
    assert.deepEqual(await journal.packSegments(account, first.pack, ['ids']), [])
    assert.equal(await journal.addIndexPack(account, nothing(second), [], second.pack), true)
    assert.deepEqual(await journal.indexPacks(account), [])
  })
}

const sheetOf = (messages: readonly MessageId[]): SheetLine => {
  const { pack, ...run } = line(messages)
  return { ...run, sheet: pack, sizeBytes: 1_000 }
}

const sheetClaims = (claim: Claim, given: Given): void => {
  claim('strips of sheets are read by their numbers, of several sheets at once', async () => {
    const { journal, account, messages } = await withMessages(given, 6)
    const [early, late] = [sheetOf(messages.slice(0, 3)), sheetOf(messages.slice(3))]
    const strips = (of: string): readonly Buffer[] => [0, 1, 2].map((number) => Buffer.from(`${of} ${number}`))
    assert.equal(await journal.addSheet(account, late, strips('late'), []), true)
    assert.equal(await journal.addSheet(account, early, strips('early'), []), true)
    assert.deepEqual(await journal.sheets(account), [early, late])
    const read = await journal.sheetStrips(account, [early.sheet, late.sheet, randomUUID()], [0, 2, 300])
    const texts = read.map(({ sheet, strip, sealed }) => `${sheet === early.sheet ? 'early' : 'late'} ${strip}: ${Buffer.from(sealed).toString()}`)
    assert.deepEqual(texts.toSorted(), ['early 0: early 0', 'early 2: early 2', 'late 0: late 0', 'late 2: late 2'])
  })

  claim('of sheets that overlap the first stays; replaced ones go together with their strips, or not at all', async () => {
    const { journal, account, messages } = await withMessages(given, 6)
    const [one, two] = [sheetOf(messages.slice(0, 2)), sheetOf(messages.slice(2, 4))]
    for (const sheet of [one, two]) assert.equal(await journal.addSheet(account, sheet, [Buffer.from('strip')], []), true)
    assert.equal(await journal.addSheet(account, sheetOf(messages.slice(1)), [], []), false)
    const whole = sheetOf(messages)
    assert.equal(await journal.addSheet(account, whole, [], [one.sheet]), false, 'overlaps the one that stays')
    assert.equal(await journal.addSheet(account, whole, [], [one.sheet, two.sheet, randomUUID()]), false, 'one is gone already')
    assert.deepEqual(await journal.sheets(account), [one, two])
    assert.equal(await journal.addSheet(account, whole, [Buffer.from('new')], [one.sheet, two.sheet]), true)
    assert.deepEqual(await journal.sheets(account), [whole])
    assert.deepEqual(await journal.sheetStrips(account, [one.sheet, two.sheet], [0]), [])
    assert.equal(await journal.addSheet(account, { ...whole, sheet: randomUUID(), messages: 0 }, [], [whole.sheet]), true)
    assert.deepEqual(await journal.sheets(account), [])
    assert.deepEqual(await journal.sheetStrips(account, [whole.sheet], [0]), [])
  })
}

const bodyPackClaims = (claim: Claim, given: Given): void => {
  claim('packed bodies come back to the bit, and are not packed again', async () => {
    const store = await withMessages(given, 5)
    const blob = await packAll(store)
    for (const [of, bytes] of store.bodies) assert.deepEqual(await readBack(store, of), bytes)
    const kinds = [...(await store.journal.bodies(store.account, store.messages)).values()].map((body) => body.in)
    assert.deepEqual(new Set(kinds), new Set(['pack']))
    assert.deepEqual((await store.journal.placesIn(store.account, blob)).map((place) => place.message).toSorted(), store.messages)
    assert.deepEqual(await store.journal.placesIn(store.account, randomUUID()), [])
    assert.deepEqual(await store.journal.unpackedBodies(store.account, megabyte), [])
  })

  claim('unpacked bodies come whole, oldest first, within the bytes asked for', async () => {
    const { journal, account, messages, bodies } = await withMessages(given, 5)
    const some = await journal.unpackedBodies(account, 60_000)
    assert.ok(some.length > 0 && some.length < 5)
    assert.deepEqual(some.map((body) => body.message), messages.slice(0, some.length))
    for (const { message: of, sealed } of some) assert.deepEqual(Buffer.from(sealed), bodies.get(of))
  })

  claim('of two packers at once the first places the bodies, the other’s blob goes', async () => {
    const store = await withMessages(given, 3)
    const unpacked = (await store.journal.unpackedBodies(store.account, megabyte)).map((body) => ({ ...body, from: null }))
    const blobs = await Promise.all([pack(store, unpacked), pack(store, unpacked)])
    const there = await Promise.all(blobs.map((blob) => isThere(store, blob)))
    assert.deepEqual(there.toSorted(), [false, true])
    for (const [of, bytes] of store.bodies) assert.deepEqual(await readBack(store, of), bytes)
  })

  claim('a pack whose messages died goes; one that is mostly dead is told and can be packed anew', async () => {
    const store = await withMessages(given, 6)
    const old = await packAll(store)
    const die = (deadMessages: readonly MessageId[]) =>
      store.journal.writeSnapshot(store.account, { seq: seq(1), changed: [], vanished: [], deadMessages })
    const bySize = [...store.bodies].toSorted(([, one], [, other]) => other.length - one.length).map(([of]) => of)
    await die(bySize.slice(0, 1))
    assert.deepEqual(await store.journal.wastedPlaces(store.account, megabyte), [])
    await die(bySize.slice(1, 4))
    const wasted = await store.journal.wastedPlaces(store.account, megabyte)
    assert.deepEqual(wasted.map((place) => place.message), bySize.slice(4).toSorted())
    const again = await pack(store, wasted.map((place) => ({ message: place.message, from: place.blob, sealed: store.bodies.get(place.message) ?? Buffer.alloc(0) })))
    assert.equal(await isThere(store, old), false)
    for (const of of bySize.slice(4)) assert.deepEqual(await readBack(store, of), store.bodies.get(of))
    await die(bySize.slice(4))
    assert.equal(await isThere(store, again), false)
  })

  claim('a blob nobody doomed can’t become a pack: someone may be about to remove it', async () => {
    const { journal, account, messages } = await withMessages(given, 1)
    const [one] = messages
    assert.ok(one !== undefined)
    const packed = [{ message: one, from: null, offset: 0, sizeBytes: 10 }]
    await assert.rejects(journal.placeBodies(account, randomUUID(), 10, packed), { code: 'storageFailed' })
  })

  claim('a message that died while it was packed is not placed', async () => {
    const store = await withMessages(given, 2)
    const unpacked = await store.journal.unpackedBodies(store.account, megabyte)
    const [dead = store.messages[0]] = store.messages
    assert.ok(dead !== undefined)
    await store.journal.writeSnapshot(store.account, { seq: seq(1), changed: [], vanished: [], deadMessages: [dead] })
    await pack(store, unpacked.map((body) => ({ ...body, from: null })))
    assert.equal((await store.journal.bodies(store.account, [dead])).size, 0)
    assert.equal((await store.journal.bodies(store.account, store.messages)).size, 1)
  })
}

export const packContract = (claim: Claim, given: Given): void => {
  indexPackClaims(claim, given)
  sheetClaims(claim, given)
  bodyPackClaims(claim, given)
}
