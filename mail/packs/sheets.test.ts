/** Searches over sheets: of an account with packs, the same answers as without, and little read for them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageId, Uid } from '@bulkhead/base/ids.ts'
import { folded } from '@bulkhead/wire/text/folded.ts'
import { OpenAccount } from '../account/open-account.ts'
import { given } from '../account/testing/given.ts'
import type { PackStore } from '../ports/pack-store.ts'
import { searchList } from '../search/search-list.ts'
import { headerTest, textTest, type Test } from '../search/test.ts'
import { packMessagesMin } from './index-packer.ts'
import { PackMemory } from './pack-memory.ts'
import { headStrip } from './sheet-shelf.ts'

const place = 300
/** One word in one old message each, kana half as wide among them; one word in all. */
const rare = new Map([[place, 'quixotism'], [place + 2, '鯨飲馬食'], [place + 4, 'ﾊﾞｯｸｱｯﾌﾟ']])
const mail = (number: number): Buffer =>
  Buffer.from([
    `From: a@peer.example`, `Subject: number ${number}`, 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '',
    `harbour ${number} ${rare.get(number) ?? ''}`, '',
  ].join('\r\n'))

const world = async (count: number) => {
  const base = await given()
  base.clock.advance(Date.now() - base.clock.now() + 60_000)
  for (let number = 0; number < count; number += 1) await base.deliver(mail(number))
  return base
}
type World = Awaited<ReturnType<typeof world>>

const openWith = ({ account, privateKey, ports }: World, store: Partial<PackStore> = {}): Promise<OpenAccount> =>
  OpenAccount.open(account, privateKey(), { ...ports, packMemory: new PackMemory(), store: { ...ports.store, ...store } })

const found = async (account: OpenAccount, asked: Test): Promise<readonly number[]> => {
  const ports = { account, gone: new AbortController().signal, progress: () => undefined }
  return searchList(ports, account.state().inbox.messages, asked)
}

const body = (text: string): Test => textTest('body', folded(text))
const questions: readonly (readonly [string, Test])[] = [
  ['Latin', body('quixot')], ['Japanese', body('鯨飲馬食')], ['one character', body('鯨')], ['kana of another width', body('バックアップ')],
  ['absent', body('xylophonist')], ['too short to look for', body('xo')], ['none', { test: 'not', negated: body('harbour') }],
  ['either', { test: 'or', left: body('quixotism'), right: headerTest('from', 'nobody') }],
  ['both', { test: 'and', tests: [body('harbour'), headerTest('subject', 'number 30'), body('飲馬')] }],
  ['field', headerTest('from', 'peer.ex')],
]

const answers = async (account: OpenAccount): Promise<readonly unknown[]> => {
  const all: unknown[] = []
  for (const [name, asked] of questions) all.push([name, await found(account, asked)])
  return all
}

/** A store that has no digest to give but in sheets. */
const withoutDigests = ({ ports }: World): Partial<PackStore> => ({
  packSegments: (of, pack, names) => (names.includes('digest') ? Promise.reject(new Error('a digest was asked for')) : ports.store.packSegments(of, pack, names)),
})

test('a search finds the same by sheets as by digests, what came since included, and opens no digest', async () => {
  const given = await world(packMessagesMin + 20)
  const account = await given.open()
  const before = await answers(account)
  assert.deepEqual(before[0], ['Latin', [place]])
  assert.deepEqual(before[3], ['kana of another width', [place + 4]])
  await account.pack()
  const [sheet] = await given.ports.store.sheets(given.account)
  assert.equal(sheet?.messages, packMessagesMin + 20)
  const searched = await openWith(given, withoutDigests(given))
  assert.deepEqual(await answers(searched), before)
  await given.deliver(mail(place))
  await searched.refresh()
  assert.deepEqual(await found(searched, body('quixotism')), [place, packMessagesMin + 20])
  await searched.close()
  await account.close()
})

