/** Submission by swaks, curl and msmtp against the running platform, its DKIM checked by dkimpy; and clients that mean it harm. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect } from 'node:tls'
import { lineClient } from '../golden/line-client.ts'
import type { Client } from '../golden/world.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { dkimpy } from '../mailauth/dkimpy.ts'
import { outsidePort, portBases } from '../ports.ts'
import { eventually, run } from './programs.ts'

const [portBase] = portBases['test/clients/submission']
const password = 'correct-horse-battery'
const patienceMs = 60_000
let platform: Platform
let scratch: string

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'bulkhead-submission-'))
  platform = await startPlatform({
    cells: [{ id: 'send', name: 'Send', portBase }],
    // Nobody listens there: what goes out waits.
    routes: [{ domain: 'outside.example', host: '127.0.0.1', port: outsidePort(portBase) }],
  })
  await plantAccounts(platform, 'send', 'send.example', ['alice', 'bob', 'mallory', 'robot'], password)
}, { timeout: 180_000 })

after(async () => {
  await platform?.[Symbol.asyncDispose]()
  rmSync(scratch, { recursive: true, force: true })
})

const port = (wellKnown: number): string => String(platform.portOf('send', wellKnown))
const imaps = (path: string): readonly string[] => ['-sS', '-k', '--url', `imaps://127.0.0.1:${port(993)}/${path}`]

const found = async (login: string, query: string): Promise<string | undefined> => {
  const { out } = await run('curl', [...imaps('INBOX'), '-u', `${login}:${password}`, '-X', `SEARCH ${query}`])
  return /\* SEARCH (\d+)/.exec(out)?.[1]
}

const fetchFound = async (login: string, query: string): Promise<string> => {
  const number = await eventually(patienceMs, () => found(login, query))
  return (await run('curl', [...imaps(`INBOX;MAILINDEX=${number}`), '-u', `${login}:${password}`])).out
}

const submitting = async (login: string): Promise<Client> => {
  const client = lineClient(connect({ host: '127.0.0.1', port: platform.portOf('send', 465), rejectUnauthorized: false }))
  await client.line()
  client.send(Buffer.from(`EHLO pc\r\nAUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString('base64')}\r\n`))
  while (!(await client.line()).startsWith('235 ')) continue
  return client
}

interface SignerShown {
  readonly selector: string
  readonly state: string
  readonly record: { readonly name: string; readonly strings: readonly string[] }
}

const signersOf = async (): Promise<readonly SignerShown[]> => {
  const { signers } = JSON.parse(await platform.must(['domain', 'dkim', 'send.example', '--json'])) as { readonly signers: readonly SignerShown[] }
  return signers
}

test('mail of a domain with keys carries a signature of each, good for another’s verifier; Bcc has not left', async () => {
  await platform.must(['domain', 'dkim', 'send.example', 'new'])
  for (const { selector, state } of await signersOf()) if (state === 'published') await platform.must(['domain', 'dkim', 'send.example', 'use', selector])
  const signers = (await signersOf()).filter(({ state }) => state === 'signing')
  assert.equal(signers.length, 2)
  const sent = await run('swaks', ['--server', '127.0.0.1', '--port', port(587), '--tls', '--auth', 'PLAIN', '--auth-user', 'alice@send.example',
    '--auth-password', password, '--from', 'alice@send.example', '--to', 'bob@send.example', '--header', 'Subject: signed', '--header', 'Bcc: secret@far.example',
    '--body', 'Dear Bob,\n\n  it is signed. \n\n'])
  assert.equal(sent.code, 0, sent.out)
  const message = await fetchFound('bob@send.example', 'SUBJECT signed')
  assert.doesNotMatch(message, /secret@far/)
  const records = Object.fromEntries(signers.map(({ record }) => [record.name, record.strings.join('')]))
  const [verified] = await dkimpy(records, [{ do: 'verify', message: Buffer.from(message), signatures: signers.length }])
  assert.deepEqual(verified, [true, true], message)
})

test('curl and msmtp submit, with what they ask for of reports', async () => {
  writeFileSync(join(scratch, 'mail.eml'), 'From: alice@send.example\r\nTo: bob@send.example\r\nSubject: by curl\r\n\r\nhello\r\n')
  const curled = await run('curl', ['-sS', '-k', '--ssl-reqd', '--url', `smtp://127.0.0.1:${port(587)}`, '-u', `alice@send.example:${password}`,
    '--mail-from', 'alice@send.example', '--mail-rcpt', 'bob@send.example', '-T', join(scratch, 'mail.eml')])
  assert.equal(curled.code, 0, curled.out)
  const msmtp = await run('msmtp', ['--host=127.0.0.1', `--port=${port(465)}`, '--tls=on', '--tls-starttls=off', '--tls-certcheck=off', '--auth=plain',
    '--user=alice@send.example', `--passwordeval=echo ${password}`, '--from=alice@send.example', '--dsn-notify=failure,delay', '--dsn-return=headers',
    'bob@send.example'], { input: 'Subject: by msmtp\n\nhello\n' })
  assert.equal(msmtp.code, 0, msmtp.out)
  for (const subject of ['by curl', 'by msmtp']) assert.match(await fetchFound('bob@send.example', `SUBJECT "${subject}"`), /hello/)
})

test('a message that is to wait is not there before its time', async () => {
  const client = await submitting('alice@send.example')
  const beganMs = Date.now()
  client.send(Buffer.from('MAIL FROM:<alice@send.example> HOLDFOR=3\r\nRCPT TO:<bob@send.example>\r\nDATA\r\n'))
  while (!(await client.line()).startsWith('354')) continue
  client.send(Buffer.from('Subject: later\r\n\r\ntext\r\n.\r\n'))
  assert.match(await client.line(), /^250 2\.0\.0 Queued/)
  await client.close()
  await fetchFound('bob@send.example', 'SUBJECT later')
  assert.ok(Date.now() - beganMs >= 3_000)
})

test('ten thousand recipients in one breath are answered one by one, and the session goes on', async () => {
  const client = await submitting('robot@send.example')
  const many = 10_000
  const lines = Array.from({ length: many }, (_, at) => `RCPT TO:<r${at}@outside.example>\r\n`).join('')
  client.send(Buffer.from(`MAIL FROM:<robot@send.example>\r\n${lines}RSET\r\nNOOP\r\n`))
  assert.match(await client.line(), /^250 2\.1\.0/)
  let accepted = 0
  for (let at = 0; at < many; at += 1) {
    const line = await client.line()
    if (line.startsWith('250 2.1.5')) accepted += 1
    else assert.match(line, /^452 4\.5\.3/)
  }
  assert.equal(accepted, 200)
  assert.match(await client.line(), /^250 2\.0\.0 Transaction/)
  assert.match(await client.line(), /^250 2\.0\.0 Still/)
  await client.close()
})

test('nonsense is refused and nothing is fetched from anywhere', async () => {
  const client = await submitting('robot@send.example')
  const say = async (line: string): Promise<string> => {
    client.send(Buffer.from(`${line}\r\n`))
    return client.line()
  }
  for (const line of [
    `MAIL FROM:<robot@send.example> ${'X=1 '.repeat(100)}`, 'MAIL FROM:<robot@send.example> SIZE=1 SIZE=1', 'MAIL FROM:<robot@send.example> HOLDFOR=99999999999',
    'MAIL FROM:<robot@send.example>SIZE=1', `MAIL FROM:<${'a'.repeat(1_000)}@send.example>`, 'MAIL FROM:<robot@send.example\r> SIZE=1',
  ]) assert.match(await say(line), /^5\d\d /, line.slice(0, 60))
  for (const url of ['http://127.0.0.1/', 'file:///etc/passwd', 'imap://127.0.0.1/INBOX/;uid=1', 'imap://robot@send.example@evil.example/INBOX/;uid=1',
    `imap://robot@send.example@h/INBOX/;uid=1;urlauth=submit+robot@send.example:internal:${'0'.repeat(66)}`]) {
    assert.match(await say('MAIL FROM:<robot@send.example>'), /^250/)
    assert.match(await say('RCPT TO:<bob@send.example>'), /^250/)
    assert.match(await say(`BURL ${url} LAST`), /^5\d\d 5\./, url)
    assert.match(await say('RSET'), /^250/)
  }
  await client.close()
})

interface QueueItem {
  readonly id: string
  readonly domain: string
  readonly state: string
}

test('who suddenly writes to a hundred strangers is held, seen, and let go by a person', async () => {
  const client = await submitting('mallory@send.example')
  const many = Array.from({ length: 120 }, (_, at) => `RCPT TO:<stranger${at}@outside.example>\r\n`).join('')
  for (const subject of ['one', 'two']) {
    client.send(Buffer.from(`MAIL FROM:<mallory@send.example>\r\n${many}DATA\r\n`))
    while (!(await client.line()).startsWith('354')) continue
    client.send(Buffer.from(`Subject: ${subject}\r\n\r\nbuy\r\n.\r\n`))
    assert.match(await client.line(), /^250 2\.0\.0 Queued/)
  }
  await client.close()
  const waiting = async (): Promise<readonly QueueItem[]> =>
    (JSON.parse(await platform.must(['queue', 'list', 'send', '--limit', '1000', '--json'])) as { readonly items: readonly QueueItem[] })
      .items.filter(({ domain }) => domain === 'outside.example')
  const held = await waiting()
  assert.deepEqual([held.length, new Set(held.map(({ state }) => state))], [240, new Set(['held'])])
  const shown = JSON.parse(await platform.must(['sending', 'show', 'mallory@send.example', '--json'])) as { readonly held: boolean; readonly recipientsToday: number }
  assert.deepEqual([shown.held, shown.recipientsToday], [true, 240])
  assert.match(await platform.must(['sending', 'release', 'mallory@send.example']), /release: 240 recipients/)
  await eventually(patienceMs, async () => ((await waiting()).some(({ state }) => state === 'held') ? undefined : true))
})

test('a plan’s limit is said with the time there is room again', async () => {
  await platform.must(['plan', 'set', 'send', 'tight', '--messages-hour', '1'])
  await platform.must(['plan', 'give', 'send', 'tight', '--account', 'bob@send.example'])
  const args = ['--server', '127.0.0.1', '--port', port(465), '--tlsc', '--auth', 'PLAIN', '--auth-user', 'bob@send.example', '--auth-password', password,
    '--from', 'bob@send.example', '--to', 'alice@send.example']
  assert.equal((await run('swaks', args)).code, 0)
  const second = await run('swaks', args)
  assert.notEqual(second.code, 0)
  assert.match(second.out, /450 4\.7\.28 Your plan has no room for more messages this hour; try again after \d{4}-\d\d-\d\dT\d\d:\d\dZ/)
})
