/** Hostile IMAP against the real processes, mostly after login: a refusal or a BYE, bounded memory, nobody else disturbed. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants, deflateRawSync } from 'node:zlib'
import { openImap, type ImapClient } from '../bench/load/imap.ts'
import { treeKiB } from '../bench/load/memory.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'

const [portBase] = portBases['test/hostile/imap']
const password = 'correct-horse-battery'
const address = (name: string): string => `${name}@imap.example`
let platform: Platform
/** Somebody else, logged in all the while. */
let bystander: ImapClient
let port = 0

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'imap', name: 'Imap', portBase }] })
    await plantAccounts(platform, 'imap', 'imap.example', ['victim', 'bystander'], password)
    port = platform.portOf('imap', 143)
    bystander = await openImap(port)
    await bystander.run(`LOGIN "${address('bystander')}" ${password}`)
    await bystander.run('SELECT INBOX')
  },
  { timeout: 120_000 },
)

after(async () => {
  bystander?.[Symbol.dispose]()
  await platform?.[Symbol.asyncDispose]()
})

const undisturbed = (): Promise<unknown> => bystander.run('NOOP')
const loginLine = `in LOGIN "${address('victim')}" ${password}\r\n`
const waitMs = 60_000

/** Says it all after a login, and gives what comes back until `until`, or the server closes. */
const say = (parts: readonly (string | Buffer)[], until: RegExp): Promise<string> =>
  new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1')
    let text = ''
    const finish = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(text)
    }
    const timer = setTimeout(finish, waitMs)
    socket.on('error', () => undefined)
    socket.on('close', finish)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (until.test(text)) finish()
    })
    socket.write(loginLine)
    for (const part of parts) socket.write(part)
  })

const messages = async (): Promise<number> => {
  using client = await openImap(port)
  await client.run(`LOGIN "${address('victim')}" ${password}`)
  const { text } = await client.run('STATUS INBOX (MESSAGES)', { keep: true })
  return Number(/MESSAGES (\d+)/.exec(text)?.[1])
}

test('over-long lines, deep lists and a million ranges are refused, and the session goes on', async () => {
  const ranges = Array.from({ length: 9_000 }, (_, at) => `${at * 2 + 1}`).join(',')
  const said = await say(
    [
      'a SELECT INBOX\r\n',
      `b SEARCH ${'x'.repeat(100_000)}\r\n`,
      `c SEARCH ${'('.repeat(30_000)}ALL${')'.repeat(30_000)}\r\n`,
      `d FETCH ${Array.from({ length: 20_000 }, () => '1').join(',')} FLAGS\r\n`,
      `e UID FETCH ${ranges} FLAGS\r\n`,
      `f STORE 1 FLAGS (${'\\Seen '.repeat(5_000).trim()})\r\n`,
      'g NOOP\r\n',
    ],
    /^g \w+/m,
  )
  for (const tag of ['b', 'c', 'd', 'f']) assert.match(said, new RegExp(`^${tag} BAD`, 'm'))
  for (const tag of ['e', 'g']) assert.match(said, new RegExp(`^${tag} OK`, 'm'))
  await undisturbed()
})

test('literals that are too large, have no size, or never come', async () => {
  const before = await messages()
  assert.match(await say(['a SELECT {300000}\r\nb NOOP\r\n'], /^b \w+/m), /^a BAD[^]*^b OK/m)
  assert.match(await say(['a APPEND INBOX {99999999}\r\nb NOOP\r\n'], /^b \w+/m), /^a NO \[TOOBIG\][^]*^b OK/m)
  assert.match(await say(['a APPEND INBOX {99999999999+}\r\nb NOOP\r\n'], /BYE/), /^\* BYE/m)
  assert.match(await say(['a SELECT {99999999999999999999999+}\r\nb LOGOUT\r\n'], /BYE/), /^\* BYE Literal without a size/m)
  assert.match(await say(['a APPEND INBOX {-1}\r\nb NOOP\r\n'], /^b \w+/m), /^a BAD[^]*^b OK/m)
  await say(['a APPEND INBOX {1000+}\r\nSubject: half\r\n\r\nand no'], /^in OK/m)
  await sleep(200)
  assert.equal(await messages(), before)
  await undisturbed()
})

test('a client that sends a large literal for nothing is read to its end and refused', async () => {
  const said = await say(['a APPEND Nowhere {20000000+}\r\n', Buffer.alloc(20_000_000, 0x61), '\r\nb NOOP\r\n'], /^b \w+/m)
  assert.match(said, /^a NO \[TRYCREATE\][^]*^b OK/m)
  await undisturbed()
})

test('a client that asks for everything and reads nothing costs little', async () => {
  using client = await openImap(port)
  await client.run(`LOGIN "${address('victim')}" ${password}`)
  await client.run('APPEND INBOX', { literal: Buffer.alloc(5_000_000, 'Subject: x\r\n\r\n') })
  const before = treeKiB(platform.pid)
  const sockets = Array.from({ length: 10 }, () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.pause()
    socket.write(`${loginLine}a SELECT INBOX\r\n${Array.from({ length: 200 }, (_, at) => `f${at} FETCH 1:* BODY.PEEK[]\r\n`).join('')}`)
    return socket
  })
  await sleep(3_000)
  const grownKiB = treeKiB(platform.pid) - before
  for (const socket of sockets) socket.destroy()
  assert.ok(grownKiB < 200_000, `${grownKiB} KiB for ten of them`)
  await undisturbed()
})

test('a compression bomb ends in BYE, and what is not deflate too', async () => {
  const bomb = deflateRawSync(Buffer.concat([Buffer.from('x APPEND INBOX {400000000+}\r\n'), Buffer.alloc(200_000_000)]), { finishFlush: constants.Z_SYNC_FLUSH })
  const before = treeKiB(platform.pid)
  for (const bytes of [bomb, Buffer.from('this is not deflate at all')]) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    await new Promise<void>((resolve) => {
      let text = ''
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1')
        if (/^c OK/m.test(text)) resolve()
      })
      socket.write(loginLine)
      setTimeout(() => socket.write('c COMPRESS DEFLATE\r\n'), 500)
    })
    socket.write(bytes)
    await closed
  }
  assert.ok(treeKiB(platform.pid) - before < 200_000)
  await undisturbed()
})

test('a session survives bytes that are no command, and stays in step', async () => {
  const said = await say(
    [Buffer.from([0, 255, 13, 10]), 'a NOOP\0\r\n', '\r\n', '* OK\r\n', '+\r\n', 'b SELECT "IN\0BOX"\r\n', 'c NOOP\nd NOOP\r\n', 'e NOOP\r\n'],
    /^e \w+/m,
  )
  assert.match(said, /^a BAD/m)
  assert.match(said, /^b BAD/m)
  assert.match(said, /^e OK/m)
  await undisturbed()
})
