import assert from 'node:assert/strict'
import { duplexPair } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { meter } from '@bulkhead/base/meter.ts'
import { manualClock } from '@bulkhead/base/clock.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import { newAccountHandle, newMailboxId, newMessageId, type Uid } from '@bulkhead/base/ids.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import type { AccountState, MailAccount, MailboxState } from '@bulkhead/mail/account/mail-account.ts'
import type { UidRanges } from '@bulkhead/mail/journal/event.ts'
import { messageIndexer } from '@bulkhead/wire/mime/indexer.ts'
import type { AccountSession } from '../mailroom/session.ts'
import { pop3Locks } from './locks.ts'
import { pop3 } from './session.ts'

const accountOf = (texts: readonly string[], away = false) => {
  const bodies = texts.map((text) => Buffer.from(text, 'latin1'))
  const ids = bodies.map(() => newMessageId())
  const uids = Uint32Array.from(bodies, (_, at) => at * 2 + 1)
  const inbox = {
    id: newMailboxId(),
    uidlOf: () => undefined,
    uidValidity: 0xabc,
    messages: {
      count: bodies.length,
      uids,
      sizes: Uint32Array.from(bodies, (body) => body.length),
      messageId: (at: number) => ids[at],
      indexOf: (uid: Uid) => uids.indexOf(uid),
    },
  }
  const mailbox = inbox as unknown as MailboxState
  const state = { inbox: mailbox, mailboxes: new Map([[inbox.id, mailbox]]), annotations: new Map() } as unknown as AccountState
  const expunged: UidRanges[] = []
  const part: Partial<MailAccount> = {
    state: () => state,
    refresh: () => Promise.resolve(state),
    async body(message) {
      if (away) throw new Fault('storageFailed', 'test')
      const bytes = bodies[ids.indexOf(message)] ?? Buffer.alloc(0)
      let closed = false
      return {
        sizeBytes: bytes.length,
        async read(offset, length) {
          await new Promise((resolve) => setImmediate(resolve))
          if (closed) throw new Fault('corrupt', 'read after it was closed')
          return bytes.subarray(offset, offset + length)
        },
        async [Symbol.asyncDispose]() {
          closed = true
        },
      }
    },
    async *indexes(messages) {
      for (const message of messages) {
        const indexer = messageIndexer()
        indexer.push(bodies[ids.indexOf(message)] ?? Buffer.alloc(0))
        yield indexer.end()
      }
    },
    async expunge(_mailbox, ranges) {
      expunged.push(ranges ?? [])
      return { is: 'done', uids: [] }
    },
  }
  return { account: part as MailAccount, expunged }
}

const clock = manualClock(0)
const policy = { loginDelayMs: 0, clock, locks: pop3Locks({ clock, freeElsewhere: async () => true }) }

const sessionOf = (account: MailAccount, handle = newAccountHandle(), pop = pop3(policy), saidUtf8 = false) => {
  const [client, socket] = duplexPair()
  const stopping = new AbortController()
  const session: AccountSession = {
    socket, firstBytes: Buffer.alloc(0), picture: null, language: '', utf8: saidUtf8, gatehouse: () => undefined, who: { account: handle, login: 'a@b.example', loginIndex: Buffer.alloc(32) }, tag: '', helo: '',
    peer: '127.0.0.1', tls: true, hostName: 'mail.example', jmapUrl: null, clock: manualClock(0), log: silentLog, meter: meter(),
    limits: { messageBytesMax: 1, recipientsMax: 1, connectionsMax: 1, connectionsPerPeerMax: 1 }, stopping: stopping.signal, account,
  }
  const heard: Buffer[] = []
  client.on('data', (chunk: Buffer) => heard.push(chunk))
  return { client, socket, stopping, over: pop.run(session), heard: () => Buffer.concat(heard).toString('latin1') }
}

const converse = async (texts: readonly string[], commands: string, account = accountOf(texts)) => {
  const { client, over, heard } = sessionOf(account.account)
  client.end(commands.replaceAll('\n', '\r\n'))
  await over
  return { heard: heard(), expunged: account.expunged }
}

const one = 'Subject: one\r\n\r\nline\r\n.dot\r\n..\r\nlast'
const two = 'Subject: two\r\n\r\n1\r\n2\r\n3\r\n'

