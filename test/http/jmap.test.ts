/**
 * JMAP against the running platform: sessions as RFC 8620 tells them, by a page with its device's key, by a client that we did not write
 * (jmap-jam, with a password), and by hostile ones of the same and of another cell.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { methods } from '@bulkhead/front/jmap/methods.ts'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { hostileRequests } from '../golden/jmap-arguments.ts'
import { playJmap } from '../golden/jmap-player.ts'
import { portBases } from '../ports.ts'
import { ask, browserAt } from './browser.ts'

const [first, second] = portBases['test/http/jmap']
/** jmap-jam is given another one. */
const realFetch = globalThis.fetch
const password = 'correct-horse-battery'
let platform: Platform
const cells = [{ id: 'one', name: 'One Net', portBase: first }, { id: 'two', name: 'Two Net', portBase: second }] as const

before(
  async () => {
    platform = await startPlatform({ cells: cells.map((cell) => ({ ...cell, settings: ['limits: { connectionsPerPeer: 5000 }'] })) })
    for (const { id } of cells) await plantAccounts(platform, id, `${id}.example`, ['alice', 'bob'], password)
    await platform.must(['account', 'add', carol.login, '--password-stdin', '--quota', '100000000'], password)
  },
  { timeout: 180_000 },
)
after(() => platform?.[Symbol.asyncDispose]())

const originOf = (cell: string): string => `http://localhost:${platform.portOf(cell, plainWebPort)}`
const basic = (login: string): string => `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`

interface Person {
  readonly cell: string
  readonly login: string
}
const alice: Person = { cell: 'one', login: 'alice@one.example' }
const bob: Person = { cell: 'one', login: 'bob@one.example' }
const carol: Person = { cell: 'one', login: 'carol@one.example' }
const stranger: Person = { cell: 'two', login: 'alice@two.example' }

const get = async (who: Person, path: string): Promise<Response> => realFetch(originOf(who.cell) + path, { headers: { authorization: basic(who.login) } })
const post = async (who: Person, path: string, body: string, type = 'application/json'): Promise<Response> =>
  realFetch(originOf(who.cell) + path, { method: 'POST', body, headers: { authorization: basic(who.login), 'content-type': type } })

const sessionOf = async (who: Person): Promise<any> => (await get(who, '/.well-known/jmap')).json()
const accountOf = async (who: Person): Promise<string> => Object.keys((await sessionOf(who)).accounts)[0] ?? assert.fail()

const call = async (who: Person, methodCalls: readonly unknown[], using?: readonly string[]): Promise<readonly any[]> => {
  const names = using ?? Object.keys((await sessionOf(who)).capabilities)
  const reply = await post(who, '/jmap/api', JSON.stringify({ using: names, methodCalls }))
  assert.equal(reply.status, 200, await reply.clone().text())
  return ((await reply.json()) as { methodResponses: readonly any[] }).methodResponses
}

/** What is used of jmap-jam; its own types come as sources that our compiler's settings refuse. */
interface Jam {
  readonly session: Promise<any>
  getPrimaryAccount(): Promise<string>
  uploadBlob(accountId: string, body: Blob | string): Promise<any>
  downloadBlob(asked: { accountId: string; blobId: string; mimeType: string; fileName: string }): Promise<Response>
  request(call: readonly [string, object]): Promise<readonly [any, any]>
  requestMany(draft: (t: any) => Record<string, any>): Promise<readonly [any, any]>
}
const jamName: string = 'jmap-jam'
const { default: JamClient } = (await import(jamName)) as { default: new (config: { sessionUrl: string; bearerToken: string }) => Jam }

/** It speaks Bearer alone; its requests go out with what the platform takes. */
const jamOf = (who: Person): Jam => {
  globalThis.fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('authorization', basic(who.login))
    return realFetch(input, { ...init, headers })
  }
  return new JamClient({ sessionUrl: `${originOf(who.cell)}/.well-known/jmap`, bearerToken: 'unused' })
}
after(() => {
  globalThis.fetch = realFetch
})

