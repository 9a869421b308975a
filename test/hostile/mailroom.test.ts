/** Logged-in clients that mean harm, or are broken: memory stays bounded, and everybody else's commands go on meanwhile. */
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { deflateRawSync } from 'node:zlib'
import { deliver } from '../bench/load/deliver.ts'
import { openImap, type ImapClient } from '../bench/load/imap.ts'
import { treeKiB } from '../bench/load/memory.ts'
import { generatedMail } from '../bench/mails.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { openedMailTests } from './opened-mail.ts'

const [portBase] = portBases['test/hostile/mailroom']
const password = 'correct-horse-battery'
const domain = 'rough.example'
const messages = 300
const messageBytes = 50_000
let platform: Platform
let bystander: ImapClient

const imap = (): number => platform.portOf('rough', 143)

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'rough', name: 'Rough', portBase }] })
    await plantAccounts(platform, 'rough', domain, ['attacker', 'bystander', 'opener'], password)
    const jobs = ['attacker', 'bystander'].flatMap((login) =>
      Array.from({ length: messages }, (_, number) => ({ forwardPath: `${login}@${domain}`, message: generatedMail(number, messageBytes) })))
    const { accepted } = await deliver({ port: platform.portOf('rough', 25), lmtp: false, sessions: 4, reversePath: 'a@outside.example', jobs })
    assert.equal(accepted, jobs.length)
    bystander = await openImap(imap())
    await bystander.run(`LOGIN bystander@${domain} ${password}`)
    await bystander.run('SELECT INBOX')
  },
  { timeout: 180_000 },
)

after(async () => {
  bystander?.[Symbol.dispose]()
  await platform?.[Symbol.asyncDispose]()
})

const attacker = async (): Promise<ImapClient> => {
  const client = await openImap(imap())
  await client.run(`LOGIN attacker@${domain} ${password}`)
  await client.run('SELECT INBOX')
  // A connection that the server ends in the middle of an attack is an answer.
  client.socket.on('error', () => undefined)
  return client
}

/** Longest reply that is waited for. */
const tailBytes = 200

/** Sends on a logged-in connection; gives all that comes back until `until` is seen, the server closes, or ten seconds went by. */
const said = (client: ImapClient, text: string | Buffer, until: RegExp): Promise<string> =>
  new Promise((resolve) => {
    const { socket } = client
    const chunks: Buffer[] = []
    let tail = ''
    const finish = (): void => {
      clearTimeout(late)
      socket.off('close', finish).off('data', take)
      resolve(Buffer.concat(chunks).toString('latin1'))
    }
    const take = (chunk: Buffer): void => {
      chunks.push(chunk)
      tail = (tail + chunk.toString('latin1')).slice(-tailBytes - chunk.length)
      if (until.test(tail)) finish()
    }
    const late = setTimeout(finish, 60_000)
    socket.on('close', finish).on('data', take)
    socket.write(text)
  })

/** What the bystander waits for at most, while `attack` goes on. */
const slowestDuring = async (attack: () => Promise<unknown>): Promise<number> => {
  let over = false
  const attacking = attack().finally(() => {
    over = true
  })
  let slowest = 0
  while (!over) {
    const { seconds } = await bystander.run('FETCH 1:20 (FLAGS ENVELOPE)')
    slowest = Math.max(slowest, seconds)
    await sleep(5)
  }
  await attacking
  return slowest
}

/** Far above what is measured: a session that is held up by another's work would wait longer. */
const patienceSeconds = 10

test('clients that never read, and those that ask for all at once, slow nobody else', { timeout: 120_000 }, async () => {
  const deaf: Socket[] = []
  const attack = async (): Promise<void> => {
    for (let number = 0; number < 12; number += 1) {
      const client = await attacker()
      client.socket.pause()
      client.socket.write('t FETCH 1:* BODY.PEEK[]\r\n'.repeat(200))
      deaf.push(client.socket)
    }
    await sleep(3_000)
  }
  const before = treeKiB(platform.pid)
  const slowest = await slowestDuring(attack)
  const grown = treeKiB(platform.pid) - before
  for (const socket of deaf) socket.destroy()
  assert.ok(slowest < patienceSeconds, `${slowest} s`)
  assert.ok(grown < 400_000, `${grown} KiB more for twelve deaf clients`)
})

test('dear searches slow nobody else', { timeout: 120_000 }, async () => {
  const slowest = await slowestDuring(async () => {
    using client = await attacker()
    const keys = Array.from({ length: 50 }, (_, number) => `OR BODY "no such text ${number}" TEXT "nor this ${number}"`).join(' ')
    for (let times = 0; times < 5; times += 1) await said(client, `s${times} SEARCH ${keys}\r\n`, new RegExp(`s${times} (OK|NO|BAD)`))
  })
  assert.ok(slowest < patienceSeconds, `${slowest} s`)
})

test('a hundred thousand commands at once are answered in turn', { timeout: 120_000 }, async () => {
  const slowest = await slowestDuring(async () => {
    using client = await attacker()
    const answers = await said(client, 'n NOOP\r\n'.repeat(100_000) + 'last NOOP\r\n', /last OK/)
    assert.match(answers, /last OK|BYE/)
  })
  assert.ok(slowest < patienceSeconds, `${slowest} s`)
})

test('a stream that swells a thousandfold when decompressed is cut', { timeout: 60_000 }, async () => {
  const before = treeKiB(platform.pid)
  const slowest = await slowestDuring(async () => {
    using client = await attacker()
    await client.run('COMPRESS DEFLATE')
    const bomb = deflateRawSync(Buffer.alloc(512 * 1024 * 1024, 'a'))
    const closed = new Promise<void>((resolve) => client.socket.once('close', () => resolve()))
    client.socket.write(bomb)
    await Promise.race([closed, sleep(20_000).then(() => assert.fail('the connection was not ended'))])
  })
  assert.ok(slowest < patienceSeconds, `${slowest} s`)
  assert.ok(treeKiB(platform.pid) - before < 300_000)
})

openedMailTests({ platform: () => platform, cell: 'rough', address: `opener@${domain}`, password, slowestDuring, patienceSeconds })

test('connections beyond the limit of an account are refused in words', async () => {
  const clients: ImapClient[] = []
  try {
    let refusal = ''
    for (let number = 0; number < 200 && refusal === ''; number += 1) {
      try {
        const client = await openImap(imap())
        clients.push(client)
        await client.run(`LOGIN attacker@${domain} ${password}`)
      } catch (error) {
        refusal = (error as Error).message
      }
    }
    assert.match(refusal, /NO \[(LIMIT|UNAVAILABLE)\]|BYE/)
  } finally {
    for (const client of clients) client[Symbol.dispose]()
  }
  await bystander.run('NOOP')
})