test('RETR gives the bytes as stored, dots stuffed, and only completes the last line', async () => {
  const { heard } = await converse([one], 'RETR 1\nQUIT\n')
  assert.equal(
    heard,
    '+OK 1 messages (36 octets)\r\n+OK 36 octets\r\nSubject: one\r\n\r\nline\r\n..dot\r\n...\r\nlast\r\n.\r\n+OK Bye, 1 messages left\r\n',
  )
})

test('headers in UTF-8 are given as they are to those who said UTF8, in ASCII to others, however long', async () => {
  const header = `Subject: 会議\r\nX-Long: ${'a b c d e f g h\r\n '.repeat(9_000)}é\r\n\r\n`
  const bytes = Buffer.from(`${header}本文\r\n`).toString('latin1')
  const heard = async (saidUtf8: boolean, text: string): Promise<string> => {
    const session = sessionOf(accountOf([text]).account, newAccountHandle(), pop3(policy), saidUtf8)
    session.client.end('RETR 1\r\n')
    await session.over
    return session.heard()
  }
  assert.ok((await heard(true, bytes)).endsWith(`\r\n${bytes}.\r\n`))
  const ascii = await heard(false, bytes)
  assert.match(ascii, /\r\nSubject: =\?UTF-8\?B\?5Lya6K2w\?=\r\nX-Long: a b c/)
  assert.ok(ascii.endsWith(`\r\n\r\n${bytes.slice(-8)}.\r\n`))
  const endless = `Subject: ${'\xe9'.repeat(700_000)}\r\n\r\n\xe9\r\n`
  assert.ok((await heard(false, endless)).endsWith(`\r\nSubject: ${'?'.repeat(700_000)}\r\n\r\n\xe9\r\n.\r\n`))
})

test('a message of many pieces comes whole', async () => {
  const long = `Subject: long\r\n\r\n${'0123456789\r\n'.repeat(30_000)}`
  for (const command of ['RETR 1', 'TOP 1 99999']) {
    const { heard } = await converse([long], `${command}\n`)
    assert.ok(heard.endsWith(`\r\n${long}.\r\n`))
  }
})

test('TOP gives the header and as many lines as asked for', async () => {
  const { heard } = await converse([two], 'TOP 1 0\nTOP 1 2\nTOP 1 99\n')
  const [, , none = '', few = '', all = ''] = heard.split('+OK ')
  assert.ok(none.endsWith('Subject: two\r\n\r\n.\r\n'))
  assert.ok(few.endsWith('\r\n\r\n1\r\n2\r\n.\r\n'))
  assert.ok(all.endsWith('1\r\n2\r\n3\r\n.\r\n'))
})

test('LIST, UIDL and STAT leave out what is marked deleted, and RSET brings it back', async () => {
  const { heard } = await converse([one, two], 'DELE 1\nSTAT\nLIST\nUIDL\nLIST 1\nRSET\nSTAT\nUIDL 2\n')
  assert.match(heard, /\+OK 1 25\r\n\+OK 1 messages \(25 octets\)\r\n2 25\r\n\.\r\n\+OK [^\r]*\r\n2 00000abc00000003\r\n\.\r\n-ERR No such message\r\n/)
  assert.match(heard, /\+OK 2 61\r\n\+OK 2 00000abc00000003\r\n$/)
})

test('QUIT deletes what is marked, in one operation with whole ranges', async () => {
  const { expunged } = await converse([one, two, one, two], 'DELE 1\nDELE 2\nDELE 4\nQUIT\n')
  assert.deepEqual(expunged, [[[1, 3], [7, 7]]])
})

test('a connection that breaks before QUIT deletes nothing', async () => {
  const { expunged } = await converse([one], 'DELE 1\n')
  assert.deepEqual(expunged, [])
})

