import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { append } from '@bulkhead/mail/account/testing/given.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { capabilities } from '@bulkhead/wire/jmap/capabilities.ts'
import type { JsonValue } from '@bulkhead/wire/jmap/json.ts'
import { coreEcho } from './core/echo.ts'
import type { Method } from './method.ts'
import { methods } from './methods.ts'
import type { BlobService } from './blob/blob-service.ts'
import { served } from './testing/served.ts'

const core = capabilities.core

const problemOf = async (reply: Response): Promise<Record<string, JsonValue>> => {
  assert.equal(reply.headers.get('content-type'), 'application/problem+json')
  return (await reply.json()) as Record<string, JsonValue>
}

test('section 2: the session resource names what there is, and its URLs lead there', async () => {
  await using jmap = await served()
  const reply = await fetch(`${jmap.origin}/.well-known/jmap`, { headers: jmap.as(0) })
  assert.equal(reply.headers.get('cache-control'), 'no-cache, no-store, must-revalidate')
  const session = (await reply.json()) as any
  assert.equal(session.username, 'person0@example.jp')
  assert.equal(session.primaryAccounts[capabilities.blob], jmap.accountId())
  assert.deepEqual(Object.keys(session.accounts), [jmap.accountId()])
  assert.equal(session.capabilities[core].maxCallsInRequest, 64)
  assert.equal(session.apiUrl, `${jmap.origin}/jmap/api`)
  assert.match(session.downloadUrl, /\{accountId\}.*\{blobId\}.*\{name\}.*\{type\}/)
  assert.match(session.eventSourceUrl, /\{types\}.*\{closeafter\}.*\{ping\}/)
  assert.match(session.capabilities[capabilities.webSocket].url, /^ws:/)
  const again = (await (await fetch(`${jmap.origin}/jmap/session`, { headers: jmap.as(0) })).json()) as any
  assert.equal(again.state, session.state)
})

test('section 3: calls in order, created ids given back, the session state with each response', async () => {
  await using jmap = await served()
  const methodCalls = [['Core/echo', { hello: true, high: 5 }, 'b3ff'], ['Core/echo', {}, 'b3ff']]
  const reply = await jmap.post(JSON.stringify({ using: [core], methodCalls, createdIds: { k1: 'id1' } }))
  assert.equal(reply.headers.get('content-type'), 'application/json')
  const body = (await reply.json()) as any
  assert.deepEqual(body.methodResponses, methodCalls)
  assert.deepEqual(body.createdIds, { k1: 'id1' })
  assert.equal(typeof body.sessionState, 'string')
})

test('section 3.6.1: a request that is none is refused whole, and says why', async () => {
  await using jmap = await served()
  const refused = async (body: string, type?: string) => {
    const reply = await jmap.post(body, 0, type)
    assert.equal(reply.status, 400)
    return (await problemOf(reply))['type']
  }
  const name = (short: string): string => `urn:ietf:params:jmap:error:${short}`
  assert.equal(await refused('{}', 'text/plain'), name('notJSON'))
  assert.equal(await refused('{'), name('notJSON'))
  assert.equal(await refused('{"using":[],"using":[],"methodCalls":[]}'), name('notJSON'))
  assert.equal(await refused('[]'), name('notRequest'))
  assert.equal(await refused('{"using":[],"methodCalls":[["Core/echo",{}]]}'), name('notRequest'))
  assert.equal(await refused('{"using":[],"methodCalls":[["Core/echo",[],"a"]]}'), name('notRequest'))
  assert.equal(await refused('{"using":["urn:x"],"methodCalls":[]}'), name('unknownCapability'))
  assert.equal(await refused(JSON.stringify({ using: [core], methodCalls: [], createdIds: { a: 1 } })), name('notRequest'))
})