test('RFC 8620 section 2: the session resource of each ISP has its own names', async () => {
  const [own, other] = [await sessionOf(alice), await sessionOf(stranger)]
  assert.equal(own.username, alice.login)
  assert.equal(own.apiUrl, `${originOf('one')}/jmap/api`)
  assert.equal(other.apiUrl, `${originOf('two')}/jmap/api`)
  assert.notDeepEqual(Object.keys(own.accounts), Object.keys(other.accounts))
  assert.equal((await ask(platform.portOf('one', plainWebPort), { path: '/.well-known/jmap' })).status, 401)
})

const transcripts = join(import.meta.dirname, '..', 'golden', 'jmap')
for (const file of readdirSync(transcripts)) {
  test(`transcript ${file}, live`, async () => {
    await playJmap(readFileSync(join(transcripts, file), 'utf8'), await accountOf(carol), (calls, using) => call(carol, calls, using))
  })
}

test('a page bound to its device asks the same', async () => {
  const page = browserAt(platform.portOf('one', plainWebPort))
  assert.equal((await page.signIn(bob.login, password)).status, 201)
  const session = (await page.fetch('/.well-known/jmap')).json() as any
  assert.equal(session.username, bob.login)
  const answer = await page.fetch('/jmap/api', {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ using: ['urn:ietf:params:jmap:core'], methodCalls: [['Core/echo', { hello: true }, 'b3ff']] }),
  })
  assert.deepEqual(answer.json()['methodResponses'], [['Core/echo', { hello: true }, 'b3ff']])
})

test('jmap-jam, which we did not write: session, account, upload and download, a batch with references', async () => {
  const jam = jamOf(alice)
  const session = await jam.session
  assert.equal(session.username, alice.login)
  const accountId = await jam.getPrimaryAccount()
  assert.equal(accountId, Object.keys(session.accounts)[0])
  const uploaded = await jam.uploadBlob(accountId, 'せんせい、こんにちは')
  assert.equal(uploaded.size, Buffer.byteLength('せんせい、こんにちは'))
  const file = await jam.downloadBlob({ accountId, blobId: uploaded.blobId, mimeType: 'text/plain', fileName: 'hello.txt' })
  assert.equal(await file.text(), 'せんせい、こんにちは')
  const [{ ids }] = await jam.request(['Mailbox/query', { accountId }])
  assert.ok(ids.length >= 1)
  const [batch] = await jam.requestMany((t: any) => {
    const found = t.Mailbox.query({ accountId, filter: { role: 'inbox' } })
    return { found, boxes: t.Mailbox.get({ accountId, ids: found.$ref('/ids'), properties: ['name', 'role'] }) }
  })
  assert.deepEqual(batch.boxes.list.map(({ role }: { role: string }) => role), ['inbox'])
})

/** Until `look` gives something, longer than any machine needs. */
const eventually = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 250) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(250)
  }
  return assert.fail('it did not happen')
}

