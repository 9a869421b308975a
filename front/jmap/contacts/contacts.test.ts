/** AddressBook and ContactCard (RFC 9610) over an account in memory. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jmapInProcess, type JmapInProcess } from '../testing/jmap-in-process.ts'

const tanaka = {
  '@type': 'Card', version: '1.0',
  name: { components: [{ kind: 'surname', value: '田中', phonetic: 'たなか' }, { kind: 'given', value: '花子', phonetic: 'はなこ' }], isOrdered: true },
  emails: { e1: { address: 'hanako.tanaka@example.jp', contexts: { work: true } } },
  organizations: { o1: { name: '港ネット' } },
}
const suzuki = {
  '@type': 'Card', version: '1.0',
  name: { full: '鈴木 一郎', components: [{ kind: 'surname', value: '鈴木', phonetic: 'すずき' }, { kind: 'given', value: '一郎', phonetic: 'いちろう' }] },
  phones: { p1: { number: '+81-3-0000-0000' } },
  'example.com:favourite': { colour: 'red' },
}
const smith = { '@type': 'Card', version: '1.0', name: { full: 'Anna Smith' }, emails: { e1: { address: 'anna@far.example' } } }

const planted = async (): Promise<{ readonly jmap: JmapInProcess; readonly ids: Readonly<Record<'tanaka' | 'suzuki' | 'smith', string>> }> => {
  const jmap = await jmapInProcess()
  const { created } = await jmap.call('ContactCard/set', { create: { tanaka, suzuki, smith } })
  return { jmap, ids: { tanaka: created.tanaka.id, suzuki: created.suzuki.id, smith: created.smith.id } }
}

test('RFC 9610 section 2: an address book is there from the beginning, and more can be made', async () => {
  const jmap = await jmapInProcess()
  const { list } = await jmap.call('AddressBook/get', { ids: null })
  assert.equal(list.length, 1)
  assert.deepEqual({ id: list[0].id, isDefault: list[0].isDefault, mayDelete: list[0].myRights.mayDelete }, { id: 'default', isDefault: true, mayDelete: false })
  const set = await jmap.call('AddressBook/set', { create: { k1: { name: '取引先' } }, onSuccessSetIsDefault: '#k1' })
  const book = set.created.k1.id
  const after = await jmap.call('AddressBook/get', { ids: [book, 'default', 'nosuch'], properties: ['name', 'isDefault'] })
  assert.deepEqual(after.list, [{ id: book, name: '取引先', isDefault: true }, { id: 'default', name: 'Contacts', isDefault: false }])
  assert.deepEqual(after.notFound, ['nosuch'])
  const { created } = await jmap.call('ContactCard/set', { create: { k2: smith } })
  assert.deepEqual(created.k2.addressBookIds, { [book]: true })
})

test('RFC 9610 section 2.3: a book with cards is only destroyed with them, and the first one stays', async () => {
  const { jmap } = await planted()
  const { created } = await jmap.call('AddressBook/set', { create: { k1: { name: 'x' } } })
  const book = created.k1.id
  const cards = await jmap.call('ContactCard/set', { create: { both: { ...smith, addressBookIds: { [book]: true, default: true } }, alone: { ...smith, addressBookIds: { [book]: true } } } })
  const [both, alone] = [cards.created.both.id, cards.created.alone.id]
  const refused = await jmap.call('AddressBook/set', { destroy: [book, 'default'] })
  assert.deepEqual([refused.notDestroyed[book].type, refused.notDestroyed.default.type], ['addressBookHasContents', 'forbidden'])
  assert.deepEqual((await jmap.call('AddressBook/set', { destroy: [book], onDestroyRemoveContents: true })).destroyed, [book])
  const left = await jmap.call('ContactCard/get', { ids: [both, alone], properties: ['addressBookIds'] })
  assert.deepEqual([left.list, left.notFound], [[{ id: both, addressBookIds: { default: true } }], [alone]])
})

test('RFC 9610 section 3: a card comes back as it was given, with what the server set', async () => {
  const { jmap, ids } = await planted()
  const { list: [card] } = await jmap.call('ContactCard/get', { ids: [ids.suzuki] })
  assert.match(card.uid, /^urn:uuid:[0-9a-f-]{36}$/)
  assert.deepEqual({ ...card, id: null, uid: null }, { ...suzuki, id: null, uid: null, created: '2026-11-21T09:00:00Z', updated: '2026-11-21T09:00:00Z', addressBookIds: { default: true } })
})

test('a patch changes one thing, and what it breaks is named', async () => {
  const { jmap, ids } = await planted()
  const before = (await jmap.call('ContactCard/get', { ids: [] })).state
  const good = await jmap.call('ContactCard/set', { update: { [ids.smith]: { 'emails/e1/address': 'smith@far.example', notes: { n1: { note: 'met in Kobe' } } } } })
  assert.deepEqual(Object.keys(good.updated), [ids.smith])
  const changes = await jmap.call('ContactCard/changes', { sinceState: before })
  assert.deepEqual([changes.created, changes.updated, changes.destroyed], [[], [ids.smith], []])
  const bad = await jmap.call('ContactCard/set', { update: {
    [ids.smith]: { 'emails/e1/address': 5 }, [ids.tanaka]: { addressBookIds: { nosuch: true } }, [ids.suzuki]: { uid: 'other' }, nosuch: { kind: 'org' },
  } })
  assert.deepEqual(Object.values(bad.notUpdated as Record<string, { type: string; properties?: string[] }>).map(({ type, properties }) => [type, properties ?? []]), [
    ['invalidProperties', ['emails']], ['invalidProperties', ['addressBookIds']], ['invalidProperties', ['uid']], ['notFound', []],
  ])
})

test('RFC 9610 section 3.3: cards are found by text in any width and kana, and sorted by how names are read', async () => {
  const { jmap, ids } = await planted()
  const query = async (filter: object | null, sort: readonly object[] = []): Promise<readonly string[]> =>
    (await jmap.call('ContactCard/query', { filter: filter as never, sort: sort as never })).ids
  assert.deepEqual(await query({ text: 'ﾀﾅｶ' }), [ids.tanaka])
  assert.deepEqual(await query({ text: '港ネット　花子' }), [ids.tanaka])
  assert.deepEqual(await query({ email: 'FAR.example' }), [ids.smith])
  assert.deepEqual(await query({ 'name/surname': 'すずき' }), [ids.suzuki])
  assert.deepEqual((await query({ operator: 'NOT', conditions: [{ phone: '+81' }] })).toSorted(), [ids.tanaka, ids.smith].toSorted())
  assert.deepEqual(await query(null, [{ property: 'name/surname' }]), [ids.smith, ids.suzuki, ids.tanaka])
  assert.deepEqual(await query(null, [{ property: 'name/surname', isAscending: false }]), [ids.tanaka, ids.suzuki, ids.smith])
  const paged = await jmap.call('ContactCard/query', { sort: [{ property: 'name/surname' }], anchor: ids.suzuki, anchorOffset: 0, limit: 1, calculateTotal: true })
  assert.deepEqual([paged.ids, paged.position, paged.total], [[ids.suzuki], 1, 3])
  assert.equal((await jmap.request(['ContactCard/query', { filter: { shoeSize: 4 } }]))[0]?.[1].type, 'unsupportedFilter')
})

test('what is no card, or too much of one, is refused', async () => {
  const jmap = await jmapInProcess()
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`e${at}`, { address: 'a@b.example' }]))
  const { notCreated } = await jmap.call('ContactCard/set', { create: {
    a: { '@type': 'Event' }, b: { version: '2.0' }, c: { emails: { 'no id!': { address: 'x' } } }, d: { emails: many }, e: { id: 'mine' }, f: { name: { components: [{ value: 'x' }] } },
    g: { ...smith, notes: Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`n${at}`, { note: 'x'.repeat(65_000) }])) },
  } })
  assert.deepEqual(Object.entries(notCreated as Record<string, { type: string }>).map(([name, { type }]) => `${name} ${type}`), [
    'a invalidProperties', 'b invalidProperties', 'c invalidProperties', 'd invalidProperties', 'e invalidProperties', 'f invalidProperties', 'g tooLarge',
  ])
  assert.equal((await jmap.call('ContactCard/query', {})).ids.length, 0)
})

test('RFC 9610 section 3: a picture given as a blob is kept in the card, and told as the URI it became', async () => {
  const jmap = await jmapInProcess()
  const picture = { kind: 'photo', mediaType: 'image/png', blobId: jmap.blobs.upload('PNG') }
  const kept = { kind: 'photo', mediaType: 'image/png', uri: 'data:image/png;base64,UE5H' }
  const { created, notCreated } = await jmap.call('ContactCard/set', {
    create: {
      ok: { ...smith, media: { p: picture } },
      both: { ...smith, media: { p: { ...picture, uri: 'https://far.example/a.png' } } },
      gone: { ...smith, media: { p: { ...picture, blobId: 'Unone' } } },
      large: { ...smith, media: { p: { ...picture, blobId: jmap.blobs.upload('x'.repeat(147_001)) } } },
    },
  })
  assert.deepEqual(created.ok.media, { p: kept })
  assert.deepEqual(['both', 'gone', 'large'].map((name) => notCreated[name].type), ['invalidProperties', 'blobNotFound', 'tooLarge'])
  const { id } = created.ok
  const { updated } = await jmap.call('ContactCard/set', { update: { [id]: { 'media/q': { ...picture, kind: 'logo' }, 'name/full': 'Anne' } } })
  assert.deepEqual(updated[id].media, { p: kept, q: { ...kept, kind: 'logo' } })
  const { list } = await jmap.call('ContactCard/get', { ids: [id], properties: ['media', 'name'] })
  assert.deepEqual(list[0], { id, media: { p: kept, q: { ...kept, kind: 'logo' } }, name: { full: 'Anne' } })
  const plain = await jmap.call('ContactCard/set', { update: { [id]: { 'media/q': null } } })
  assert.deepEqual(Object.keys(plain.updated[id]), ['updated'], 'what is as it was sent is not told')
})