test('section 3.6.2: a call that fails ends nothing but itself', async () => {
  const fails: Method = { name: 'Test/fault', capability: core, accountless: true, run: () => Promise.reject(new Fault('databaseAway', 'gone')) }
  const breaks: Method = { ...fails, name: 'Test/bug', run: () => Promise.reject(new TypeError('secret detail')) }
  await using jmap = await served({ methods: [...methods, fails, breaks] })
  const said = await jmap.call([
    ['Nope/get', {}, 'a'], ['Test/fault', {}, 'b'], ['Test/bug', {}, 'c'], ['Quota/get', {}, 'd'],
    ['Quota/get', { accountId: 'A1' }, 'e'], ['Quota/get', { accountId: jmap.accountId(), nope: 1 }, 'f'], ['Core/echo', { x: 1 }, 'g'],
  ])
  assert.deepEqual(said.map(([name, args, id]) => [name, args['type'], id]), [
    ['error', 'unknownMethod', 'a'], ['error', 'serverUnavailable', 'b'], ['error', 'serverFail', 'c'], ['error', 'invalidArguments', 'd'],
    ['error', 'accountNotFound', 'e'], ['error', 'invalidArguments', 'f'], ['Core/echo', undefined, 'g'],
  ])
  assert.doesNotMatch(JSON.stringify(said), /secret detail|gone/)
  const [unused] = await jmap.call([['Quota/get', { accountId: jmap.accountId() }, 'a']], 0, [core])
  assert.equal(unused?.[1]['type'], 'unknownMethod')
})

test('section 3.7: references take their value from the response they name, and from no other', async () => {
  await using jmap = await served()
  const refer = (path: string, more: object = {}) => ({ '#x': { resultOf: 'a', name: 'Core/echo', path, ...more } })
  const said = await jmap.call([
    ['Core/echo', { list: [{ id: 'p' }, { id: 'q' }] }, 'a'],
    ['Core/echo', refer('/list/*/id'), 'b'],
    ['Core/echo', refer('/list/7/id'), 'c'],
    ['Core/echo', refer('/list', { name: 'Quota/get' }), 'd'],
    ['Core/echo', refer('/list', { resultOf: 'z' }), 'e'],
    ['Core/echo', { ...refer('/list'), x: 1 }, 'f'],
    ['Core/echo', { '#x': 'text' }, 'g'],
  ])
  assert.deepEqual(said.map(([, args]) => args['x'] ?? args['type']).slice(1), [
    ['p', 'q'], 'invalidResultReference', 'invalidResultReference', 'invalidResultReference', 'invalidArguments', 'invalidArguments',
  ])
})

test('references that double what they refer to are stopped long before they fill the memory', async () => {
  await using jmap = await served()
  const last = (at: number) => ({ resultOf: `c${at - 1}`, name: 'Core/echo', path: '' })
  const doubling = Array.from({ length: 60 }, (_, at) => ['Core/echo', at === 0 ? { text: 'x'.repeat(1_000) } : { '#a': last(at), '#b': last(at) }, `c${at}`] as const)
  const said = await jmap.call(doubling)
  assert.ok(JSON.stringify(said).length < 40_000_000)
  assert.equal(said.at(-1)?.[0], 'error')
  assert.ok(said.some(([, args]) => args['type'] === 'requestTooLarge'))
})

test('ten thousand calls, a request too large, JSON too deep: each limit is announced and kept', async () => {
  await using jmap = await served({ limits: { maxSizeRequest: 2_000_000 } })
  const limitOf = async (body: string) => (await problemOf(await jmap.post(body)))['limit']
  const calls = Array.from({ length: 10_000 }, (_, at) => ['Core/echo', {}, String(at)])
  assert.equal(await limitOf(JSON.stringify({ using: [core], methodCalls: calls })), 'maxCallsInRequest')
  assert.equal(await limitOf(`"${'x'.repeat(2_000_000)}"`), 'maxSizeRequest')
  const deep = await problemOf(await jmap.post(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))
  assert.equal(deep['type'], 'urn:ietf:params:jmap:error:notJSON')
  const ids = Array.from({ length: 1_001 }, (_, at) => `x${at}`)
  const accountId = jmap.accountId()
  const said = await jmap.call([
    ['Quota/get', { accountId, ids }, 'a'], ['Quota/get', { accountId, ids: ['x'.repeat(256)] }, 'b'], ['Blob/get', { accountId, ids: ['x'.repeat(255)] }, 'c'],
    ['PushSubscription/set', { create: { '#a': {} } }, 'd'],
  ])
  assert.deepEqual(said.map(([, args]) => args['type'] ?? args['notFound']), ['requestTooLarge', 'invalidArguments', ['x'.repeat(255)], 'invalidArguments'])
})

