/**
 * Peers judged by the running platform: a router says who they are (PROXY protocol), a validating resolver has their names and
 * two DNS lists, one of them broken. What becomes of their mail, and what the operator hears.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openImap } from '../bench/load/imap.ts'
import { drawnPort, startSignedZones, type SignedZones } from '../dns/signed-zones.ts'
import { lineClient } from '../golden/line-client.ts'
import type { Client } from '../golden/world.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'

const password = 'correct-horse-battery'
const router = '127.0.0.2'
const [portBase] = portBases['test/reception/judging']
const waitMs = 30_000
const lookMs = 250

const reception = [
  'reception:',
  '  helpUrl: https://judged.example/why',
  '  reverseName: require',
  '  lists: [{ zone: bl.lists.example, weight: 2 }, { zone: broken.lists.example, weight: 9 }, { zone: good.lists.example, kind: allow }]',
  '  refuseAt: 2',
  '  greylist: { wait: 1s }',
  '  unknownPerHour: 3',
]

let zones: SignedZones
let platform: Platform

before(
  async () => {
    const port = drawnPort()
    const names = {
      '7.2.0.192.in-addr.arpa': { PTR: ['mail.lists.example'] }, 'mail.lists.example': { A: ['192.0.2.7'] },
      '8.2.0.192.in-addr.arpa': { PTR: ['mail.lists.example'] }, '8.2.0.192.bl.lists.example': { A: ['127.0.0.2'] },
      '7.2.0.192.good.lists.example': { A: ['127.0.0.2'] }, '7.2.0.192.bl.lists.example': { A: ['127.0.0.2'] },
      '9.2.0.192.in-addr.arpa': { PTR: ['mail.lists.example'] },
      '1.0.0.127.broken.lists.example': { A: ['127.0.0.2'] }, '9.2.0.192.broken.lists.example': { A: ['127.0.0.2'] },
    }
    zones = await startSignedZones([{ name: 'lists.example', is: 'signed', names }], port)
    platform = await startPlatform({
      cells: [{
        id: 'judged', name: 'Judged', portBase,
        settings: [`proxyFrom: [${router}]`, `dns: { servers: ["127.0.0.1:${port}"] }`, ...reception],
      }],
    })
    await plantAccounts(platform, 'judged', 'judged.example', ['reader', 'postmaster'], password)
  },
  { timeout: 180_000 },
)
after(async () => {
  await platform?.[Symbol.asyncDispose]()
  await zones?.[Symbol.asyncDispose]()
})

/** PROXY protocol version 2 over TCP and IPv4. */
const proxied = (peer: string): Buffer => {
  const header = Buffer.alloc(28)
  header.write('\r\n\r\n\0\r\nQUIT\n', 'latin1')
  header.set([0x21, 0x11, 0, 12, ...peer.split('.').map(Number), 127, 0, 0, 1, 0x30, 0x39, 0, 25], 12)
  return header
}

const reply = async (client: Client): Promise<string> => {
  for (;;) {
    const line = await client.line()
    if (line[3] === ' ') return line
  }
}

const say = async (client: Client, command: string): Promise<string> => {
  client.send(Buffer.from(`${command}\r\n`))
  return reply(client)
}

const from = async (peer: string): Promise<Client> => {
  const client = lineClient(connect({ host: '127.0.0.1', port: portBase + 25, localAddress: router }))
  client.send(proxied(peer))
  assert.match(await reply(client), /^220 /)
  await say(client, 'EHLO mail.lists.example')
  return client
}

const attempt = async (peer: string, to: string, sender = 'sender'): Promise<string> => {
  const client = await from(peer)
  await say(client, `MAIL FROM:<${sender}@lists.example>`)
  const answer = await say(client, `RCPT TO:<${to}@judged.example>`)
  await client.close()
  return answer
}

const ledger = (): string => {
  const folder = join(platform.data, 'ledger')
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n')
}

const told = async (what: RegExp): Promise<void> => {
  for (const end = Date.now() + waitMs; Date.now() < end; await sleep(lookMs)) if (what.test(ledger())) return
  assert.fail(`${String(what)} is not in the ledger`)
}

test('who is on an allow list delivers, and its confirmed name stands in the trace field', async () => {
  const client = await from('192.0.2.7')
  for (const command of ['MAIL FROM:<sender@lists.example>', 'RCPT TO:<reader@judged.example>', 'DATA']) assert.match(await say(client, command), /^[23]/)
  assert.match(await say(client, 'Subject: named\r\n\r\nx\r\n.'), /^250 /)
  await client.close()
  using reader = await openImap(platform.portOf('judged', 143))
  await reader.run(`LOGIN "reader@judged.example" ${password}`)
  await reader.run('SELECT INBOX')
  const { text } = await reader.run('FETCH 1 BODY.PEEK[HEADER.FIELDS (RECEIVED)]', { keep: true })
  assert.match(text, /from mail\.lists\.example \(mail\.lists\.example \[192\.0\.2\.7\]\)/)
})

test('who is on a block list, or has no name, is refused, but not to the postmaster', async () => {
  assert.equal(await attempt('192.0.2.8', 'reader'), '550 5.7.1 Your address is listed at bl.lists.example; see https://judged.example/why')
  assert.match(await attempt('192.0.2.200', 'reader'), /^550 5\.7\.25 /)
  assert.match(await attempt('192.0.2.8', 'postmaster'), /^(250|451 4\.7\.1) /)
})

test('a broken list refuses nobody, and the operator hears of it', async () => {
  assert.match(await attempt('192.0.2.9', 'reader'), /^(250|451 4\.7\.1) /)
  await told(/reception\.dnsList[^\n]*broken\.lists\.example: lists127001/)
})

test('a stranger passes at a later attempt', async () => {
  const answers = new Set<string>()
  for (const end = Date.now() + waitMs; Date.now() < end; await sleep(lookMs)) {
    const answer = await attempt('192.0.2.9', 'postmaster', 'stranger')
    answers.add(answer.slice(0, 9))
    if (answer.startsWith('250')) break
  }
  assert.deepEqual([...answers], ['451 4.7.1', '250 2.1.5'])
})

test('a network that asks for many who do not exist is put off in all its sessions, and the operator hears of it', async () => {
  for (const name of ['a', 'b', 'c']) assert.match(await attempt('192.0.2.7', `no-such-${name}`), /^550 5\.1\.1 /)
  assert.match(await attempt('192.0.2.9', 'reader'), /^451 4\.7\.1 Your network/)
  await told(/gate\.harvest/)
  assert.doesNotMatch(ledger(), /no-such|@/)
})
