/** Bad input against the real processes: a correct refusal, nothing lost, nobody else's session disturbed. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openImap, type ImapClient } from '../bench/load/imap.ts'
import { descendants, treeKiB } from '../bench/load/memory.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'

const [portBase] = portBases['test/hostile/hostile']
const password = 'correct-horse-battery'
let platform: Platform
/** Somebody else, logged in all the while. */
let bystander: ImapClient

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'hostile', name: 'Hostile', portBase }] })
    await plantAccounts(platform, 'hostile', 'hostile.example', ['victim', 'bystander'], password)
    await platform.must(['account', 'add', 'small@hostile.example', '--password-stdin', '--quota', '5000'], `${password}\n`)
    bystander = await openImap(platform.portOf('hostile', 143))
    await bystander.run(`LOGIN "bystander@hostile.example" ${password}`)
    await bystander.run('SELECT INBOX')
  },
  { timeout: 120_000 },
)

after(async () => {
  bystander?.[Symbol.dispose]()
  await platform?.[Symbol.asyncDispose]()
})

/** Longer than a door waits for an answer. */
const answerMs = 30_000
const quietMs = 1_000

/** Says everything at once and gives all that comes back until the server closes, is quiet for a second, or said `until`. */
const say = (port: number, parts: readonly (string | Buffer)[], until?: RegExp): Promise<string> =>
  new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    let quiet: NodeJS.Timeout | undefined
    const finish = (): void => {
      clearTimeout(quiet)
      clearTimeout(whole)
      socket.destroy()
      resolve(Buffer.concat(chunks).toString('latin1'))
    }
    const whole = setTimeout(finish, answerMs)
    socket.on('error', () => undefined)
    socket.on('close', finish)
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      clearTimeout(quiet)
      if (until === undefined) quiet = setTimeout(finish, quietMs)
      else if (until.test(Buffer.concat(chunks).toString('latin1'))) finish()
    })
    socket.on('connect', () => {
      for (const part of parts) socket.write(part)
    })
  })

const smtp = (): number => platform.portOf('hostile', 25)
const imap = (): number => platform.portOf('hostile', 143)
const undisturbed = (): Promise<unknown> => bystander.run('NOOP')

test('an over-long command line is refused and the session goes on or ends in order', async () => {
  assert.match(await say(smtp(), [`EHLO ${'x'.repeat(100_000)}\r\n`]), /^220 [^]*\r\n(500|501|421) /)
  assert.match(await say(imap(), [`a LOGIN ${'x'.repeat(200_000)} y\r\n`]), /BAD|BYE/)
  await undisturbed()
})

test('a huge literal before login is refused without being awaited', async () => {
  assert.match(await say(imap(), ['a LOGIN {4000000000}\r\n']), /a (BAD|NO)|BYE/)
  assert.match(await say(imap(), ['a LOGIN {99999999999999999999}\r\n']), /BAD|BYE/)
  await undisturbed()
})

test('thousands of recipients meet the limit, the first ones stand', async () => {
  const recipients = Array.from({ length: 3_000 }, () => 'RCPT TO:<victim@hostile.example>\r\n').join('')
  const said = await say(smtp(), ['EHLO h\r\nMAIL FROM:<a@b.example>\r\n', recipients])
  assert.match(said, /250 2\.1\.5/)
  assert.match(said, /452 4\.5\.3/)
  await undisturbed()
})

test('garbage and zero bytes before TLS are refused', async () => {
  assert.match(await say(smtp(), [Buffer.alloc(4_096), '\r\n']), /^220 [^]*(500|501|421)/)
  assert.match(await say(imap(), [Buffer.from([0, 1, 2, 255, 254, 13, 10])]), /BAD|BYE/)
  await undisturbed()
})