test('jmap-jam writes a mail in Japanese with an attachment and sends it; its reader finds it, and says so by keyword', async () => {
  const jam = jamOf(alice)
  const accountId = await jam.getPrimaryAccount()
  const [{ list: boxes }] = await jam.request(['Mailbox/get', { accountId, ids: null, properties: ['id', 'role'] }])
  const idOf = (role: string): string => boxes.find((box: { role: string }) => box.role === role).id
  const [{ list: identities }] = await jam.request(['Identity/get', { accountId }])
  assert.equal(identities[0].email, alice.login)
  const file = await jam.uploadBlob(accountId, '請求書の中身')
  const draft = {
    mailboxIds: { [idOf('drafts')]: true }, keywords: { $draft: true, $seen: true },
    from: [{ name: '青木', email: alice.login }], to: [{ name: null, email: bob.login }], subject: '十二月の請求書について',
    bodyValues: { text: { value: 'お世話になっております。請求書をお送りします。' } },
    textBody: [{ partId: 'text', type: 'text/plain' }],
    attachments: [{ blobId: file.blobId, type: 'text/plain', name: '請求書.txt', disposition: 'attachment' }],
  }
  const [sent] = await jam.requestMany((t: any) => ({
    email: t.Email.set({ accountId, create: { draft } }),
    submission: t.EmailSubmission.set({
      accountId, create: { s: { emailId: '#draft', identityId: identities[0].id } },
      onSuccessUpdateEmail: { '#s': { [`mailboxIds/${idOf('drafts')}`]: null, [`mailboxIds/${idOf('sent')}`]: true, 'keywords/$draft': null } },
    }),
  }))
  assert.ok(sent.email.created?.draft, JSON.stringify(sent))
  // Of the two responses to the call this client keeps the last: the implicit Email/set.
  assert.deepEqual(Object.keys(sent.submission.updated ?? {}), [sent.email.created.draft.id], JSON.stringify(sent.submission))

  const reader = jamOf(bob)
  const own = await reader.getPrimaryAccount()
  const found = await eventually(async () => {
    const [batch] = await reader.requestMany((t: any) => {
      const query = t.Email.query({ accountId: own, filter: { operator: 'AND', conditions: [{ subject: '請求書' }, { text: 'お世話' }, { hasAttachment: true }] } })
      const emails = t.Email.get({ accountId: own, ids: query.$ref('/ids'), fetchTextBodyValues: true, properties: ['id', 'threadId', 'subject', 'from', 'keywords', 'textBody', 'bodyValues', 'attachments'] })
      return { query, emails, threads: t.Thread.get({ accountId: own, ids: emails.$ref('/list/*/threadId') }) }
    })
    return batch.emails.list.length === 0 ? undefined : batch
  })
  const [email] = found.emails.list
  assert.deepEqual([email.subject, email.from[0].name, email.attachments[0].name], ['十二月の請求書について', '青木', '請求書.txt'])
  assert.match(email.bodyValues[email.textBody[0].partId].value, /^お世話になっております。請求書をお送りします。/)
  assert.deepEqual(found.threads.list[0].emailIds, [email.id])
  const attached = await reader.downloadBlob({ accountId: own, blobId: email.attachments[0].blobId, mimeType: 'text/plain', fileName: 'x.txt' })
  assert.equal(await attached.text(), '請求書の中身')
  const [state] = await reader.request(['Email/get', { accountId: own, ids: [] }])
  await reader.request(['Email/set', { accountId: own, update: { [email.id]: { 'keywords/$seen': true } } }])
  const [changes] = await reader.request(['Email/changes', { accountId: own, sinceState: state.state }])
  assert.deepEqual([changes.created, changes.updated, changes.destroyed], [[], [email.id], []])
})

test('blob ids of another account and of another cell open nothing, in any method', async () => {
  const [own, others] = [await accountOf(alice), await accountOf(bob)]
  const made = (await (await post(alice, `/jmap/upload/${own}/`, 'for alice alone', 'text/plain')).json()) as { blobId: string }
  assert.equal(await (await get(alice, `/jmap/download/${own}/${made.blobId}/x?type=text/plain`)).text(), 'for alice alone')
  for (const who of [bob, stranger]) {
    const account = await accountOf(who)
    assert.equal((await get(who, `/jmap/download/${account}/${made.blobId}/x?type=text/plain`)).status, 404)
    assert.equal((await get(who, `/jmap/download/${own}/${made.blobId}/x?type=text/plain`)).status, 404)
    assert.equal((await post(who, `/jmap/upload/${own}/`, 'x', 'text/plain')).status, 404)
    const said = await call(who, [
      ['Blob/get', { accountId: account, ids: [made.blobId] }, 'a'],
      ['Blob/upload', { accountId: account, create: { x: { data: [{ blobId: made.blobId }] } } }, 'b'],
      ['Blob/get', { accountId: own, ids: [made.blobId] }, 'c'],
      ['Blob/copy', { accountId: account, fromAccountId: own, blobIds: [made.blobId] }, 'd'],
    ])
    assert.deepEqual(said.map(([, args]) => args.type ?? args.notFound ?? args.notCreated.x.type), [[made.blobId], 'blobNotFound', 'accountNotFound', 'fromAccountNotFound'])
  }
  assert.notEqual(own, others)
})

