import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Uid } from '@bulkhead/base/ids.ts'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import type { JsonObject, JsonValue } from '@bulkhead/wire/jmap/json.ts'
import type { MethodContext } from '../method.ts'
import { emailQuery } from './email-query.ts'
import { jmapGiven, type JmapWorld } from './testing/given.ts'

const mail = (from: string, subject: string, body: string, more = ''): string => `From: ${from}\nTo: alice@one.example\nSubject: ${subject}\n${more}\n${body}\n`

/** Five messages in two mailboxes, two of them one conversation. */
const five = async ({ file, call }: JmapWorld) => {
  await call('Mailbox/set', { create: { work: { name: 'Work' } } })
  return {
    first: await file('INBOX', mail('Zoe <zoe@one.example>', 'Budget', 'The quick brown fox', 'Message-ID: <t1@x>\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n'), ['\\Seen']),
    answer: await file('INBOX', mail('adam@one.example', 'Re: Budget', 'jumps over', 'References: <t1@x>\nDate: Sun, 1 Nov 2026 10:00:00 +0000\n')),
    japanese: await file('INBOX', mail('=?utf-8?B?5bGx55Sw?= <yamada@one.example>', '=?utf-8?B?5Lya6K2w?=', 'lazy dog', 'Date: Tue, 3 Nov 2026 10:00:00 +0000\n'), ['\\Flagged']),
    work: await file('Work', mail('bob@two.example', 'Apples', 'red and green', 'X-Project: harbour\nDate: Wed, 4 Nov 2026 10:00:00 +0000\n'), ['\\Seen', 'later']),
    attached: await file('Work', mail('bob@two.example', 'Files', '--m\nContent-Type: text/plain\n\nsee the file\n--m\nContent-Disposition: attachment; filename=a.bin\nContent-Type: application/octet-stream\n\nx\n--m--', 'Content-Type: multipart/mixed; boundary=m\n')),
  }
}

test('each condition finds what it is about', async () => {
  const world = await jmapGiven()
  const { first, answer, japanese, work, attached } = await five(world)
  const found = async (filter: JsonValue): Promise<readonly JsonValue[]> => {
    const ids = (await world.call('Email/query', { filter, sort: [{ property: 'subject' }] }))['ids']
    return [...(ids as readonly string[])].toSorted()
  }
  const cases: readonly (readonly [filter: JsonObject, ids: readonly string[]])[] = [
    [{}, [first, answer, japanese, work, attached]],
    [{ inMailbox: world.mailbox('Work') }, [work, attached]],
    [{ inMailbox: 'nowhere' }, []],
    [{ inMailboxOtherThan: [world.mailbox('INBOX')] }, [work, attached]],
    [{ after: '2020-09-13T12:26:40Z', before: '2020-09-13T12:26:41Z' }, [first, answer, japanese, work, attached]],
    [{ after: '2020-09-13T12:26:41Z' }, []],
    [{ minSize: 250 }, [attached]],
    [{ maxSize: 0 }, []],
    [{ hasKeyword: '$seen' }, [first, work]],
    [{ hasKeyword: 'LATER' }, [work]],
    [{ notKeyword: '$seen' }, [answer, japanese, attached]],
    [{ someInThreadHaveKeyword: '$seen' }, [first, answer, work]],
    [{ allInThreadHaveKeyword: '$seen' }, [work]],
    [{ noneInThreadHaveKeyword: '$seen' }, [japanese, attached]],
    [{ hasAttachment: true }, [attached]],
    [{ hasAttachment: false, hasKeyword: '$seen' }, [first, work]],
    [{ text: 'BROWN quick' }, [first]],
    [{ text: '"quick brown"' }, [first]],
    [{ text: '"brown quick"' }, []],
    [{ text: 'a.bin' }, [attached]],
    [{ from: '山田' }, [japanese]],
    [{ from: 'zoe' }, [first]],
    [{ to: 'alice' }, [first, answer, japanese, work, attached]],
    [{ cc: 'alice' }, []],
    [{ subject: '会議' }, [japanese]],
    [{ subject: 'budget', hasKeyword: '$seen' }, [first]],
    [{ body: 'dog' }, [japanese]],
    [{ body: 'apples' }, []],
    [{ header: ['X-Project'] }, [work]],
    [{ header: ['x-project', 'HARBOUR'] }, [work]],
    [{ header: ['X-Project', 'sea'] }, []],
    [{ operator: 'OR', conditions: [{ subject: 'apples' }, { body: 'jumps' }, { hasKeyword: '$flagged' }] }, [work, answer, japanese]],
    [{ operator: 'NOT', conditions: [{ inMailbox: world.mailbox('INBOX') }, { text: 'green' }] }, [attached]],
    [{ operator: 'AND', conditions: [{ operator: 'NOT', conditions: [{ body: 'fox' }] }, { inMailbox: world.mailbox('INBOX') }] }, [answer, japanese]],
    [{ operator: 'AND', conditions: [] }, [first, answer, japanese, work, attached]],
    [{ operator: 'OR', conditions: [] }, []],
  ]
  for (const [filter, ids] of cases) assert.deepEqual(await found(filter), ids.toSorted(), JSON.stringify(filter))
})

