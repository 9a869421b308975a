/**
 * A cell of two mailrooms and two intakes: a mailroom that is killed costs its clients a reconnect, two that serve one account
 * agree, and while an intake is away mail comes in by the other.
 */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AccountHandle } from '@bulkhead/base/ids.ts'
import { Mirror } from '@bulkhead/front/imap/testing/mirror.ts'
import { doorPath, findPlatform } from '@bulkhead/run/supervisor/paths.ts'
import { mailroomFor } from '@bulkhead/warden/passes.ts'
import { deliver } from '../bench/load/deliver.ts'
import { livePop3World, liveWorld } from '../golden/live.ts'
import type { Client } from '../golden/world.ts'
import { portBases } from '../ports.ts'
import { startPlatform, type Platform } from './platform.ts'

const [portBase] = portBases['test/platform/several-processes']
const password = 'correct-horse-battery'
const domain = 'twin.example'
const mailrooms = ['mailroom', 'mailroom-2'].map((name) => ({ name, publicKey: '', path: '' }))
const accountsMax = 64
let platform: Platform

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'twin', name: 'Twin', portBase, settings: ['mailrooms: 2', 'intakes: 2'] }] })
    await platform.must(['domain', 'add', 'twin', domain])
  },
  { timeout: 120_000 },
)

after(() => platform?.[Symbol.asyncDispose]())

/** An account of each mailroom, by its address. */
const accountOfEach = async (): Promise<Readonly<Record<string, string>>> => {
  const found: Record<string, string> = {}
  for (let number = 1; number <= accountsMax && Object.keys(found).length < mailrooms.length; number += 1) {
    const address = `person${number}@${domain}`
    const { account } = JSON.parse(await platform.must(['account', 'add', address, '--password-stdin', '--json'], `${password}\n`)) as { account: AccountHandle }
    found[mailroomFor(account, mailrooms).name] ??= address
  }
  return found
}

const targetOf = (login: string) => ({
  host: '127.0.0.1', port: platform.portOf('twin', 993), pop3Port: platform.portOf('twin', 995), login, neighbour: null, password,
  authority: readFileSync(join(platform.data, 'ca.pem'), 'utf8'), serverName: 'localhost',
})
const imap = (login: string): Promise<Client> => liveWorld(targetOf(login)).connect()
const pop3 = (login: string): Promise<Client> => livePop3World(targetOf(login)).connect()

/** Until a line that begins so. */
const heard = async (client: Client, start: string): Promise<string> => {
  for (;;) {
    const line = await client.line()
    if (line.startsWith(start)) return line
  }
}

const say = async (client: Client, tag: string, command: string): Promise<void> => {
  client.send(Buffer.from(`${tag} ${command}\r\n`))
  await heard(client, `${tag} OK`)
}

const pidOf = async (name: string): Promise<number> => {
  const { platform: running } = JSON.parse(await platform.must(['status', '--json', '--wait', '60'])) as { platform: { cells: { processes: { name: string; pid: number }[] }[] } }
  return running.cells.flatMap(({ processes }) => processes).find((process) => process.name === name)?.pid ?? 0
}

/** Kills a process, and keeps it from coming back: its door can't be made where a directory is. */
const keepAway = async (name: string): Promise<() => Promise<void>> => {
  const paths = findPlatform(platform.data, undefined, { BULKHEAD_SAFE: join(platform.directory, 'safe') })
  assert.ok(paths !== undefined)
  const door = doorPath(paths, 'twin', name, 'gate')
  const pid = await pidOf(`twin/${name}`)
  rmSync(door)
  mkdirSync(join(door, 'in-the-way'), { recursive: true })
  process.kill(pid, 'SIGKILL')
  return async () => {
    rmSync(door, { recursive: true })
    await platform.must(['status', '--wait', '60'])
  }
}

/** What a client that lost its connection does. */
const comeBack = async (login: string): Promise<Client> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await imap(login)
    } catch (error) {
      if (attempt >= 50) throw error
      await sleep(100)
    }
  }
}

let deliveries = 0

const delivered = async (login: string): Promise<void> => {
  deliveries += 1
  const jobs = [{ forwardPath: login, message: Buffer.from(`Subject: news ${deliveries}\r\n\r\nnew\r\n`) }]
  for (let attempt = 1; ; attempt += 1) {
    const { accepted } = await deliver({ port: platform.portOf('twin', 25), lmtp: false, sessions: 1, reversePath: 'a@outside.example', jobs })
    if (accepted === 1) return
    assert.ok(attempt < 50, 'never accepted')
    await sleep(100)
  }
}