test('ten thousand calls, deep JSON, ten megabytes and huge ids are refused, and the next request is answered', async () => {
  const core = 'urn:ietf:params:jmap:core'
  const calls = Array.from({ length: 10_000 }, (_, at) => ['Core/echo', {}, String(at)])
  const refused = async (body: string) => ((await (await post(alice, '/jmap/api', body)).json()) as any).limit
  assert.equal(await refused(JSON.stringify({ using: [core], methodCalls: calls })), 'maxCallsInRequest')
  const { maxSizeRequest } = (await sessionOf(alice)).capabilities[core]
  // The rest is not read: the answer may be lost with the connection, and nothing else.
  const large = await post(alice, '/jmap/api', `"${'x'.repeat(maxSizeRequest)}"`).then((reply) => reply.status, () => 400)
  assert.ok(large >= 400 && large < 500)
  const deep = await post(alice, '/jmap/api', '['.repeat(1_000_000))
  assert.equal(((await deep.json()) as any).type, 'urn:ietf:params:jmap:error:notJSON')
  const accountId = await accountOf(alice)
  const said = await call(alice, [['Blob/get', { accountId, ids: ['x'.repeat(100_000)] }, 'a'], ['Core/echo', { still: 'here' }, 'b']])
  assert.deepEqual(said.map(([, args]) => args.type ?? args.still), ['invalidArguments', 'here'])
})

test('arguments of any shape, to every method: answered or refused by what is wrong, never a failure of ours', async () => {
  const accountId = await accountOf(carol)
  const requests = hostileRequests(methods, accountId, 60)
  const using = Object.keys((await sessionOf(carol)).capabilities)
  for (const calls of requests) {
    const said = await call(carol, calls, using)
    for (const [name, args, at] of said) assert.ok(name !== 'error' || args.type !== 'serverFail', JSON.stringify(calls[Number(at)]))
  }
})

test('uploads that stand still hold up nobody else', async () => {
  const account = await accountOf(bob)
  const { maxConcurrentUpload } = (await sessionOf(bob)).capabilities['urn:ietf:params:jmap:core']
  const slow: Socket[] = []
  const begin = (): void => {
    const socket = connect(platform.portOf('one', plainWebPort), '127.0.0.1')
    socket.on('error', () => undefined)
    const head = [`POST /jmap/upload/${account}/ HTTP/1.1`, `Host: localhost:${platform.portOf('one', plainWebPort)}`, `Authorization: ${basic(bob.login)}`, 'Content-Length: 900']
    socket.write(`${head.join('\r\n')}\r\n\r\nonly this`)
    slow.push(socket)
  }
  const upload = async (who: Person) => post(who, `/jmap/upload/${await accountOf(who)}/`, 'x', 'text/plain')
  for (let at = 0; at < maxConcurrentUpload; at += 1) begin()
  let refused = await upload(bob)
  // One that came while another upload had the last place was refused itself: another takes its turn.
  for (; refused.status === 201 && slow.length < 500; refused = await upload(bob)) begin()
  const [{ limit }, other] = [(await refused.json()) as { limit?: string }, await upload(alice)]
  for (const socket of slow) socket.destroy()
  assert.equal(limit, 'maxConcurrentUpload')
  assert.equal(other.status, 201)
})

test('event streams and WebSockets of a person have an end, and cost others none of theirs', async () => {
  const port = platform.portOf('one', plainWebPort)
  const open: Socket[] = []
  /** The first line of the answer. */
  const began = (who: Person, path: string, more: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      open.push(socket)
      let heard = ''
      socket.on('error', () => undefined).on('close', () => resolve(heard))
      socket.on('data', (chunk: Buffer) => {
        heard += chunk.toString('latin1')
        if (heard.includes('\r\n')) resolve(heard.slice(0, heard.indexOf('\r\n')))
      })
      socket.write([`GET ${path} HTTP/1.1`, `Host: localhost:${port}`, `Authorization: ${basic(who.login)}`, ...more, '', ''].join('\r\n'))
    })
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: jmap', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==']
  for (const [path, more, good] of [['/jmap/eventsource?types=*&closeafter=no&ping=300', [], /^HTTP\/1\.1 200 /], ['/jmap/ws', upgrade, /^HTTP\/1\.1 101 /]] as const) {
    const answers = []
    for (let number = 0; number < 20; number += 1) answers.push(await began(carol, path, more))
    assert.deepEqual(answers.map((line) => good.test(line)), Array.from({ length: 20 }, (_, at) => at < 16), path)
    for (const line of answers.slice(16)) assert.match(line, /^HTTP\/1\.1 (4\d\d|503) /)
    assert.match(await began(alice, path, more), good)
  }
  for (const socket of open) socket.destroy()
})