test('each order, threads collapsed to their first, windows by position and anchor', async () => {
  const world = await jmapGiven()
  const { first, answer, japanese, work, attached } = await five(world)
  const ids = async (args: JsonObject) => (await world.call('Email/query', args))['ids']
  const sort = (property: string, isAscending = true, keyword?: string): JsonObject => ({ property, isAscending, ...(keyword === undefined ? {} : { keyword }) })
  assert.deepEqual(await ids({ sort: [sort('from')] }), [answer, work, attached, first, japanese])
  assert.deepEqual(await ids({ sort: [sort('subject')] }), [work, first, answer, attached, japanese])
  assert.deepEqual(await ids({ sort: [sort('sentAt', false)], filter: { inMailbox: world.mailbox('INBOX') } }), [japanese, first, answer])
  assert.deepEqual(await ids({ sort: [sort('hasKeyword', false, '$flagged'), sort('subject')] }), [japanese, work, first, answer, attached])
  assert.deepEqual(await ids({ sort: [sort('someInThreadHaveKeyword', false, '$seen'), sort('sentAt')], collapseThreads: true }), [answer, work, attached, japanese])
  const all = (await ids({ sort: [sort('size')] })) as readonly string[]
  const window = async (args: JsonObject) => {
    const { position, ids: some, total } = await world.call('Email/query', { sort: [sort('size')], calculateTotal: true, ...args })
    return [position, some, total]
  }
  assert.deepEqual(await window({ position: 1, limit: 2 }), [1, all.slice(1, 3), 5])
  assert.deepEqual(await window({ position: -2, limit: 5 }), [3, all.slice(3), 5])
  assert.deepEqual(await window({ anchor: all[2] ?? '', anchorOffset: -1, limit: 3 }), [1, all.slice(1, 4), 5])
  assert.deepEqual(await window({ anchor: all[0] ?? '', anchorOffset: -9, limit: 1 }), [0, all.slice(0, 1), 5])
  assert.deepEqual(await window({ position: 99 }), [5, [], 5])
  assert.equal(await world.fails('Email/query', { anchor: work, filter: { subject: 'budget' } }), 'anchorNotFound')
  assert.equal((await world.call('Email/query', {}))['total'], undefined)
})