test('requests at once are limited for an account, not for the others', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const waits: Method = { name: 'Test/wait', capability: core, accountless: true, run: () => promise.then(() => ({ is: 'answer', args: {} })) }
  await using jmap = await served({ accounts: 2, methods: [coreEcho, waits], limits: { maxConcurrentRequests: 2 } })
  const wait = (number: number) => jmap.post(JSON.stringify({ using: [core], methodCalls: [['Test/wait', {}, 'a']] }), number)
  const echo = (number: number) => jmap.post(JSON.stringify({ using: [core], methodCalls: [['Core/echo', {}, 'a']] }), number)
  const waiting = [wait(0), wait(0)]
  let refused = await echo(0)
  // One that came while an echo had the last place was refused itself.
  for (; refused.status === 200 && waiting.length < 500; refused = await echo(0)) waiting.push(wait(0))
  assert.equal((await problemOf(refused))['limit'], 'maxConcurrentRequests')
  assert.equal((await echo(1)).status, 200)
  resolve()
  const replies = await Promise.all(waiting)
  assert.equal(replies.filter(({ status }) => status === 200).length, 2)
  assert.equal((await echo(0)).status, 200)
})

test('paths and methods that are not there', async () => {
  await using jmap = await served()
  const status = async (path: string, method = 'GET') => (await fetch(jmap.origin + path, { method, headers: jmap.as(0) })).status
  for (const path of ['/jmap', '/jmap/', '/jmap/nope', '/jmap/download/x', '/jmap/%', '/jmap/upload/A/b/']) assert.equal(await status(path), 404, path)
  assert.equal(await status('/jmap/api'), 405)
  assert.equal(await status('/.well-known/jmap', 'POST'), 405)
})

const upload = async (jmap: Awaited<ReturnType<typeof served>>, bytes: string, number = 0, type = 'text/plain; charset=utf-8') => {
  const reply = await fetch(`${jmap.origin}/jmap/upload/${jmap.accountId(number)}/`, { method: 'POST', body: bytes, headers: { ...jmap.as(number), 'content-type': type } })
  return { status: reply.status, ...((await reply.json()) as { blobId: string; size: number; type: string }) }
}

test('section 6: what was uploaded comes back as it was, to its account alone', async () => {
  await using jmap = await served({ accounts: 2 })
  const made = await upload(jmap, 'こんにちは')
  assert.deepEqual([made.status, made.size, made.type], [201, 15, 'text/plain'])
  const get = (account: string, blobId: string, name: string, number: number, type = '') =>
    fetch(`${jmap.origin}/jmap/download/${account}/${blobId}/${encodeURIComponent(name)}?type=${encodeURIComponent(type)}`, { headers: jmap.as(number) })
  const own = await get(jmap.accountId(), made.blobId, '見積/..\u202egpj.exe', 0, 'text/html')
  assert.equal(own.status, 200)
  assert.equal(await own.text(), 'こんにちは')
  assert.equal(own.headers.get('content-type'), 'text/html')
  assert.match(own.headers.get('content-disposition') ?? '', /^attachment; filename="__+\.\._gpj\.exe"; filename\*=UTF-8''%E8%A6%8B%E7%A9%8D_\.\._gpj\.exe$/)
  assert.equal(own.headers.get('x-content-type-options'), 'nosniff')
  assert.match(own.headers.get('content-security-policy') ?? '', /sandbox/)
  assert.equal((await get(jmap.accountId(1), made.blobId, 'x', 1)).status, 404, 'another account may not open it as its own')
  assert.equal((await get(jmap.accountId(0), made.blobId, 'x', 1)).status, 404, 'nor in the name of its owner')
  assert.equal((await get(jmap.accountId(), made.blobId, 'x', 0, 'text/html\r\nx: y')).status, 400)
  for (const forged of [`${made.blobId.slice(0, -2)}AA`, 'U', 'UAAAA', `B${'0'.repeat(32)}`]) {
    assert.equal((await get(jmap.accountId(), forged, 'x', 0)).status, 404)
  }
})

