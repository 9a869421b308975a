import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MessageId } from '@bulkhead/base/ids.ts'
import { Fault } from '@bulkhead/base/fault.ts'
import type { MailAccount } from '@bulkhead/mail/account/mail-account.ts'
import { memoryAccount, sessionOf } from '../../test/golden/in-process.ts'
import type { Client } from '@bulkhead/test/golden/world.ts'

const lineOf = async (client: Client, pattern: RegExp): Promise<string> => {
  for (;;) {
    const line = await client.line()
    if (pattern.test(line)) return line
  }
}

const say = (client: Client, text: string): void => client.send(Buffer.from(text, 'latin1'))

/** Runs `play` against a session over an account of its own, with some operations replaced. */
const inSession = async (
  play: (session: Awaited<ReturnType<typeof sessionOf>>, account: MailAccount) => Promise<void>,
  replaced: Partial<MailAccount> = {},
): Promise<void> => {
  const { account, close } = await memoryAccount()
  const shown: MailAccount = new Proxy(account, {
    get(target, name) {
      const { body } = replaced
      if (name === 'bodies' && body !== undefined) return (ids: readonly MessageId[]) => Promise.all(ids.map(body))
      const own: unknown = Reflect.get(replaced, name)
      if (own !== undefined) return own
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const session = await sessionOf(shown)
  try {
    await play(session, account)
  } finally {
    await session.client.close()
    await session.ended
    await close()
  }
}

const append = async (client: Client, message: Buffer): Promise<void> => {
  client.send(Buffer.concat([Buffer.from(`ap APPEND INBOX {${message.length}+}\r\n`), message, Buffer.from('\r\n')]))
  assert.match(await lineOf(client, /^ap /), /^ap OK/)
}

test('a message comes back to the byte, whatever it holds', async () => {
  await inSession(async ({ client }) => {
    const random = Buffer.alloc(90_000)
    for (let at = 0; at < random.length; at += 1) random[at] = (at * 7919 + (at >> 8) * 31) & 0xff
    const message = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.from(random.toString('base64'))]).subarray(0, 99_000)
    await append(client, message)
    say(client, 's SELECT INBOX\r\nf FETCH 1 BODY.PEEK[]\r\n')
    assert.equal(await lineOf(client, /FETCH/), `* 1 FETCH (BODY[] {${message.length}}`)
    const lines = ['Subject: x', '', message.subarray(14).toString('latin1')]
    assert.equal(await client.line(), lines[0])
    assert.equal(await client.line(), lines[1])
    assert.equal(await client.line(), `${lines[2]})`)
  })
})

test('pipelined APPENDs go in together, each with its own answer, and none waits for the next to come', async () => {
  await inSession(async ({ client, hangUp }, account) => {
    const one = (number: number): string => `p${number} APPEND INBOX {${11 + String(number).length}+}\r\nSubject: ${number}\r\n\r\n`
    const texts = Array.from({ length: 150 }, (_, at) => one(at + 1))
    say(client, `${texts.join('')}q APPEND Nowhere {3+}\r\nabc\r\nr NOOP\r\ns APPEND INBOX {5+}\r\nhello\r\nt APPEND INBOX {5+}\r\nhel`)
    for (let number = 1; number <= 150; number += 1) assert.match(await client.line(), new RegExp(`^p${number} OK \\[APPENDUID \\d+ ${number}\\]`))
    assert.match(await client.line(), /^q NO \[TRYCREATE\]/)
    assert.match(await client.line(), /^r OK/)
    assert.match(await client.line(), /^s OK \[APPENDUID \d+ 151\]/)
    hangUp()
    assert.equal(account.state().inbox.messages.count, 151)
  })
})

test('pipelined commands are answered in order', async () => {
  await inSession(async ({ client }) => {
    const count = 500
    say(client, Array.from({ length: count }, (_, at) => `t${at} NOOP\r\n`).join(''))
    for (let at = 0; at < count; at += 1) assert.equal(await client.line(), `t${at} OK NOOP completed`)
  })
})

test('hostile bytes never end a session but by BYE, and never disturb the next one', async () => {
  const shard = fc.constantFrom(
    'a SELECT INBOX\r\n', 'b FETCH 1:* (BODY[])\r\n', 'c APPEND INBOX {5}\r\n', 'd APPEND INBOX {3+}\r\nabc', 'e IDLE\r\n', 'DONE\r\n',
    'f SEARCH BODY {4+}\r\n', 'g UID STORE 1:* +FLAGS (\\Deleted)\r\n', 'h EXPUNGE\r\n', 'i CLOSE\r\n', '(', '{4}', '\r\n', '"', '*', ' ',
    'j LIST "" "*%*%*"\r\n', 'k CREATE a/b/c\r\n', 'l RENAME a z\r\n', 'm DELETE a\r\n', 'n COPY 1 a\r\n', 'o MOVE 1:* a\r\n',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(shard, fc.string({ maxLength: 6 })), { maxLength: 40 }), async (shards) => {
      await inSession(async ({ client, socket, ended }, account) => {
        say(client, shards.join(''))
        socket.end()
        await ended
        const next = await sessionOf(account)
        say(next.client, 'ok NOOP\r\n')
        assert.equal(await next.client.line(), 'ok OK NOOP completed')
        await next.client.close()
        await next.ended
      })
    }),
    { numRuns: 60 },
  )
})