test('threads are told with their Emails, the oldest first; changes follow', async () => {
  const world = await jmapGiven()
  const { first, answer, work } = await five(world)
  const threads = async (ids: readonly string[]) => {
    const { list } = await world.call('Email/get', { ids, properties: ['threadId'] })
    return (list as readonly JsonObject[]).map(({ threadId }) => threadId as string)
  }
  const [thread = '', same, other = ''] = await threads([first, answer, work])
  assert.equal(thread, same)
  const got = await world.call('Thread/get', { ids: [thread, other, 'T0123456789abcdef'] })
  assert.deepEqual(got['list'], [{ id: thread, emailIds: [first, answer].toSorted() }, { id: other, emailIds: [work] }])
  assert.deepEqual(got['notFound'], ['T0123456789abcdef'])
  const state = got['state'] ?? null
  const third = await world.file('Work', mail('x@one.example', 'Re: Budget', 'more', 'References: <t1@x>\n'))
  const changes = await world.call('Thread/changes', { sinceState: state })
  assert.deepEqual([changes['created'], changes['updated'], changes['destroyed']], [[], [thread], []])
  assert.deepEqual((await world.call('Email/changes', { sinceState: state }))['created'], [third])
  for (const sinceState of ['', 'x', '999999', '-1']) assert.equal(await world.fails('Email/changes', { sinceState }), 'cannotCalculateChanges', sinceState)
})

test('what changed of a result is told up to where the client has seen it, where nothing asked can change', async () => {
  const world = await jmapGiven()
  const { first } = await five(world)
  const asked = { filter: { minSize: 1 }, sort: [{ property: 'size' }] }
  const { ids, queryState } = await world.call('Email/query', asked)
  const [smallest] = ids as readonly string[]
  const large = await world.file('INBOX', mail('x@one.example', 'Large', 'word '.repeat(500)))
  const small = await world.file('INBOX', '\n\n')
  const changes = (more: JsonObject) => world.call('Email/queryChanges', { ...asked, sinceQueryState: queryState ?? null, ...more })
  assert.deepEqual((await changes({}))['added'], [{ id: small, index: 0 }, { id: large, index: 6 }])
  assert.deepEqual((await changes({ upToId: smallest ?? '' }))['added'], [{ id: small, index: 0 }])
  assert.deepEqual((await changes({ upToId: 'unknown' }))['added'], [{ id: small, index: 0 }, { id: large, index: 6 }])
  assert.equal(await world.fails('Email/queryChanges', { ...asked, sinceQueryState: queryState ?? null, maxChanges: 1 }), 'tooManyChanges')
  await world.call('Email/query', asked)
  const state = (await world.call('Email/query', asked))['queryState'] ?? null
  await world.account.storeFlags(world.account.state().inbox.id, [[1 as Uid, 1 as Uid]], 'add', ['\\Deleted'])
  const gone = await world.call('Email/queryChanges', { ...asked, sinceQueryState: state, calculateTotal: true })
  assert.deepEqual([gone['removed'], gone['added'], gone['total']], [[first], [], 6])
})

test('snippets mark what the filter looks for, and nothing else', async () => {
  const world = await jmapGiven()
  const { first, japanese } = await five(world)
  const filter = { operator: 'AND', conditions: [{ text: 'budget quick' }, { operator: 'NOT', conditions: [{ body: 'brown' }] }] }
  const { list, notFound } = await world.call('SearchSnippet/get', { filter, emailIds: [first, japanese, 'gone'] })
  assert.deepEqual(list, [
    { emailId: first, subject: '<mark>Budget</mark>', preview: 'The <mark>quick</mark> brown fox' },
    { emailId: japanese, subject: null, preview: null },
  ])
  assert.deepEqual(notFound, ['gone'])
})

