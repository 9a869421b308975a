import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { client, firstTls, greeted, house, secondTls, tlsClient, type Client, type House } from './testing/fakes.ts'

let home: House
before(async () => {
  home = await house()
})
after(async () => {
  await home[Symbol.asyncDispose]()
})

const lastMessage = () => {
  const message = home.intake.messages.at(-1)
  assert.ok(message !== undefined)
  return message
}
/** Long enough for a busy machine: what is waited for takes a millisecond on an idle one. */
const settleMs = 250

const settled = () => new Promise((resolve) => setTimeout(resolve, settleMs))

const transaction = async (to: string, ...more: readonly string[]): Promise<Client> => {
  const sender = await greeted(home.ports.smtp)
  assert.match(await sender.smtp('MAIL FROM:<from@out.example>'), /^250 /)
  for (const address of [to, ...more]) await sender.smtp(`RCPT TO:<${address}>`)
  return sender
}

test('EHLO announces what is meant and nothing else', async () => {
  const sender = await client(home.ports.smtp)
  assert.equal(await sender.reply(), '220 mx.test.example ESMTP\r\n')
  const hello = await sender.smtp('EHLO x.example')
  assert.deepEqual(hello.trim().split('\r\n').map((line) => line.slice(4)), [
    'mx.test.example', 'PIPELINING', 'SIZE 5000000', '8BITMIME', 'BINARYMIME', 'SMTPUTF8', 'CHUNKING', 'DSN', 'DELIVERBY', 'STARTTLS',
    'LIMITS RCPTMAX=100 MAILMAX=10000', 'ENHANCEDSTATUSCODES',
  ])
  assert.equal(await sender.smtp('HELO x.example'), '250 mx.test.example\r\n')
  assert.match(await sender.smtp('QUIT'), /^221 /)
  assert.equal(await sender.closed(), '')
})

test('a message goes through unstuffed, is acknowledged after its 250, and the next one follows', async () => {
  const sender = await transaction('alice@in.example')
  assert.match(await sender.smtp('DATA'), /^354 /)
  assert.equal(await sender.smtp('Subject: hi\r\n\r\n..dot\r\n.'), '250 2.0.0 Stored\r\n')
  await settled()
  assert.equal(lastMessage().content.toString(), 'Subject: hi\r\n\r\n.dot\r\n')
  assert.deepEqual(lastMessage().to, ['alice@in.example'])
  assert.equal(lastMessage().acknowledged, true)
  await sender.smtp('MAIL FROM:<>')
  await sender.smtp('RCPT TO:<a..b@in.example>')
  await sender.smtp('DATA')
  assert.match(await sender.smtp('x\r\n.'), /^250 /)
  assert.deepEqual(lastMessage().to, ['"a..b"@in.example'])
  assert.equal(lastMessage().from, '<>')
  sender.socket.destroy()
})

test('everything pipelined in one write gets its answers in order and intake one XCLIENT a transaction', async () => {
  await settled()
  home.intake.commands.length = 0
  const sender = await client(home.ports.smtp)
  sender.say('EHLO c.example\r\nMAIL FROM:<f@out.example> SIZE=10\r\nRCPT TO:<a@in.example>\r\nRCPT TO:<unknown@in.example>\r\nRCPT TO:<full@in.example>\r\nDATA\r\n')
  const heard = await sender.hear(/354 .*\r\n/)
  const codes = heard.split('\r\n').filter((line) => /^[0-9]{3} /.test(line)).map((line) => line.slice(0, 3))
  assert.deepEqual(codes, ['220', '250', '250', '250', '550', '452', '354'])
  sender.say('body\r\n.\r\nMAIL FROM:<f@out.example>\r\nRCPT TO:<b@in.example>\r\nNOOP\r\nQUIT\r\n')
  const rest = await sender.closed()
  assert.deepEqual(rest.match(/^[0-9]{3}/gm), ['250', '250', '250', '250', '221'])
  await settled()
  assert.match(home.intake.commands[1] ?? '', /^XCLIENT ADDR=127\.0\.0\.1 PORT=[0-9]+ HELO=c\.example PROTO=ESMTP$/)
  assert.deepEqual(home.intake.commands.map((line) => line.split(' ')[0]), [
    'LHLO', 'XCLIENT', 'MAIL', 'RCPT', 'RCPT', 'RCPT', 'BDAT', 'XACK', 'XCLIENT', 'MAIL', 'RCPT', 'QUIT',
  ])
})

