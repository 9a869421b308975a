import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryRules } from '@bulkhead/mail/rules/delivery-rules.ts'
import { deliveryRulesOf } from '@bulkhead/mail/rules/own-rules.ts'
import type { JmapServices } from '../services.ts'
import { jmapInProcess } from '../testing/jmap-in-process.ts'

/** With what reception was given last. */
const given = async () => {
  const published: DeliveryRules[] = []
  const services: Partial<JmapServices> = {
    rules: {
      async publish(account, own) {
        published.push(deliveryRulesOf(account.state(), own))
        return 'published'
      },
    },
  }
  return { jmap: await jmapInProcess({}, services), published }
}

test('a script is stored, activated, read back, changed and, once it is not active any more, destroyed', async () => {
  const { jmap, published } = await given()
  const blobId = jmap.blobs.upload('require "fileinto"; fileinto "あ";')
  const set = await jmap.call('SieveScript/set', { create: { a: { name: '振り分け', blobId } }, onSuccessActivateScript: '#a' })
  const { id } = set.created.a
  assert.equal(set.created.a.isActive, true)
  assert.equal(published.at(-1)?.script, 'require "fileinto"; fileinto "あ";')
  assert.deepEqual(published.at(-1)?.own, ['alice@one.example'])
  const [script] = (await jmap.call('SieveScript/get', { ids: [id, 'nope'] })).list
  assert.deepEqual([script.name, script.isActive, script.blobId], ['振り分け', true, set.created.a.blobId])
  assert.equal((await jmap.blobs.read(jmap.account, script.blobId, 1_000)).toString(), 'require "fileinto"; fileinto "あ";')

  const changed = await jmap.call('SieveScript/set', { update: { [id]: { blobId: jmap.blobs.upload('discard;') } } })
  assert.ok(id in changed.updated)
  assert.equal(published.at(-1)?.script, 'discard;')
  assert.equal(await jmap.blobs.read(jmap.account, script.blobId, 1_000), 'notFound', 'a blob never changes')

  assert.equal((await jmap.call('SieveScript/set', { destroy: [id] })).notDestroyed[id].type, 'sieveIsActive')
  const off = await jmap.call('SieveScript/set', { onSuccessDeactivateScript: true })
  assert.equal(off.updated[id].isActive, false)
  assert.equal(published.at(-1)?.script, null)
  assert.deepEqual((await jmap.call('SieveScript/set', { destroy: [id] })).destroyed, [id])
})

test('what is no script, or has a name that is taken, is refused with its reason', async () => {
  const { jmap } = await given()
  const wrong = jmap.blobs.upload('keep;\n  fileinto "x";')
  const validated = await jmap.call('SieveScript/validate', { blobId: wrong })
  assert.equal(validated.error.type, 'invalidSieve')
  assert.deepEqual(validated.error.mistakes[0], { line: 2, column: 3, offset: 8, message: '“fileinto” needs require "fileinto"' })
  assert.equal((await jmap.call('SieveScript/validate', { blobId: jmap.blobs.upload('keep;') })).error, null)
  assert.equal((await jmap.call('SieveScript/validate', { blobId: 'Unone' })).error.type, 'blobNotFound')
  const good = jmap.blobs.upload('keep;')
  const set = await jmap.call('SieveScript/set', {
    create: { a: { name: 'one', blobId: good }, b: { name: 'one', blobId: good }, c: { name: 'a\r\nb', blobId: good }, d: { blobId: wrong }, e: { name: 'e' }, f: { blobId: good } },
    onSuccessActivateScript: '#a',
  })
  assert.deepEqual(Object.keys(set.created), ['a', 'f'])
  assert.equal(set.created.a.isActive, false, 'nothing is activated where something failed')
  assert.equal(set.created.f.name, 'script 1')
  assert.deepEqual(['b', 'c', 'd', 'e'].map((key) => set.notCreated[key].type), ['alreadyExists', 'invalidProperties', 'invalidSieve', 'invalidProperties'])
  assert.equal(set.notCreated.b.existingId, set.created.a.id)
  const found = await jmap.call('SieveScript/query', { filter: { name: 'SCRIPT' }, sort: [{ property: 'name' }], calculateTotal: true })
  assert.deepEqual([found.ids, found.total], [[set.created.f.id], 1])
})