test('filters and sorts that are none, or too much, are refused by name', async () => {
  const { fails } = await jmapGiven()
  const deep = (levels: number): JsonObject => (levels === 0 ? {} : { operator: 'NOT', conditions: [deep(levels - 1)] })
  const cases: readonly (readonly [args: JsonObject, error: string])[] = [
    [{ filter: { nothing: 1 } }, 'invalidArguments'],
    [{ filter: { constructor: 1 } }, 'invalidArguments'],
    [{ filter: { operator: 'XOR', conditions: [] } }, 'invalidArguments'],
    [{ filter: { text: 7 } }, 'invalidArguments'],
    [{ filter: { text: 'x'.repeat(2_000) } }, 'invalidArguments'],
    [{ filter: { before: '2026-01-01' } }, 'invalidArguments'],
    [{ filter: { hasKeyword: 'a b' } }, 'invalidArguments'],
    [{ filter: { header: [] } }, 'invalidArguments'],
    [{ filter: { header: ['a', 'b', 'c'] } }, 'invalidArguments'],
    [{ filter: deep(40) }, 'unsupportedFilter'],
    [{ filter: { operator: 'OR', conditions: Array.from({ length: 2_000 }, () => ({})) } }, 'unsupportedFilter'],
    [{ sort: [{ property: 'colour' }] }, 'unsupportedSort'],
    [{ sort: [{ property: 'hasKeyword' }] }, 'invalidArguments'],
    [{ sort: [{ property: 'subject', collation: 'i;klingon' }] }, 'unsupportedSort'],
    [{ position: 0.5 }, 'invalidArguments'],
    [{ collapseThreads: 'yes' }, 'invalidArguments'],
  ]
  for (const [args, error] of cases) assert.equal(await fails('Email/query', args), error, JSON.stringify(args).slice(0, 100))
})

test('a search that takes long answers with what it has, and goes on when it is asked again', async () => {
  const { account, call, file } = await jmapGiven()
  const near = await file('INBOX', mail('zoe@one.example', 'Needle', 'x'))
  const hay = Array.from({ length: 900 }, (_, number) => Buffer.from(mail('bob@two.example', `Hay ${number}`, 'x').replaceAll('\n', '\r\n')))
  const to = account.state().inbox
  for (let at = 0; at < hay.length; at += 100) assert.ok((await append(account, to.id, hay.slice(at, at + 100))).is === 'done')
  const far = await file('INBOX', mail('zoe@one.example', 'Needle', 'x'))
  const asked = { filter: { subject: 'needle' }, sort: [{ property: 'receivedAt', isAscending: false }], limit: 10, calculateTotal: true, patienceMs: 0 }
  const first = await call('Email/query', asked)
  assert.deepEqual([first['ids'], first['total'], first['isPartial']], [[near], 1, true])
  let told = first
  for (let turn = 0; told['isPartial'] === true; turn += 1) {
    assert.ok(turn < 10)
    told = await call('Email/query', asked)
  }
  assert.deepEqual([told['ids'], told['total'], 'isPartial' in told], [[near, far], 2, false])
  const others = { using: new Set([capabilities.mail]) } as unknown as MethodContext
  await assert.rejects(async () => emailQuery.run({ accountId: 'A', ...asked }, others), { message: 'invalidArguments' }, 'only the webmail has this argument')
})

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>
const names = fc.constantFrom('inMailbox', 'text', 'header', 'before', 'operator', 'conditions', 'hasKeyword', 'minSize', '__proto__', 'x')
const filters = fc.oneof(json, fc.dictionary(names, json), fc.record({ operator: fc.constantFrom('AND', 'OR', 'NOT'), conditions: fc.array(fc.dictionary(names, json)) })) as fc.Arbitrary<JsonValue>

test('whatever the arguments, there is an answer or an error that says so', async () => {
  const world = await jmapGiven()
  await five(world)
  await fc.assert(fc.asyncProperty(fc.constantFrom('Email/query', 'Email/queryChanges', 'Mailbox/query', 'SearchSnippet/get'), filters, json, async (name, filter, other) => {
    const [answered] = await world.request([name, { filter, sort: other, sinceQueryState: '0', emailIds: [] }])
    assert.ok(answered?.[0] === name || ['invalidArguments', 'unsupportedFilter', 'unsupportedSort'].includes(answered?.[1].type), JSON.stringify(answered))
  }), { numRuns: 200 })
})