test('a client that half-closes in the middle of DATA delivers nothing', async () => {
  const before = await countOf('victim')
  await new Promise<void>((resolve) => {
    const socket = connect(smtp(), '127.0.0.1')
    socket.on('close', () => resolve())
    socket.resume()
    socket.end('EHLO h\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<victim@hostile.example>\r\nDATA\r\nSubject: half\r\n\r\nhalf a mess')
  })
  assert.equal(await countOf('victim'), before)
})

const countOf = async (login: string): Promise<number> => {
  using client = await openImap(imap())
  await client.run(`LOGIN "${login}@hostile.example" ${password}`)
  const { text } = await client.run('STATUS INBOX (MESSAGES)', { keep: true })
  return Number(/MESSAGES (\d+)/.exec(text)?.[1])
}

test('smuggled ends of data are refused, whatever the line ends', async () => {
  const before = await countOf('victim')
  for (const end of ['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r\n.\r', '\r\n\0.\r\n']) {
    const said = await say(smtp(), [
      `EHLO h\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<victim@hostile.example>\r\nDATA\r\nSubject: x\r\n\r\nfirst${end}MAIL FROM:<smuggled@b.example>\r\nRCPT TO:<victim@hostile.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nsecond\r\n.\r\nQUIT\r\n`,
    ])
    assert.doesNotMatch(said, /354[^]*354/, JSON.stringify(end))
    assert.match(said, /\r\n5\d\d /, JSON.stringify(end))
  }
  assert.equal(await countOf('victim'), before)
})

test('wrong charset labels and rubbish are delivered and can be searched and shown', async () => {
  const said = await say(smtp(), [
    'EHLO h\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<victim@hostile.example>\r\nDATA\r\n',
    'Subject: =?iso-2022-jp?B?gsmCwYLbgvE=?=\r\nContent-Type: multipart/mixed; boundary="\r\n\r\n',
    Buffer.from([0x82, 0xc9, 0x82, 0xc1, 0xff, 0xfe, 0x1b, 0x24, 0x42]),
    '\r\n.\r\n',
  ])
  assert.match(said, /250 2\.0\.0|250 2\.6\.0/)
  using client = await openImap(imap())
  await client.run(`LOGIN "victim@hostile.example" ${password}`)
  await client.run('SELECT INBOX')
  await client.run('FETCH 1:* (ENVELOPE BODYSTRUCTURE)')
  await client.run('SEARCH SUBJECT nothing')
})

test('a full quota refuses the message and says so, and takes a smaller one', async () => {
  const send = (body: string): Promise<string> =>
    say(smtp(), [`EHLO h\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<small@hostile.example>\r\nDATA\r\nSubject: q\r\n\r\n${body}\r\n.\r\nQUIT\r\n`])
  assert.match(await send('x'.repeat(70).concat('\r\n').repeat(100)), /\r\n(452 4\.2\.2|552 5\.2\.2)/)
  assert.match(await send('short'), /250 2\.\d\.0[^]*221/)
})

const processId = async (name: string): Promise<number> => {
  const { out } = await platform.cli(['status'])
  return Number(new RegExp(`${name}\\s+ready\\s+(\\d+)`).exec(out)?.[1])
}

test('a vault that is away is a temporary failure for the sender and the login, and heals', { timeout: 60_000 }, async () => {
  const pid = await processId('vault')
  assert.ok(descendants(platform.pid).includes(pid), 'status names the vault')
  process.kill(pid, 'SIGSTOP')
  try {
    const said = await say(smtp(), ['EHLO h\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<fresh-name@hostile.example>\r\n'], /\r\n4\d\d /)
    assert.match(said, /\r\n(451|421) 4\./)
    await undisturbed()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  for (let tries = 0; ; tries += 1) {
    const said = await say(smtp(), ['EHLO h\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<victim@hostile.example>\r\nQUIT\r\n'])
    if (/250 2\.1\.5/.test(said)) break
    assert.ok(tries < 40, said)
    await sleep(500)
  }
})

test('all of that left memory bounded', () => {
  assert.ok(treeKiB(platform.pid) < 3_000_000)
})
