/** One account over IMAP and JMAP at once, against the running platform with two mailrooms: the same mail, the same ids, each other's changes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connect } from 'node:tls'
import { plainWebPort } from '@bulkhead/run/config/web.ts'
import { lineClient } from '../golden/line-client.ts'
import type { Client } from '../golden/world.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { ask, browserAt, type Browser } from './browser.ts'

const [portBase] = portBases['test/http/mail']
const password = 'correct-horse-battery'
const login = 'alice@mail.example'
let platform: Platform

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'mail', name: 'Mail Net', portBase, settings: ['mailrooms: 2', 'limits: { connectionsPerPeer: 5000 }'] }] })
    await plantAccounts(platform, 'mail', 'mail.example', ['alice'], password)
  },
  { timeout: 180_000 },
)
after(() => platform?.[Symbol.asyncDispose]())

// What an answer holds is looked at by the test.
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any

const using = ['urn:ietf:params:jmap:core', 'urn:ietf:params:jmap:mail']

/** One call, over the page's session or with a password. */
const caller = async (browser: Browser | null) => {
  const port = platform.portOf('mail', plainWebPort)
  const headers = { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}` }
  const fetch = (path: string, body?: string) =>
    (browser === null
      ? ask(port, { path, headers: { ...headers, 'content-type': 'application/json' }, ...(body === undefined ? {} : { method: 'POST', body }) })
      : browser.fetch(path, { headers: { 'content-type': 'application/json' }, ...(body === undefined ? {} : { method: 'POST', body }) }))
  const session: Json = (await fetch('/.well-known/jmap')).json()
  const accountId = session.primaryAccounts['urn:ietf:params:jmap:mail']
  const path = new URL(session.apiUrl).pathname
  return async (name: string, args: object): Promise<Json> => {
    const answer = await fetch(path, JSON.stringify({ using, methodCalls: [[name, { accountId, ...args }, 'c']] }))
    assert.equal(answer.status, 200, answer.text)
    const [[given, answered]]: Json = answer.json()['methodResponses']
    assert.equal(given, name, JSON.stringify(answered))
    return answered
  }
}

const imap = async () => {
  const client: Client = lineClient(connect({ host: '127.0.0.1', port: platform.portOf('mail', 993), rejectUnauthorized: false }))
  await client.line()
  let count = 0
  const run = async (command: string, literal?: string): Promise<readonly string[]> => {
    const tag = `t${(count += 1)}`
    client.send(Buffer.from(literal === undefined ? `${tag} ${command}\r\n` : `${tag} ${command} {${literal.length}+}\r\n${literal}\r\n`))
    const lines: string[] = []
    for (;;) {
      const line = await client.line()
      if (!line.startsWith(`${tag} `)) lines.push(line)
      else {
        assert.ok(line.startsWith(`${tag} OK`), line)
        return lines
      }
    }
  }
  await run(`LOGIN ${login} ${password}`)
  return run
}

const inside = (lines: readonly string[], name: string): readonly string[] =>
  lines.flatMap((line) => new RegExp(`${name} \\(([^)]*)\\)`).exec(line)?.[1] ?? [])

test('IMAP and JMAP have the same mail under the same ids, and each tells what the other changed', { timeout: 180_000 }, async () => {
  const run = await imap()
  for (const number of [1, 2, 3, 4]) await run('APPEND INBOX', `Subject: number ${number}\r\nMessage-ID: <${number}@x>\r\n\r\nbody ${number}\r\n`)
  const [inbox] = inside(await run('SELECT INBOX'), 'MAILBOXID')
  const fetched = await run('FETCH 1:* (EMAILID THREADID)')
  const emailIds = inside(fetched, 'EMAILID')
  const page = browserAt(platform.portOf('mail', plainWebPort))
  assert.equal((await page.signIn(login, password)).status, 201)
  const calls = [await caller(page), await caller(null)]
  const found = []
  for (const call of calls) {
    const { ids, queryState } = await call('Email/query', { filter: { inMailbox: inbox }, sort: [{ property: 'subject' }] })
    assert.deepEqual(ids, emailIds)
    const { list, state } = await call('Email/get', { ids, properties: ['threadId', 'subject', 'mailboxIds'] })
    assert.deepEqual(list.map(({ threadId }: Json) => threadId), inside(fetched, 'THREADID'))
    assert.deepEqual(list[1], { id: emailIds[1], threadId: list[1].threadId, subject: 'number 2', mailboxIds: { [inbox ?? '']: true } })
    found.push({ call, queryState, state })
  }
  await run('STORE 1 +FLAGS (\\Flagged)')
  await run('STORE 2 +FLAGS (\\Deleted)')
  await run('EXPUNGE')
  await run('COPY 2 Archive')
  await run('MOVE 3 Trash')
  for (const { call, queryState, state } of found) {
    const { created, updated, destroyed } = await call('Email/changes', { sinceState: state })
    assert.deepEqual([created, updated.toSorted(), destroyed], [[], [emailIds[0], emailIds[2], emailIds[3]].toSorted(), [emailIds[1]]])
    const changes = await call('Email/queryChanges', { filter: { inMailbox: inbox }, sort: [{ property: 'subject' }], sinceQueryState: queryState, calculateTotal: true })
    assert.deepEqual(changes.added, [{ id: emailIds[0], index: 0 }, { id: emailIds[2], index: 1 }])
    assert.equal(changes.total, 2)
  }
  const [call] = calls
  assert.ok(call)
  const { created } = await call('Mailbox/set', { create: { work: { name: 'Work' }, inner: { name: 'Inner', parentId: '#work' } } })
  assert.deepEqual(inside(await run('STATUS Work/Inner (MAILBOXID)'), 'MAILBOXID'), [created.inner.id])
})