test('a fault is answered NO [UNAVAILABLE], a bug NO [SERVERBUG], and the session goes on', async () => {
  let fails: Error | undefined = new Fault('databaseAway', 'gone')
  const createMailbox: MailAccount['createMailbox'] = async () => {
    if (fails !== undefined) throw fails
    return { is: 'refused', why: 'mailboxExists' }
  }
  await inSession(
    async ({ client }) => {
      say(client, 'a CREATE x\r\n')
      assert.match(await client.line(), /^a NO \[UNAVAILABLE\]/)
      fails = new TypeError('oops')
      say(client, 'b CREATE x\r\n')
      assert.match(await client.line(), /^b NO \[SERVERBUG\]/)
      fails = undefined
      say(client, 'c CREATE x\r\n')
      assert.match(await client.line(), /^c NO \[ALREADYEXISTS\]/)
    },
    { createMailbox },
  )
})

test('a fault before a message began is NO; one inside a literal ends the connection, never a wrong byte', async () => {
  let readsLeft = 0
  const body: MailAccount['body'] = async () => ({
    sizeBytes: 1_000_000,
    async read(_, length) {
      if ((readsLeft -= 1) < 0) throw new Fault('storageFailed', 'disk')
      return Buffer.alloc(length, 0x78)
    },
    async [Symbol.asyncDispose]() {},
  })
  await inSession(
    async ({ client, ended }) => {
      await append(client, Buffer.from('A: b\r\n\r\nx\r\n'))
      say(client, 's SELECT INBOX\r\n')
      await lineOf(client, /^s OK/)
      say(client, 'a FETCH 1 (UID BODY.PEEK[])\r\n')
      assert.match(await client.line(), /^a NO \[UNAVAILABLE\]/)
      readsLeft = 2
      say(client, 'b FETCH 1 (UID BODY.PEEK[])\r\n')
      assert.equal(await client.line(), '* 1 FETCH (UID 1 BODY[] {1000000}')
      await assert.rejects(client.line())
      await ended
    },
    { body },
  )
})

test('a message expunged while it is fetched is left out and the answer says so', async () => {
  await inSession(
    async ({ client }) => {
      await append(client, Buffer.from('A: b\r\n\r\nx\r\n'))
      say(client, 's SELECT INBOX\r\n')
      await lineOf(client, /^s OK/)
      say(client, 'a FETCH 1 BODY.PEEK[]\r\n')
      assert.match(await client.line(), /^a NO \[EXPUNGEISSUED\]/)
    },
    { body: async () => undefined },
  )
})

test('a fault while a message is taken in is answered after all of it came', async () => {
  const incoming: MailAccount['incoming'] = async () => ({
    write: () => Promise.reject(new Fault('storageFailed', 'disk')),
    discard: async () => {},
  })
  await inSession(
    async ({ client }) => {
      say(client, 'a APPEND INBOX {7+}\r\n')
      say(client, 'x NOOP\n\r\nb NOOP\r\n')
      assert.match(await client.line(), /^a NO \[UNAVAILABLE\]/)
      assert.match(await client.line(), /^b OK/)
    },
    { incoming },
  )
})

test('a huge literal that would come anyway ends the connection instead of being read', async () => {
  await inSession(async ({ client }) => {
    say(client, 'a APPEND INBOX {999999999+}\r\nxxxx')
    assert.match(await client.line(), /^\* BYE /)
    await assert.rejects(client.line())
  })
})