test('a word takes a few strips of a sheet, which are not asked for again', async () => {
  const given = await world(packMessagesMin)
  const account = await given.open()
  await account.pack()
  const asked: number[] = []
  const searched = await openWith(given, {
    sheetStrips: (of, sheets, strips) => {
      asked.push(strips.length)
      return given.ports.store.sheetStrips(of, sheets, strips)
    },
  })
  assert.deepEqual(await found(searched, body('quixotism')), [place])
  assert.deepEqual(await found(searched, body('quixotism')), [place])
  assert.equal(asked.length, 1)
  assert.ok((asked[0] ?? 0) <= 17, `${asked[0]} strips`)
  await searched.close()
  await account.close()
})

test('heads are opened behind a log-in: the first search asks for strips alone', async () => {
  const given = await world(packMessagesMin)
  const account = await given.open()
  await account.pack()
  const asked: (readonly number[])[] = []
  const searched = await openWith(given, {
    sheetStrips: (of, sheets, strips) => {
      asked.push(strips)
      return given.ports.store.sheetStrips(of, sheets, strips)
    },
  })
  await searched.pack()
  assert.deepEqual(asked, [[headStrip]])
  assert.deepEqual(await found(searched, body('quixotism')), [place])
  assert.equal(asked.length, 2)
  assert.ok(asked[1]?.includes(headStrip) === false)
  await searched.close()
  await account.close()
})

test('a sheet that is damaged, or replaced by another mailroom, costs time and no mail', async () => {
  const given = await world(packMessagesMin)
  const account = await given.open()
  await account.pack()
  const damaged = await openWith(given, {
    sheetStrips: async (of, sheets, strips) => (await given.ports.store.sheetStrips(of, sheets, strips)).map((strip) => {
      const sealed = Buffer.from(strip.sealed)
      sealed[sealed.length - 1] = (sealed[sealed.length - 1] ?? 0) ^ 1
      return { ...strip, sealed }
    }),
  })
  assert.deepEqual(await found(damaged, body('quixotism')), [place])
  const replaced = await openWith(given, { sheetStrips: async () => [] })
  assert.deepEqual(await found(replaced, body('quixotism')), [place])
  await damaged.close()
  await replaced.close()
  await account.close()
})

test('two mailrooms that make sheets at once agree; what was expunged leaves the sheet with its pack', async () => {
  const given = await world(packMessagesMin)
  const [one, other] = await Promise.all([given.open(), openWith(given)])
  await Promise.all([one.pack(), other.pack()])
  const sheets = await given.ports.store.sheets(given.account)
  assert.deepEqual(sheets.map(({ messages }) => messages), [packMessagesMin])
  for (const account of [one, other]) assert.deepEqual(await found(account, body('quixotism')), [place])
  await one.expunge(one.state().inbox.id, [[1 as Uid, 200 as Uid]], 'always')
  await one.pack()
  const anew = await given.ports.store.sheets(given.account)
  assert.deepEqual(anew.map(({ messages }) => messages), [packMessagesMin - 200])
  await other.refresh()
  for (const account of [one, other]) assert.deepEqual(await found(account, body('quixotism')), [place - 200])
  await one.expunge(one.state().inbox.id, null, 'always')
  await one.pack()
  assert.deepEqual(await given.ports.store.sheets(given.account), [])
  await one.close()
  await other.close()
})

test('packs of an account that had no sheets are given them when it is next in use', async () => {
  const given = await world(packMessagesMin)
  const old = await openWith(given, { addSheet: async () => false })
  await old.pack()
  assert.deepEqual(await given.ports.store.sheets(given.account), [])
  await old.close()
  const account = await openWith(given)
  const ids: MessageId[] = []
  assert.equal(account.packingWanted(), true)
  await account.pack()
  assert.equal((await given.ports.store.sheets(given.account)).length, 1)
  const { messages } = account.state().inbox
  for (let at = 0; at < messages.count; at += 1) ids.push(messages.messageId(at))
  const asked = body('quixotism')
  assert.ok('needle' in asked)
  const sifted = await account.sifted(ids, [asked.needle])
  assert.deepEqual(ids.flatMap((_, at) => (sifted.knows(at) && !sifted.excludes(asked.needle, at) ? at : [])), [place])
  await account.close()
})