test('without an accepted recipient there is no content, and without MAIL nothing', async () => {
  const sender = await greeted(home.ports.smtp)
  assert.match(await sender.smtp('DATA'), /^503 /)
  assert.match(await sender.smtp('RCPT TO:<a@in.example>'), /^503 /)
  assert.match(await sender.smtp('MAIL FROM:<banned@out.example>'), /^550 5\.7\.1/)
  assert.match(await sender.smtp('RCPT TO:<a@in.example>'), /^503 /)
  await sender.smtp('MAIL FROM:<f@out.example>')
  assert.match(await sender.smtp('MAIL FROM:<f@out.example>'), /^503 /)
  assert.match(await sender.smtp('RCPT TO:<unknown@in.example>'), /^550 5\.1\.1/)
  assert.match(await sender.smtp('DATA'), /^554 5\.5\.1/)
  assert.match(await sender.smtp('AUTH PLAIN AAAA'), /^502 /)
  assert.match(await sender.smtp('VRFY alice'), /^252 /)
  assert.match(await sender.smtp('XACK'), /^502 /)
  sender.socket.destroy()
})

test('the answers of several recipients fold into one', async () => {
  const outcomes: [string[], RegExp][] = [
    [['a@x', 'b@x'], /^250 /],
    [['late@x', 'b@x'], /^250 /],
    [['never@x', 'late@x'], /^451 /],
    [['never@x', 'never2@x'], /^554 /],
    [['late@x'], /^451 4\.3\.0 Not now/],
  ]
  for (const [[first = '', ...more], pattern] of outcomes) {
    const sender = await transaction(first, ...more)
    await sender.smtp('DATA')
    assert.match(await sender.smtp('x\r\n.'), pattern)
    sender.socket.destroy()
  }
  await settled()
  assert.equal(lastMessage().acknowledged, false)
})

const smuggling = ['\n.\n', '\r.\r', '\n.\r\n', '\r\n.\n', '\r.\r\n', '\r\r\n.\r\r\n', '\r\n\0.\r\n', '\r\n.\r', '\n\n.\r\n']
for (const ending of smuggling) {
  test(`smuggling by ${JSON.stringify(ending)} yields no second message and refuses the first`, async () => {
    const before = home.intake.messages.length
    const sender = await transaction('a@in.example')
    await sender.smtp('DATA')
    const evil = `one${ending}MAIL FROM:<evil@x.example>\r\nRCPT TO:<a@in.example>\r\nDATA\r\ntwo\r\n.\r\n`
    sender.say(evil)
    assert.match(await sender.reply(), /^55[04] 5\.(?:5\.2|6\.0) /)
    assert.match(await sender.smtp('NOOP'), /^250 /)
    assert.deepEqual(home.intake.messages.slice(before).map(({ content }) => content.subarray(0, 60).toString()), [])
    sender.socket.destroy()
  })
}