test('a client that never reads is sent no more than fits between us', async () => {
  const long = `Subject: long\r\n\r\n${'0123456789\r\n'.repeat(1_000_000)}`
  const { account } = accountOf([long])
  let readBytes = 0
  const counting: MailAccount = {
    ...account,
    async body(message) {
      const body = await account.body(message)
      if (body === undefined) return undefined
      const read = async (offset: number, length: number): Promise<Buffer> => {
        readBytes += length
        return body.read(offset, length)
      }
      return { ...body, read }
    },
  }
  const { client, socket, over } = sessionOf(counting)
  client.removeAllListeners('data').pause()
  client.write('RETR 1\r\n'.repeat(50))
  for (let before = -1; before !== readBytes || readBytes === 0; ) {
    before = readBytes
    for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  assert.ok(readBytes < 1_000_000, `${readBytes} bytes were read for nobody`)
  socket.destroy()
  await over
})

test('a second session of the account is told that it is in use, and the next after it is welcome', async () => {
  const { account } = accountOf([one])
  const pop = pop3(policy)
  const handle = newAccountHandle()
  const first = sessionOf(account, handle, pop)
  const second = sessionOf(account, handle, pop)
  await second.over
  assert.match(second.heard(), /^-ERR \[IN-USE\]/)
  first.client.end('QUIT\r\n')
  await first.over
  const third = sessionOf(account, handle, pop)
  third.client.end()
  await third.over
  assert.match(third.heard(), /^\+OK 1 messages/)
})

test('a store that is away is a temporary refusal and the session goes on', async () => {
  const { heard } = await converse([one], 'RETR 1\nNOOP\n', accountOf([one], true))
  assert.match(heard, /-ERR \[SYS\/TEMP\][^\r]*\r\n\+OK Still here\r\n$/)
})

test('garbage, bare line feeds and endless lines are refused, and after twenty the session ends', async () => {
  const { heard } = await converse([one], `\n${'x'.repeat(10_000)}\n${'FROB\n'.repeat(40)}`)
  assert.equal(heard.split('-ERR').length - 1, 20)
  assert.match(heard, /Line too long/)
})

test('a stop deletes nothing and says so', async () => {
  const { account, expunged } = accountOf([one])
  const { client, over, stopping, heard } = sessionOf(account)
  client.write('DELE 1\r\n')
  await new Promise((resolve) => setImmediate(resolve))
  stopping.abort()
  await over
  assert.match(heard(), /-ERR \[SYS\/TEMP\] Service is stopping/)
  assert.deepEqual(expunged, [])
})

test('whatever is sent, the session ends with the connection and every line it says is a reply', async () => {
  const pieces = fc.constantFrom('RETR 1', 'TOP 1 1', 'DELE 1', 'QUIT', 'LIST', '\r\n', '\n', '\r', '\0', ' ', '-1', '\xff', 'UIDL', '9'.repeat(600))
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 30 }), async (input) => {
      const { heard } = await converse(['Subject: x\r\n\r\nx\r\n'], input.join(''))
      assert.match(heard, /^\+OK/)
      assert.ok(heard.endsWith('\r\n'))
    }),
    { numRuns: 200 },
  )
})

test('a maildrop of a hundred thousand messages is listed, marked and expunged in ranges without a look at any message', async () => {
  const count = 100_000
  const uids = Uint32Array.from({ length: count }, (_, at) => at + 1)
  const inbox = { uidlOf: () => undefined, id: newMailboxId(), uidValidity: 1, messages: { count, uids, sizes: new Uint32Array(count).fill(5_000) } }
  const state = { inbox, mailboxes: new Map([[inbox.id, inbox]]), annotations: new Map() } as unknown as AccountState
  const expunged: UidRanges[] = []
  // Whatever else is asked of it is not there.
  const account: Partial<MailAccount> = {
    state: () => state,
    refresh: () => Promise.resolve(state),
    async expunge(_mailbox, ranges) {
      expunged.push(ranges ?? [])
      return { is: 'done', uids: [] }
    },
  }
  const deletions = Array.from({ length: count / 2 }, (_, at) => `DELE ${2 * at + 1}\r\n`).join('')
  const { client, over, heard } = sessionOf(account as MailAccount)
  client.end(`LIST\r\nUIDL\r\n${deletions}STAT\r\nQUIT\r\n`)
  await over
  const lines = heard().split('\r\n')
  assert.equal(lines.filter((line) => /^\d+ 5000$/.test(line)).length, count)
  assert.equal(new Set(lines.filter((line) => /^\d+ [0-9a-f]{16}$/.test(line)).map((line) => line.split(' ')[1])).size, count)
  assert.ok(lines.includes(`+OK ${count / 2} ${(count / 2) * 5_000}`))
  assert.equal(expunged[0]?.length, count / 2)
})
