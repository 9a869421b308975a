/** A platform with scanners, one on a socket and one by TCP through the scout, its policy decided on the command line. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { lineClient } from '../golden/line-client.ts'
import { liveWorld } from '../golden/live.ts'
import type { Client } from '../golden/world.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { outsidePort, portBases } from '../ports.ts'
import { attached, eicar, gtube, startClamd, startRspamd, type Peer } from './peers.ts'

const isp = 'judge'
const domain = 'judge.example'
const password = 'correct-horse-battery'
const [portBase] = portBases['test/scanners/filtering']
const rspamdPort = outsidePort(portBase)
const waitMs = 30_000
let platform: Platform
let peers: readonly Peer[] = []

before(async () => {
  peers = [await startRspamd(rspamdPort), await startClamd()]
  const settings = ['limits: { connectionsPerPeer: 100 }', `scanners: [{ kind: rspamd, at: "127.0.0.1:${rspamdPort}", whenAway: tempfail }, { kind: clamav, at: "${peers[1]?.path ?? ''}", whenAway: tempfail }]`]
  platform = await startPlatform({ cells: [{ id: isp, name: 'Judge', portBase, settings }] })
  await plantAccounts(platform, isp, domain, ['yes', 'no'], password)
}, { timeout: 150_000 })

after(async () => {
  await platform?.[Symbol.asyncDispose]()
  for (const peer of peers) await peer[Symbol.asyncDispose]()
})

const open = async (): Promise<Client> => {
  const client = lineClient(connect({ host: '127.0.0.1', port: platform.portOf(isp, 25) }))
  await client.line()
  client.send(Buffer.from('HELO mx.far.example\r\n'))
  await client.line()
  return client
}

const mail = (text: string, from = 'alice@far.example'): string =>
  `From: ${from}\r\nTo: undisclosed\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nSubject: hello\r\n\r\n${text}`

/** The answer to the content, or to what was refused before. */
const send = async (to: string, content: string, from = 'alice@far.example'): Promise<string> => {
  const client = await open()
  let answer = ''
  for (const line of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA', `${content}\r\n.`]) {
    client.send(Buffer.from(`${line}\r\n`))
    answer = await client.line()
    if (!/^[23]/.test(answer)) break
  }
  await client.close()
  return answer
}

const heard = async (client: Client, start: string): Promise<readonly string[]> => {
  const lines: string[] = []
  for (;;) {
    const line = await client.line()
    lines.push(line)
    if (line.startsWith(start)) return lines
  }
}

test('what was decided on the command line holds for mail that comes in, and is there to be read', async () => {
  const no = `no@${domain}`
  const yes = `yes@${domain}`
  await platform.must(['brand', 'policy', isp, '-', 'spam.subject=[迷惑メール]'])
  await platform.must(['account', 'filter', yes, 'spam=on'])
  await platform.must(['account', 'deny', yes, 'mallory@far.example'])
  assert.match(await platform.must(['brand', 'policy', isp]), /spam\.subject +\[迷惑メール\] +yes/)
  const bad = await platform.cli(['brand', 'policy', isp, '-', 'spam.mode=perhaps'])
  assert.deepEqual([bad.code, /spam\.mode is one of enforce, mark, off/.test(bad.err)], [1, true])

  assert.match(await send(yes, mail(gtube('add header'))), /^250 /)
  assert.match(await send(no, mail(gtube('add header'))), /^250 /)
  assert.match(await send(yes, attached(eicar)), /^550 5\.7\.1 .*malicious/)
  assert.match(await send(yes, mail('hello', 'mallory@far.example'), 'mallory@far.example'), /^550 5\.7\.1 .*refused by the recipient/)

  const target = (login: string) => ({
    host: '127.0.0.1', port: platform.portOf(isp, 993), pop3Port: platform.portOf(isp, 995), login, neighbour: null, password,
    authority: readFileSync(join(platform.data, 'ca.pem'), 'utf8'), serverName: 'localhost',
  })
  const counts = async (login: string): Promise<string> => {
    const client = await liveWorld(target(login)).connect()
    client.send(Buffer.from(`b LIST "" * RETURN (STATUS (MESSAGES))\r\nc LOGOUT\r\n`))
    const lines = await heard(client, 'c OK')
    await client.close()
    return lines.filter((line) => line.startsWith('* STATUS')).map((line) => line.replaceAll('"', '')).sort().join('; ')
  }
  const furniture = '* STATUS Archive (MESSAGES 0); * STATUS Drafts (MESSAGES 0)'
  assert.equal(await counts(yes), `${furniture}; * STATUS INBOX (MESSAGES 0); * STATUS Junk (MESSAGES 1); * STATUS Sent (MESSAGES 0); * STATUS Trash (MESSAGES 0)`)
  assert.equal(await counts(no), `${furniture}; * STATUS INBOX (MESSAGES 1); * STATUS Junk (MESSAGES 0); * STATUS Sent (MESSAGES 0); * STATUS Trash (MESSAGES 0)`)

  const shown = JSON.parse(await platform.must(['account', 'filter', yes, '--json'])) as { denied: number; decisions: readonly { what: string; value: string; caller: string }[] }
  assert.deepEqual([shown.denied, shown.decisions.map(({ what, value, caller }) => `${what} ${value} ${caller}`)], [1, ['deny added cli', 'spam on cli']])
})

test('the trace says how a message was judged', async () => {
  const until = async (seen: () => Promise<boolean>): Promise<void> => {
    for (let waited = 0; !(await seen()); waited += 500) {
      assert.ok(waited < waitMs, 'never seen')
      await sleep(500)
    }
  }
  await until(async () => {
    const text = await platform.must(['trace', isp, `yes@${domain}`])
    return text.includes('filed: junk') && text.includes('virus: Eicar-Test-Signature') && text.includes('deny: listed')
  })
})

test('while a scanner is away mail is put off, as the operator wants it, and then taken', async () => {
  await peers[1]?.[Symbol.asyncDispose]()
  assert.match(await send(`no@${domain}`, mail('hello')), /^451 4\.7\.1 /)
})