test('bytes one by one are the same message', async () => {
  const sender = await greeted(home.ports.smtp)
  for (const byte of Buffer.from('MAIL FROM:<f@x>\r\nRCPT TO:<a@x>\r\nDATA\r\n..a\r\n.b\r\n\r\n.\r\n')) {
    sender.say(Buffer.from([byte]))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await sender.hear(/354[^\n]*\n250 [^\n]*\n/)
  assert.equal(lastMessage().content.toString(), '.a\r\nb\r\n\r\n')
  sender.socket.destroy()
})

test('BDAT carries octets as they are, in chunks, pipelined', async () => {
  const sender = await transaction('a@in.example')
  sender.say('BDAT 7\r\n.\r\nab\r\nBDAT 0\r\nBDAT 4 LAST\r\nQUI\nNOOP\r\n')
  // A bare LF at the end of the second chunk is found, and the octets are still not read as commands.
  assert.deepEqual((await sender.hear(/550 5\.5\.2[^\n]*\n250[^\n]*\n/)).match(/^[0-9]{3}/gm), ['250', '250', '550', '250'])
  await sender.smtp('MAIL FROM:<f@x>')
  await sender.smtp('RCPT TO:<a@x>')
  sender.say('BDAT 7\r\n.\r\nab\r\nBDAT 6 LAST\r\n.\r\n.\r\nNOOP\r\n')
  assert.deepEqual((await sender.hear(/250 2\.0\.0 OK\r\n/)).match(/^[0-9]{3}/gm), ['250', '250', '250'])
  assert.equal(lastMessage().content.toString(), '.\r\nab\r\n.\r\n.\r\n'.slice(0, 13))
  sender.socket.destroy()
})

test('BDAT out of place is answered after its octets are swallowed; one that is not understood ends the session', async () => {
  const sender = await greeted(home.ports.smtp)
  sender.say('BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n')
  assert.match(await sender.reply(), /^503 /)
  assert.match(await sender.reply(), /^250 /)
  sender.say('BDAT six LAST\r\nNOOP\r\nNOOP\r\n')
  assert.deepEqual((await sender.closed()).match(/^[0-9]{3}/gm), ['501', '421'])
})

test('a message over the limit is refused by SIZE, by DATA at its end, and by BDAT', async () => {
  const sender = await greeted(home.ports.smtp)
  assert.match(await sender.smtp('MAIL FROM:<f@x> SIZE=5000001'), /^552 /)
  await sender.smtp('MAIL FROM:<f@x>')
  await sender.smtp('RCPT TO:<a@x>')
  await sender.smtp('DATA')
  const line = `${'x'.repeat(998)}\r\n`
  sender.say(line.repeat(5_100))
  assert.match(await sender.smtp('.'), /^552 5\.3\.4/)
  await sender.smtp('MAIL FROM:<f@x>')
  await sender.smtp('RCPT TO:<a@x>')
  assert.match(await sender.smtp('BDAT 5000001 LAST'), /^552 /)
  await sender.closed()
})

test('a large message to a slow intake keeps memory bounded and arrives whole', async () => {
  home.intake.chunkDelayMs = 2
  const sender = await transaction('a@in.example')
  await sender.smtp('DATA')
  const content = Buffer.from(`${'y'.repeat(76)}\r\n`.repeat(60_000))
  sender.say(content)
  const answer = sender.smtp('.')
  assert.match(await answer, /^250 /)
  home.intake.chunkDelayMs = 0
  assert.equal(lastMessage().content.equals(content), true)
  sender.socket.destroy()
})

test('intake being away is 451, before and in the middle, and the session goes on', async () => {
  const sender = await transaction('a@in.example')
  for (const link of home.intake.links) link.destroy()
  await settled()
  assert.match(await sender.smtp('RCPT TO:<b@x>'), /^451 4\.3\.0/)
  assert.match(await sender.smtp('DATA'), /^451 4\.3\.0/)
  await sender.smtp('MAIL FROM:<f@x>')
  await sender.smtp('RCPT TO:<a@x>')
  await sender.smtp('DATA')
  for (const link of home.intake.links) link.destroy()
  await settled()
  assert.match(await sender.smtp('x\r\n.'), /^451 4\.3\.0/)
  await sender.smtp('MAIL FROM:<f@x>')
  await sender.smtp('RCPT TO:<a@x>')
  await sender.smtp('DATA')
  assert.match(await sender.smtp('x\r\n.'), /^250 /)
  sender.socket.destroy()
})

test('intake dying while it decides is 451', async () => {
  home.intake.chunkDelayMs = settleMs * 4
  const sender = await transaction('a@in.example')
  await sender.smtp('DATA')
  const answer = sender.smtp('x\r\n.')
  await settled()
  for (const link of home.intake.links) link.destroy()
  assert.match(await answer, /^451 4\.3\.0/)
  home.intake.chunkDelayMs = 0
  sender.socket.destroy()
})

test('commands sent along with STARTTLS are not obeyed', async () => {
  const sender = await greeted(home.ports.smtp)
  sender.say('STARTTLS\r\nMAIL FROM:<evil@x>\r\n')
  assert.deepEqual((await sender.closed()).match(/^[0-9]{3}/gm), ['421'])
})

test('STARTTLS starts over, is not offered again, and tells intake', async () => {
  const sender = await greeted(home.ports.smtp)
  assert.match(await sender.smtp('STARTTLS'), /^220 /)
  assert.equal(await sender.secure(), 'first.example')
  assert.match(await sender.smtp('MAIL FROM:<f@x>'), /^503 /)
  assert.doesNotMatch(await sender.smtp('EHLO y.example'), /STARTTLS/)
  assert.match(await sender.smtp('STARTTLS'), /^503 /)
  home.intake.commands.length = 0
  await sender.smtp('MAIL FROM:<f@x>')
  assert.match(home.intake.commands[1] ?? '', /HELO=y\.example PROTO=ESMTPS TLS=TLSv1\.3$/)
  await sender.smtp('RCPT TO:<a@x>')
  await sender.smtp('DATA')
  assert.match(await sender.smtp('x\r\n.'), /^250 /)
  await settled()
  assert.equal(lastMessage().acknowledged, true)
  sender.socket.destroy()
})

test('new TLS material is for new connections; the old ones go on', async () => {
  const old = await greeted(home.ports.smtp)
  await old.smtp('STARTTLS')
  await old.secure()
  home.gate.renewTls(secondTls)
  const young = await greeted(home.ports.smtp)
  await young.smtp('STARTTLS')
  assert.equal(await young.secure(), 'second.example')
  assert.match(await old.smtp('NOOP'), /^250 /)
  assert.throws(() => home.gate.renewTls({ certificate: 'x', key: 'y' }))
  home.gate.renewTls(firstTls)
  old.socket.destroy()
  young.socket.destroy()
})

test('garbage instead of TLS closes that connection and no other', async () => {
  const good = await tlsClient(home.ports.imaps)
  await good.hear(/^\* OK /)
  const bad = await client(home.ports.imaps)
  bad.say('a LOGIN alice right\r\n'.repeat(20))
  await bad.closed()
  good.say('a NOOP\r\n')
  await good.hear(/a OK/)
  good.socket.destroy()
  const hello = await client(home.ports.smtp)
  await hello.reply()
  hello.say(Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 0x0d, 0x0a]))
  assert.match(await hello.reply(), /^500 /)
  hello.socket.destroy()
})