test('a message of another account is nobody else\'s blob, whole or in part', async () => {
  await using jmap = await served({ accounts: 2 })
  const [owner] = jmap.people
  assert.ok(owner)
  await append(owner.account, owner.account.state().inbox.id, [Buffer.from('Subject: x\r\n\r\nsecret of the first')])
  const message = owner.account.state().inbox.messages.messageId(0).replaceAll('-', '')
  for (const blobId of [`B${message}`, `B${message}-14-19-n`]) {
    const url = (number: number) => `${jmap.origin}/jmap/download/${jmap.accountId(number)}/${blobId}/x?type=`
    assert.match(await (await fetch(url(0), { headers: jmap.as(0) })).text(), /secret of the first$/)
    assert.equal((await fetch(url(1), { headers: jmap.as(1) })).status, 404)
    const [looked] = await jmap.call([['Blob/lookup', { accountId: jmap.accountId(1), typeNames: ['Email'], ids: [blobId] }, 'a']], 1)
    assert.deepEqual(looked?.[1]['notFound'], [blobId])
  }
  const beyond = await fetch(`${jmap.origin}/jmap/download/${jmap.accountId()}/B${message}-14-99999-n/x?type=`, { headers: jmap.as(0) })
  assert.equal(beyond.status, 404)
})

test('section 6.1: an upload too large is refused, said beforehand or not; one that breaks off leaves nothing', async () => {
  await using jmap = await served({ limits: { maxSizeUpload: 1_000 } })
  const large = await upload(jmap, 'x'.repeat(1_001))
  assert.equal(large.status, 413)
  assert.equal((await upload(jmap, 'x'.repeat(1_000))).status, 201)
  const chunked = await fetch(`${jmap.origin}/jmap/upload/${jmap.accountId()}/`, {
    method: 'POST', headers: jmap.as(0), duplex: 'half', body: ReadableStream.from([Buffer.alloc(600), Buffer.alloc(600)]),
  } as RequestInit).then((reply) => reply.status, () => 413)
  assert.equal(chunked, 413)
  const socket = connect(jmap.port, '127.0.0.1')
  socket.write(`POST /jmap/upload/${jmap.accountId()}/ HTTP/1.1\r\nHost: x\r\nAuthorization: Number 0\r\nContent-Length: 900\r\n\r\nonly this`)
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  assert.equal((await upload(jmap, 'after it')).status, 201)
})

test('section 6.1: an upload there is no room for is a problem that says so, and when to come again', async () => {
  for (const [why, status, type] of [['lately', 429, 'rateLimit'], ['atOnce', 507, 'overQuota'], ['cellFull', 503, 'overQuota']] as const) {
    const blobs = { create: async () => ({ is: 'refused', why }) } as unknown as BlobService
    await using jmap = await served({ services: { blobs } })
    const reply = await fetch(`${jmap.origin}/jmap/upload/${jmap.accountId()}/`, { method: 'POST', body: 'x', headers: jmap.as(0) })
    const problem = (await reply.json()) as { type: string; status: number }
    assert.deepEqual([reply.status, problem.type, problem.status], [status, `urn:ietf:params:jmap:error:${type}`, status])
    assert.ok(Number(reply.headers.get('retry-after')) > 0)
    const made = await jmap.call([['Blob/upload', { accountId: jmap.accountId(), create: { a: { data: [{ 'data:asText': 'x' }] } } }, 'c']])
    assert.deepEqual(made.map(([, args]) => (args['notCreated'] as { a: { type: string } }).a.type), [type])
  }
})

test('section 6.1: slow uploads take their places, and no more than those', async () => {
  await using jmap = await served({ limits: { maxConcurrentUpload: 2 } })
  const slow: Socket[] = []
  const begin = (): void => {
    const socket = connect(jmap.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(`POST /jmap/upload/${jmap.accountId()}/ HTTP/1.1\r\nHost: x\r\nAuthorization: Number 0\r\nContent-Length: 900\r\n\r\nx`)
    slow.push(socket)
  }
  begin()
  let refused = await upload(jmap, 'a')
  // One that came while another had the last place was refused itself.
  for (; refused.status === 201 && slow.length < 500; refused = await upload(jmap, 'a')) begin()
  assert.equal((refused as unknown as { limit: string }).limit, 'maxConcurrentUpload')
  for (const socket of slow) socket.destroy()
  let taken = await upload(jmap, 'a')
  while (taken.status !== 201) taken = await upload(jmap, 'a')
})