test('no more messages than an account may keep, several at once included; a copy is no other message', async () => {
  const { account, close } = await memoryAccount(null, 3)
  const { client, ended } = await sessionOf(account)
  const until = async (tag: string): Promise<string> => {
    for (let said = ''; ; ) {
      const line = await client.line()
      said += `${line}\n`
      if (line.startsWith(`${tag} `)) return said
    }
  }
  say(client, 'a APPEND INBOX {3+}\r\na:b {3+}\r\na:b\r\n')
  assert.match(await until('a'), /^a OK/)
  say(client, 'b APPEND INBOX {3+}\r\na:b {3+}\r\na:b\r\n')
  assert.match(await until('b'), /^b NO \[OVERQUOTA\]/)
  say(client, 'c SELECT INBOX\r\n')
  assert.match(await until('c'), /\* 2 EXISTS/)
  say(client, 'd COPY 1:2 Trash\r\n')
  assert.match(await until('d'), /^d OK \[COPYUID/)
  say(client, 'e APPEND INBOX {3+}\r\na:b\r\n')
  assert.match(await until('e'), /e OK/)
  say(client, 'f APPEND INBOX {3}\r\n')
  assert.match(await until('f'), /^f NO \[OVERQUOTA\]/)
  say(client, 'g GETQUOTAROOT INBOX\r\n')
  assert.match(await until('g'), /\* QUOTA "" \(MESSAGE 3 3\)/)
  say(client, 'h STORE 3 FLAGS (\\Deleted)\r\ni EXPUNGE\r\nj APPEND INBOX {3+}\r\na:b\r\n')
  assert.match(await until('j'), /j OK/)
  await client.close()
  await ended
  await close()
})

test('one APPEND takes a hundred messages, and of one more nothing', async () => {
  await inSession(async ({ client }, account) => {
    for (const [count, answer] of [[101, /^a NO \[LIMIT\] Too many messages/], [100, /^a OK \[APPENDUID \d+ 1:100\]/]] as const) {
      say(client, `a APPEND INBOX${' {4+}\r\nA: b'.repeat(count)}\r\n`)
      assert.match(await lineOf(client, /^a /), answer)
    }
    assert.equal(account.state().byName('INBOX')?.messages.count, 100)
  })
})

test('a full account is told before the message is sent', async () => {
  const { account, close } = await memoryAccount(1_000)
  const { client, ended } = await sessionOf(account)
  say(client, 'a APPEND INBOX {2000}\r\n')
  assert.match(await client.line(), /^a NO \[OVERQUOTA\]/)
  await client.close()
  await ended
  await close()
})

test('a client that does not read stops the reading of messages, not the process', async () => {
  let reads = 0
  const body: MailAccount['body'] = async () => ({
    sizeBytes: 262_144 * 200,
    async read(_, length) {
      reads += 1
      return Buffer.alloc(length, 0x78)
    },
    async [Symbol.asyncDispose]() {},
  })
  await inSession(
    async ({ client, socket, hangUp }) => {
      await append(client, Buffer.from('A: b\r\n\r\nx\r\n'))
      say(client, 's SELECT INBOX\r\n')
      await lineOf(client, /^s OK/)
      socket.pause()
      say(client, 'a FETCH 1 BODY.PEEK[]\r\n')
      await new Promise((resolve) => setTimeout(resolve, 100))
      assert.ok(reads > 0 && reads < 5, `${reads} reads`)
      hangUp()
    },
    { body },
  )
})

test('stopping says BYE to a client that waits and to one in IDLE', async () => {
  for (const first of ['', 'a IDLE\r\n']) {
    const { account, close } = await memoryAccount()
    const { client, ended, stop } = await sessionOf(account)
    say(client, first)
    if (first !== '') assert.equal(await client.line(), '+ idling')
    stop()
    assert.match(await client.line(), /^\* BYE /)
    await client.close()
    await ended
    await close()
  }
})

test('a client that never says anything sensible is let go', async () => {
  await inSession(async ({ client }) => {
    say(client, 'garbage\r\n'.repeat(100))
    assert.match(await lineOf(client, /BYE/), /^\* BYE Too many bad commands/)
  })
})

test('a client that says nothing for half an hour is let go, and no sooner', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await inSession(async ({ client }) => {
    t.mock.timers.tick(30 * 60_000 - 1)
    say(client, 'a NOOP\r\n')
    assert.match(await client.line(), /^a OK/)
  })
  await inSession(async ({ client }) => {
    t.mock.timers.tick(30 * 60_000)
    assert.match(await client.line(), /^\* BYE Idle for too long/)
  })
})