test('five thousand recipients are more than a plan lets through: said in the error, nothing is sent', async () => {
  const account = await accountOf(alice)
  const readers = Array.from({ length: 5_000 }, (_, at) => ({ email: `reader${at}@far.example` }))
  const [boxes, identities] = await call(alice, [['Mailbox/get', { accountId: account, ids: null, properties: ['role'] }, 'a'], ['Identity/get', { accountId: account }, 'b']])
  const drafts = boxes[1].list.find(({ role }: { role: string }) => role === 'drafts').id
  const identityId = identities[1].list[0].id
  const raw = `From: ${alice.login}\r\nTo: ${readers.map(({ email }) => email).join(',\r\n ')}\r\nSubject: to all\r\n\r\nhello\r\n`
  const { blobId } = (await (await post(alice, `/jmap/upload/${account}/`, raw, 'message/rfc822')).json()) as { blobId: string }
  const said = await call(alice, [
    ['Email/set', { accountId: account, create: { all: { mailboxIds: { [drafts]: true }, to: readers, subject: 'to all' } } }, 'a'],
    ['Email/import', { accountId: account, emails: { all: { blobId, mailboxIds: { [drafts]: true } } } }, 'b'],
    ['EmailSubmission/set', { accountId: account, create: { byHeader: { emailId: '#all', identityId } } }, 'c'],
    ['EmailSubmission/set', { accountId: account, create: { byEnvelope: { emailId: '#all', identityId, envelope: { mailFrom: { email: alice.login }, rcptTo: readers } } } }, 'd'],
  ])
  const [, imported, byHeader, byEnvelope] = said.map(([, args]) => args)
  assert.ok(imported.created.all, JSON.stringify(imported))
  for (const refused of [byHeader.notCreated.byHeader, byEnvelope.notCreated.byEnvelope]) {
    assert.deepEqual([refused.type, refused.maxRecipients], ['tooManyRecipients', 200])
  }
})

test('the address of a message’s content opens nothing at another ISP, nor when it is changed', async () => {
  const account = await accountOf(alice)
  const [query] = await call(alice, [['Email/query', { accountId: account, limit: 1 }, 'a']])
  const [views] = await call(alice, [['MessageView/get', { accountId: account, ids: query[1].ids }, 'a']])
  const own = new URL(views[1].list[0].sourceUrl)
  const at = async (change: (url: URL) => void): Promise<number> => {
    const url = new URL(own)
    change(url)
    return (await realFetch(url)).status
  }
  assert.equal(await at(() => undefined), 200)
  assert.ok([404, 410].includes(await at((url) => (url.port = String(platform.portOf('two', plainWebPort))))))
  assert.equal(await at((url) => (url.pathname = own.pathname.slice(0, -8) + (own.pathname.at(-8) === 'A' ? 'B' : 'A') + own.pathname.slice(-7))), 410)
})

test('mail that arrives is told to an event stream that is open', async () => {
  const stream = await get(bob, '/jmap/eventsource?types=Email,Mailbox&closeafter=state&ping=0')
  assert.equal(stream.status, 200)
  const account = await accountOf(bob)
  const raw = `From: alice@one.example\r\nTo: bob@one.example\r\nSubject: pushed\r\n\r\nhello\r\n`
  const made = (await (await post(bob, `/jmap/upload/${account}/`, raw, 'message/rfc822')).json()) as { blobId: string }
  const [mailboxes] = await call(bob, [['Mailbox/get', { accountId: account, ids: null, properties: ['role'] }, 'a']])
  const inbox = mailboxes[1].list.find(({ role }: { role: string }) => role === 'inbox').id
  const [imported] = await call(bob, [['Email/import', { accountId: account, emails: { e: { blobId: made.blobId, mailboxIds: { [inbox]: true } } } }, 'a']])
  assert.ok(imported[1].created?.e, JSON.stringify(imported))
  const text = await stream.text()
  assert.match(text, /event: state\ndata: \{"@type":"StateChange"/)
  assert.match(text, /"Email":"\d+"/)
})