test('a script is tried on messages that are there, and nothing is done', async () => {
  const { jmap, published } = await given()
  const inbox = await jmap.mailbox('INBOX')
  const put = async (text: string): Promise<string> => {
    const { created } = await jmap.call('Email/import', { emails: { i: { blobId: jmap.blobs.upload(text.replaceAll('\n', '\r\n')), mailboxIds: { [inbox]: true } } } })
    return created.i.id
  }
  const bill = await put('From: a@b.example\nSubject: bill\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n--x\nContent-Disposition: attachment; filename=bill.pdf\n\n1\n--x--\n')
  const other = await put('From: a@b.example\nSubject: other\n\nhello\n')
  const script = 'require ["mime", "fileinto", "imap4flags"]; if exists :mime :anychild "content-disposition" { addflag "\\\\Seen"; fileinto "Bills"; redirect "c@d.example"; }'
  const tried = await jmap.call('SieveScript/test', { script, emailIds: [bill, other, 'Mnone'] })
  assert.deepEqual(tried.list, [
    { emailId: bill, failed: null, isKept: false, keywords: ['\\Seen'], actions: [{ is: 'fileinto', mailbox: 'Bills', mailboxId: null, specialUse: null, keywords: ['\\Seen'] }, { is: 'redirect', address: 'c@d.example' }] },
    { emailId: other, failed: null, isKept: true, keywords: [], actions: [] },
  ])
  assert.deepEqual(tried.notFound, ['Mnone'])
  assert.deepEqual((await jmap.call('SieveScript/test', { script: 'if size :over 100 { discard; }', emailIds: [bill, other] })).list.map((one: { isKept: boolean }) => one.isKept), [false, true])
  assert.equal((await jmap.call('SieveScript/test', { script: 'nonsense', emailIds: [] })).error.type, 'invalidSieve')
  assert.deepEqual((await jmap.request(['SieveScript/test', { script: '', emailIds: Array.from({ length: 51 }, (_, at) => `M${at}`) }]))[0]?.[1].type, 'requestTooLarge')
  assert.equal(jmap.account.state().byName('Bills'), undefined)
  assert.deepEqual(published, [])
})

test('a vacation is on between its dates, and is one', async () => {
  const { jmap, published } = await given()
  const patch = { isEnabled: true, fromDate: '2026-12-28T15:00:00Z', toDate: '2027-01-04T15:00:00Z', subject: '年末年始', textBody: 'お休みです。' }
  assert.deepEqual((await jmap.call('VacationResponse/set', { update: { singleton: patch } })).updated, { singleton: null })
  assert.deepEqual(published.at(-1)?.vacation, { fromMs: Date.UTC(2026, 11, 28, 15), toMs: Date.UTC(2027, 0, 4, 15), subject: '年末年始', text: 'お休みです。', html: null })
  const { list } = await jmap.call('VacationResponse/get', { ids: null })
  assert.deepEqual(list, [{ id: 'singleton', ...patch, htmlBody: null }])
  const refused = await jmap.call('VacationResponse/set', { update: { singleton: { toDate: '2026-12-01T00:00:00Z' }, other: {} }, create: { a: {} }, destroy: ['singleton'] })
  assert.deepEqual([refused.notUpdated.singleton.type, refused.notUpdated.other.type, refused.notCreated.a.type, refused.notDestroyed.singleton.type],
    ['invalidProperties', 'notFound', 'singleton', 'singleton'])
  await jmap.call('VacationResponse/set', { update: { singleton: { isEnabled: false } } })
  assert.equal(published.at(-1)?.vacation, null)
})

test('forwarding takes addresses of others alone, and is told of', async () => {
  const { jmap, published } = await given()
  for (const addresses of [['no address'], ['a@b.example\r\nBcc: c@d.example'], ['Alice@one.example'], []]) {
    const refused = await jmap.call('Forwarding/set', { update: { singleton: { isEnabled: true, addresses } } })
    assert.equal(refused.notUpdated.singleton.type, 'invalidProperties')
  }
  await jmap.call('Forwarding/set', { update: { singleton: { isEnabled: true, addresses: ['me@elsewhere.example'], keepsCopy: false } } })
  assert.deepEqual(published.at(-1)?.forwarding, { addresses: ['me@elsewhere.example'], keepsCopy: false })
  assert.deepEqual(jmap.sending.told.map(({ kind, outcome }) => [kind, outcome]), [['rules.forwarding', 'on, 1 addresses, without a copy']])
  assert.deepEqual((await jmap.call('Forwarding/get', {})).list, [{ id: 'singleton', isEnabled: true, addresses: ['me@elsewhere.example'], keepsCopy: false }])
})