test('one that is killed costs a reconnect; when it is back, two serve the account and agree', { timeout: 120_000 }, async () => {
  const { mailroom: stays = '', 'mailroom-2': moves = '' } = await accountOfEach()
  for (let count = 0; count < 3; count += 1) await delivered(moves)
  const untouched = await imap(stays)
  const lost = await imap(moves)
  await say(lost, 'a', 'SELECT INBOX')
  await say(lost, 'b', 'STORE 1 +FLAGS (\\Flagged)')
  const letBack = await keepAway('mailroom-2')
  await heard(lost, '* BYE [UNAVAILABLE]')
  await say(untouched, 'a', 'NOOP')

  const first = await Mirror.open(await comeBack(moves), 'qresync')
  await first.select('INBOX')
  await first.learn()
  assert.equal(first.view()[0]?.[1], '\\Flagged')
  const maildrop = await pop3(moves)
  assert.match(await maildrop.line(), /^\+OK 3 messages/)
  await say(untouched, 'b', 'NOOP')

  await letBack()
  const second = await Mirror.open(await imap(moves), 'plain')
  await second.select('INBOX')
  await second.learn()
  await inUseElsewhere(maildrop, moves)
  await agree(first, second, moves)
  for (const mirror of [first, second]) await mirror.leave()
  await untouched.close()
})

test('while an intake is away mail comes in by the other, and once the gate knows nobody has to try again', { timeout: 120_000 }, async () => {
  const login = `patient@${domain}`
  await platform.must(['account', 'add', login, '--password-stdin'], `${password}\n`)
  const letBack = await keepAway('intake-2')
  for (let sent = 0; sent < 4; sent += 1) await delivered(login)
  // The gate gives each session to the next intake: without knowing it would lose every other one.
  const taken = await wholeRound(login, 8)
  await letBack()
  for (let sent = 0; sent < 4; sent += 1) await delivered(login)
  const client = await imap(login)
  client.send(Buffer.from('a STATUS INBOX (MESSAGES)\r\n'))
  assert.match(await heard(client, '* STATUS'), new RegExp(`MESSAGES ${8 + taken}\\)`))
  await client.close()
})

/** Sends rounds of messages until all of one are taken at the first attempt; gives how many were taken in all. */
const wholeRound = async (login: string, count: number): Promise<number> => {
  let taken = 0
  for (let round = 1; round < 50; round += 1) {
    let here = 0
    for (let number = 0; number < count; number += 1) {
      const jobs = [{ forwardPath: login, message: Buffer.from(`Subject: round ${round}, ${number}\r\n\r\nnew\r\n`) }]
      here += (await deliver({ port: platform.portOf('twin', 25), lmtp: false, sessions: 1, reversePath: 'a@outside.example', jobs })).accepted
    }
    taken += here
    if (here === count) return taken
    await sleep(100)
  }
  return assert.fail('the gate never heard that an intake is away')
}

/** The maildrop that one mailroom has is in use in the other, and free when it was left. */
const inUseElsewhere = async (holder: Client, login: string): Promise<void> => {
  const refused = await pop3(login)
  assert.match(await refused.line(), /^-ERR \[IN-USE\]/)
  await refused.close()
  holder.send(Buffer.from('QUIT\r\n'))
  assert.match(await holder.line(), /^\+OK/)
  const welcome = await pop3(login)
  assert.match(await welcome.line(), /^\+OK 3 messages/)
  await welcome.close()
}

const stored = (number: number, flag: string) =>
  ({ numbers: [number], mode: '+', flag, silent: false, byUid: false, unchangedSince: false }) as const

/** Both do things, IDLE hears what is done through the other, and in the end both believe the same. */
const agree = async (first: Mirror, second: Mirror, login: string): Promise<void> => {
  await first.beginIdle()
  await second.store(stored(2, '\\Answered'))
  await first.hear(/^\* 2 FETCH .*\\Answered/)
  await delivered(login)
  await first.hear(/^\* 4 EXISTS/)
  await first.endIdle()
  await second.beginIdle()
  await first.learn()
  await first.store(stored(3, '\\Deleted'))
  await first.act('EXPUNGE', true)
  await second.hear(/^\* 3 EXPUNGE/)
  await second.endIdle()
  await second.learn()
  for (let number = 1; number <= 3; number += 1) await Promise.all([first.store(stored(number, 'one')), second.store(stored(number, 'other'))])
  for (const mirror of [first, second]) {
    await mirror.act('NOOP', true)
    await mirror.learn()
  }
  assert.deepEqual(first.view(), second.view())
  assert.deepEqual(first.view().map(([, flags]) => flags), ['\\Flagged one other', '\\Answered one other', 'one other'])
}