test('garbage, NULs, over-long lines and bare line ends are 500, and too many of them 421', async () => {
  const sender = await greeted(home.ports.smtp)
  assert.match(await sender.smtp('FROB'), /^500 /)
  assert.match(await sender.smtp('NOOP\nNOOP'), /^500 /)
  assert.match(await sender.reply(), /^250 /)
  assert.match(await sender.smtp('MAIL FROM:<a\0b@x>'), /^501 /)
  assert.match(await sender.smtp(`EHLO ${'x'.repeat(100_000)}`), /^500 5\.5\.6/)
  sender.say('\0\0\0\r\n'.repeat(40))
  assert.match(await sender.closed(), /421 4\.7\.0 Too many errors\r\n$/)
})

test('too many recipients are 452, and the others get the message', async () => {
  const sender = await greeted(home.ports.smtp)
  sender.say(`MAIL FROM:<f@x>\r\n${Array.from({ length: 3_000 }, (_, at) => `RCPT TO:<r${at}@x>\r\n`).join('')}DATA\r\n`)
  const heard = await sender.hear(/354 [^\n]*\n/)
  assert.equal(heard.match(/^250 2\.1\.5/gm)?.length, 100)
  assert.equal(heard.match(/^452 4\.5\.3/gm)?.length, 2_900)
  assert.match(await sender.smtp('x\r\n.'), /^250 /)
  assert.equal(lastMessage().to.length, 100)
  sender.socket.destroy()
})

test('harvesting ends after a budget of unknown recipients', async () => {
  const sender = await greeted(home.ports.smtp)
  await sender.smtp('MAIL FROM:<f@x>')
  sender.say(Array.from({ length: 500 }, (_, at) => `RCPT TO:<unknown${at}@x>\r\n`).join(''))
  const heard = await sender.closed()
  assert.equal(heard.match(/^550 /gm)?.length, 20)
  assert.match(heard, /421 4\.7\.0 Too many unknown recipients\r\n$/)
})

test('a client that half-closes still gets its answers', async () => {
  const sender = await client(home.ports.smtp)
  sender.socket.end('EHLO c\r\nMAIL FROM:<f@x>\r\nRCPT TO:<a@x>\r\nDATA\r\nhalf\r\n.\r\n')
  assert.deepEqual((await sender.closed()).match(/^[0-9]{3} /gm), ['220 ', '250 ', '250 ', '250 ', '354 ', '250 '])
  assert.equal(lastMessage().content.toString(), 'half\r\n')
  await settled()
  assert.equal(lastMessage().acknowledged, true)
})

test('a client that goes in the middle of content leaves nothing behind', async () => {
  const before = home.intake.messages.length
  const sender = await transaction('a@in.example')
  await sender.smtp('DATA')
  sender.say('x'.repeat(200_000))
  sender.socket.destroy()
  const half = await transaction('a@in.example')
  await half.smtp('DATA')
  half.socket.end('only this\r\n')
  assert.equal(await half.closed(), '')
  await settled()
  assert.equal(home.intake.messages.length, before)
})

test('a client that does not read is not read from', async () => {
  const socket = connect({ port: home.ports.smtp, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  socket.pause()
  let taken = 0
  const flood = Buffer.from('NOOP\r\n'.repeat(10_000))
  await new Promise<void>((resolve) => {
    const push = (): void => {
      while (taken < 100_000_000 && socket.write(flood)) taken += flood.length
    }
    socket.on('drain', push)
    push()
    setTimeout(resolve, 400)
  })
  assert.ok(taken < 60_000_000, `took ${taken}`)
  socket.destroy()
})

test('a path beyond ASCII needs SMTPUTF8', async () => {
  const sender = await greeted(home.ports.smtp)
  await sender.smtp('MAIL FROM:<f@x>')
  assert.match(await sender.smtp('RCPT TO:<太郎@x>'), /^553 5\.6\.7/)
  await sender.smtp('RSET')
  assert.match(await sender.smtp('MAIL FROM:<花子@例え.jp> SMTPUTF8'), /^250 /)
  assert.match(await sender.smtp('RCPT TO:<太郎@x>'), /^250 /)
  await sender.smtp('DATA')
  assert.match(await sender.smtp('x\r\n.'), /^250 /)
  assert.deepEqual(lastMessage().to, ['太郎@x'])
  sender.socket.destroy()
})

test('what a sender asks of reports goes in as it is; what only people who logged in may ask is refused', async () => {
  const sender = await greeted(home.ports.smtp)
  for (const asked of ['AUTH=<>', 'HOLDFOR=60', 'MT-PRIORITY=3']) assert.match(await sender.smtp(`MAIL FROM:<f@x> ${asked}`), /^555 /)
  assert.match(await sender.smtp('MAIL FROM:<f@x> BY=0;R'), /^501 /)
  home.intake.commands.length = 0
  assert.match(await sender.smtp('MAIL FROM:<f@x> RET=HDRS ENVID=a+2Bb BY=120;RT'), /^250 /)
  assert.match(await sender.smtp('RCPT TO:<a@x> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;A@x'), /^250 /)
  assert.deepEqual(home.intake.commands.slice(2), ['MAIL FROM:<f@x> RET=HDRS ENVID=a+2Bb', 'RCPT TO:<a@x> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;A@x'])
  sender.socket.destroy()
})

test('BINARYMIME takes any octet, by BDAT and not by DATA', async () => {
  const sender = await greeted(home.ports.smtp)
  await sender.smtp('MAIL FROM:<f@x> BODY=BINARYMIME')
  await sender.smtp('RCPT TO:<a@x>')
  assert.match(await sender.smtp('DATA'), /^503 5\.5\.1 BINARYMIME/)
  sender.say('BDAT 8 LAST\r\n\r\0\n.\r\n.\nNOOP\r\n')
  assert.deepEqual((await sender.hear(/250 2\.0\.0 OK\r\n/)).match(/^[0-9]{3}/gm), ['250', '250'])
  assert.equal(lastMessage().content.toString('latin1'), '\r\0\n.\r\n.\n')
  sender.socket.destroy()
})

test('REQUIRETLS is offered and taken over TLS alone', async () => {
  const sender = await greeted(home.ports.smtp)
  assert.match(await sender.smtp('MAIL FROM:<f@x> REQUIRETLS'), /^550 5\.7\.10 /)
  await sender.smtp('STARTTLS')
  await sender.secure()
  assert.match(await sender.smtp('EHLO y.example'), /REQUIRETLS/)
  home.intake.commands.length = 0
  assert.match(await sender.smtp('MAIL FROM:<f@x> REQUIRETLS'), /^250 /)
  assert.ok(home.intake.commands.includes('MAIL FROM:<f@x> REQUIRETLS'))
  sender.socket.destroy()
})

test('a session ends after as many messages as LIMITS says', async () => {
  await using brief = await house({ policy: { mailsMax: 2 } })
  const sender = await greeted(brief.ports.smtp)
  for (let mails = 0; mails < 2; mails += 1) {
    await sender.smtp('MAIL FROM:<f@x>')
    await sender.smtp('RSET')
  }
  assert.match(await sender.smtp('MAIL FROM:<f@x>'), /^421 4\.7\.0 /)
  await sender.closed()
})

test('without an intake at all every MAIL is 451 and nothing breaks', async () => {
  await using lonely = await house()
  rmSync(lonely.intakePath)
  const sender = await greeted(lonely.ports.smtp)
  sender.say('MAIL FROM:<f@x>\r\nRCPT TO:<a@x>\r\nDATA\r\n')
  assert.deepEqual((await sender.hear(/(?:[0-9]{3}[^\n]*\n){3}/)).match(/^[0-9]{3}/gm), ['451', '451', '503'])
  assert.match(await sender.smtp('MAIL FROM:<f@x>'), /^451 4\.3\.0/)
  assert.match(await sender.smtp('QUIT'), /^221 /)
})

test('nobody stays longer than a session may last, whatever it is doing', async () => {
  await using brief = await house({ policy: { smtpLifeMs: 150, overtimeMs: 200, sweepMs: 20 } })
  const quiet = await greeted(brief.ports.smtp)
  const busy = await greeted(brief.ports.smtp)
  await busy.smtp('MAIL FROM:<f@x>')
  await busy.smtp('RCPT TO:<a@x>')
  await busy.smtp('DATA')
  const crumbs = setInterval(() => busy.say('x'), 10)
  assert.match(await quiet.closed(), /421 4\.3\.2/)
  await busy.closed()
  clearInterval(crumbs)
})
