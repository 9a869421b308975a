import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { encodeProxy4 } from '@bulkhead/wire/proxy/v2.ts'
import { capabilityText } from '../imap/capability.ts'
import { client, greeted, house, tlsClient, type Client, type House } from './testing/fakes.ts'

let home: House
before(async () => {
  home = await house()
})
after(async () => {
  await home[Symbol.asyncDispose]()
})

const b64 = (text: string) => Buffer.from(text).toString('base64')
const plain = (login: string, password: string) => b64(`\0${login}\0${password}`)
/** Long enough for a busy machine: what is waited for takes a millisecond on an idle one. */
const settleMs = 250

const settled = () => new Promise((resolve) => setTimeout(resolve, settleMs))

const imap = async (): Promise<Client> => {
  const made = await tlsClient(home.ports.imaps)
  await made.hear(/^\* OK [^\n]*\n/)
  return made
}

test('IMAP says what it has, and no login in plain', async () => {
  const open = await client(home.ports.imap)
  assert.match(await open.hear(/\n/), /^\* OK \[CAPABILITY IMAP4rev1 .*STARTTLS LOGINDISABLED\]/)
  open.say('a LOGIN alice right\r\nb AUTHENTICATE PLAIN\r\nc ID NIL\r\nd NOOP\r\n')
  const heard = await open.hear(/d OK[^\n]*\n/)
  assert.match(heard, /a NO \[PRIVACYREQUIRED\].*\nb NO \[PRIVACYREQUIRED\].*\n\* ID .*\nc OK/s)
  open.say('e STARTTLS\r\n')
  await open.hear(/e OK[^\n]*\n/)
  await open.secure()
  open.say('f CAPABILITY\r\n')
  const capabilities = await open.hear(/f OK/)
  assert.match(capabilities, /AUTH=PLAIN/)
  assert.doesNotMatch(capabilities, /STARTTLS|LOGINDISABLED/)
  open.socket.destroy()
})

test('IMAP announces nothing before login that the mailroom does not have', async () => {
  const open = await imap()
  open.say('a CAPABILITY\r\n')
  const [, words = ''] = /\* CAPABILITY ([^\r]*)/.exec(await open.hear(/a OK/)) ?? []
  const inside = new Set(capabilityText({ messageBytesMax: 1, recipientsMax: 1, connectionsMax: 1, connectionsPerPeerMax: 1 }).split(' '))
  assert.deepEqual(words.split(' ').filter((word) => !inside.has(word)), ['AUTH=PLAIN', 'AUTH=LOGIN'])
  open.socket.destroy()
})

test('IMAP login hands the client and what it already said to the mailroom, and its half-close too', async () => {
  const open = await imap()
  open.say('x1 LOGIN "alice@a.example" {5}\r\n')
  await open.hear(/^\+ /)
  open.say('right\r\nx2 SELECT INBOX\r\n')
  assert.match(await open.hear(/x2 SELECT INBOX\r\n/), /x1 OK in\r\n/)
  const { gate, pipe, ...preface } = home.mailroom.prefaces.at(-1) ?? assert.fail('nobody came')
  assert.ok(gate !== '' && pipe > 0)
  assert.deepEqual(preface, { protocol: 'imap', opens: 'pass', pass: 'cGFzcw==', tag: 'x1', helo: '', language: 'i-default', peer: '127.0.0.1', tls: true })
  assert.equal(home.asked.at(-1), 'imap alice@a.example right tls')
  open.socket.end('x3 LOGOUT\r\n')
  assert.match(await open.closed(), /x3 LOGOUT/)
})

test('IMAP takes AUTHENTICATE PLAIN with and without an initial response, and LOGIN', async () => {
  const first = await imap()
  first.say(`a AUTHENTICATE PLAIN ${plain('alice', 'right')}\r\n`)
  await first.hear(/a OK in/)
  first.socket.destroy()
  const second = await imap()
  second.say('b AUTHENTICATE PLAIN\r\n')
  await second.hear(/^\+ \r\n/)
  second.say(`${plain('alice', 'right')}\r\n`)
  await second.hear(/b OK in/)
  second.socket.destroy()
  const third = await imap()
  third.say('c AUTHENTICATE LOGIN\r\n')
  await third.hear(/^\+ VXNlcm5hbWU6\r\n/)
  third.say(`${b64('alice')}\r\n`)
  await third.hear(/\+ UGFzc3dvcmQ6\r\n/)
  third.say('*\r\n')
  await third.hear(/c BAD/)
  third.socket.destroy()
})

test('wrong is one answer, busy another, and five failures are the end', async () => {
  const open = await imap()
  const failure = async (password: string) => {
    open.say(`a LOGIN alice ${password}\r\n`)
    return open.hear(/a NO [^\n]*\n/)
  }
  assert.equal(await failure('wrong'), 'a NO [AUTHENTICATIONFAILED] Authentication failed\r\n')
  assert.equal(await failure('""'), 'a NO [AUTHENTICATIONFAILED] Authentication failed\r\n')
  assert.equal(await failure('busy'), 'a NO [UNAVAILABLE] Temporary failure\r\n')
  assert.equal(await failure('nowhere'), 'a NO [UNAVAILABLE] Temporary failure\r\n')
  await failure('wrong')
  assert.match(await open.closed(), /^\* BYE /)
})

test('IMAP garbage is BAD, and too much of it BYE', async () => {
  const open = await imap()
  open.say('GET / HTTP/1.1\r\nHost: x\r\n\r\n\0\0\r\n')
  await open.hear(/BAD[^]*BAD[^]*BAD[^]*BAD[^\n]*\n/)
  open.say('a LOGIN {99999999+}\r\n')
  assert.match(await open.closed(), /\* BYE \[TOOBIG\] Literal too long/)
  const other = await imap()
  other.say('nonsense\r\n'.repeat(30))
  const heard = await other.closed()
  assert.equal(heard.match(/BAD/g)?.length, 10)
  assert.match(heard, /\* BYE Too many errors\r\n$/)
})

test('commands sent along with STARTTLS and STLS are not obeyed', async () => {
  const one = await client(home.ports.imap)
  one.say('a STARTTLS\r\nb LOGIN alice right\r\n')
  assert.match(await one.closed(), /\* BYE Nothing may follow/)
  const two = await client(home.ports.pop3)
  two.say('STLS\r\nUSER alice\r\n')
  assert.match(await two.closed(), /-ERR Nothing may follow/)
  const three = await greeted(home.ports.submission)
  three.say('STARTTLS\r\nEHLO x\r\n')
  assert.match(await three.closed(), /^421 /)
})

test('a mailroom that dies is told to IMAP clients, and they are let go', async () => {
  const open = await imap()
  open.say('a LOGIN alice right\r\n')
  await open.hear(/a OK in\r\n/)
  for (const socket of home.mailroom.clients) socket.destroy()
  assert.match(await open.closed(), /^\* BYE \[UNAVAILABLE\] /)
})

test('megabytes go through the pipe both ways, to a client that reads late', async () => {
  const open = await imap()
  open.say('a LOGIN alice right\r\n')
  await open.hear(/a OK in\r\n/)
  const block = 'z'.repeat(1_000_000)
  open.socket.pause()
  for (let count = 0; count < 8; count += 1) open.say(block)
  open.say('END')
  await new Promise((resolve) => setTimeout(resolve, 200))
  open.socket.resume()
  const heard = await open.hear(/END/)
  assert.equal(heard.length, 8_000_003)
  open.socket.destroy()
})

test('submission offers AUTH only under TLS, and nothing but AUTH before login', async () => {
  const open = await greeted(home.ports.submission)
  assert.doesNotMatch(await open.smtp('EHLO c.example'), /AUTH/)
  assert.match(await open.smtp(`AUTH PLAIN ${plain('alice', 'right')}`), /^538 5\.7\.11/)
  assert.match(await open.smtp('MAIL FROM:<a@b>'), /^530 5\.7\.0/)
  assert.match(await open.smtp('STARTTLS'), /^220 /)
  await open.secure()
  assert.match(await open.smtp(`AUTH PLAIN ${plain('alice', 'right')}`), /^503 /)
  assert.match(await open.smtp('EHLO [192.0.2.1]'), /AUTH PLAIN LOGIN\r\n/)
  assert.match(await open.smtp(`AUTH PLAIN ${plain('alice', 'wrong')}`), /^535 5\.7\.8/)
  assert.match(await open.smtp(`AUTH PLAIN ${plain('alice', 'busy')}`), /^454 4\.7\.0/)
  assert.match(await open.smtp('AUTH CRAM-MD5'), /^504 /)
  assert.match(await open.smtp('AUTH PLAIN !!!!'), /^501 /)
  assert.match(await open.smtp('AUTH PLAIN'), /^334 \r\n/)
  assert.equal(await open.smtp(plain('alice', 'right')), '235 2.7.0 In\r\n')
  assert.equal(home.mailroom.prefaces.at(-1)?.helo, '[192.0.2.1]')
  open.say('MAIL FROM:<a@b>\r\n')
  await open.hear(/MAIL FROM:<a@b>\r\n/)
  open.socket.destroy()
})

test('submission with implicit TLS takes AUTH LOGIN, and BDAT before login ends it', async () => {
  const open = await tlsClient(home.ports.submissions)
  await open.reply()
  await open.smtp('EHLO x')
  assert.equal(await open.smtp('AUTH LOGIN'), '334 VXNlcm5hbWU6\r\n')
  assert.equal(await open.smtp(b64('alice')), '334 UGFzc3dvcmQ6\r\n')
  assert.equal(await open.smtp(b64('right')), '235 2.7.0 In\r\n')
  open.socket.destroy()
  const other = await tlsClient(home.ports.submissions)
  await other.reply()
  other.say('EHLO x\r\nBDAT 20 LAST\r\nNOOP\r\n')
  assert.match(await other.closed(), /530 [^\n]*\n$/)
})

test('POP3 logs in by USER and PASS with spaces and by AUTH, and never offers APOP', async () => {
  const open = await tlsClient(home.ports.pop3s)
  assert.doesNotMatch(await open.hear(/\n/), /</)
  open.say('CAPA\r\n')
  assert.match(await open.hear(/\r\n\.\r\n/), /USER\r\nSASL PLAIN LOGIN\r\n/)
  open.say('APOP alice abc\r\nPASS right\r\n')
  await open.hear(/-ERR[^]*-ERR[^\n]*\n/)
  open.say('USER alice\r\nPASS not it\r\n')
  assert.match(await open.hear(/-ERR[^\n]*\n/), /-ERR \[AUTH\]/)
  assert.equal(home.asked.at(-1), 'pop3 alice not it tls')
  open.say('USER alice\r\nPASS busy\r\n')
  await open.hear(/-ERR \[SYS\/TEMP\]/)
  open.say(`AUTH PLAIN ${plain('alice', 'right')}\r\nSTAT\r\n`)
  await open.hear(/\+OK in\r\nSTAT\r\n/)
  open.socket.destroy()
})

test('IMAP before login speaks the language asked for, and takes it along', async () => {
  const open = await imap()
  open.say('a LANGUAGE\r\nb LANGUAGE xx\r\nc LANGUAGE xx {2+}\r\nja\r\nd NOOP\r\ne FROB\r\nf LANGUAGE )\r\ng LOGIN alice@a.example right\r\n')
  const heard = Buffer.from(await open.hear(/g OK in\r\n/), 'latin1').toString()
  open.socket.destroy()
  assert.equal(home.mailroom.prefaces.at(-1)?.language, 'ja')
  assert.match(heard, /\* LANGUAGE \(en ja i-default\)\r\na OK LANGUAGE completed\r\nb NO This language is not spoken here\r\n\* LANGUAGE \(ja\)\r\nc OK 日本語でお答えします\r\nd OK NOOPを完了しました\r\ne BAD 先に/)
})

test('POP3 before login speaks the languages it has, and UTF8 rules STLS out', async () => {
  const open = await client(home.ports.pop3)
  await open.hear(/ready\r\n/)
  open.say('LANG\r\nLANG ja\r\nNOOP x\r\nFROB\r\nLANG xx\r\nLANG *\r\nUTF8\r\nUTF8 x\r\nSTLS\r\nCAPA\r\nQUIT\r\n')
  const heard = Buffer.from(await open.closed(), 'latin1').toString()
  assert.match(heard, /\+OK Languages follow\r\nen English\r\nja 日本語\r\n\.\r\n\+OK ja 日本語でお答えします\r\n\+OK\r\n-ERR コマンドを理解できません\r\n-ERR その言語は使用できません\r\n\+OK en /)
  assert.match(heard, /\+OK UTF-8 from here on\r\n-ERR [^\n]*\n-ERR [^\n]*\n\+OK Capability list follows\r\n(?:(?!STLS)[A-Z])/)
  assert.doesNotMatch(heard, /^STLS/m)
})

test('POP3 in plain offers STLS and no login', async () => {
  const open = await client(home.ports.pop3)
  open.say('CAPA\r\nUSER alice\r\nAUTH PLAIN\r\n')
  const heard = await open.hear(/-ERR[^]*-ERR[^\n]*\n/)
  assert.match(heard, /STLS/)
  assert.doesNotMatch(heard, /^(?:SASL|USER)/m)
  open.say('STLS\r\n')
  await open.hear(/\+OK Begin/)
  await open.secure()
  open.say('USER alice\r\nPASS right\r\n')
  await open.hear(/\+OK in/)
  open.socket.destroy()
})

test('plain login is allowed on loopback where the configuration says so', async () => {
  await using lonely = await house({ plainLoginOnLoopback: true })
  const open = await client(lonely.ports.imap)
  assert.match(await open.hear(/\n/), /AUTH=PLAIN/)
  open.say('a LOGIN alice right\r\n')
  await open.hear(/a OK in/)
  assert.equal(lonely.asked.at(-1), 'imap alice right plain')
  open.socket.destroy()
})

test('the warden being away is temporary in every protocol, not wrong', async () => {
  await using lonely = await house({ plainLoginOnLoopback: true })
  await lonely.closeWarden()
  const [mail, pop, submit] = [await client(lonely.ports.imap), await client(lonely.ports.pop3), await greeted(lonely.ports.submission)]
  mail.say('a LOGIN alice right\r\n')
  pop.say('USER alice\r\nPASS right\r\n')
  submit.say(`AUTH PLAIN ${plain('alice', 'right')}\r\n`)
  await mail.hear(/a NO \[UNAVAILABLE\]/)
  await pop.hear(/-ERR \[SYS\/TEMP\]/)
  await submit.hear(/454 4\.7\.0/)
  for (const open of [mail, pop, submit]) open.socket.destroy()
})

test('connections are limited in all and per peer, and counted down again', async () => {
  await using small = await house({ limits: { connectionsPerPeerMax: 2, connectionsMax: 3 } })
  const one = await greeted(small.ports.smtp)
  const two = await client(small.ports.imap)
  await two.hear(/OK/)
  const three = await client(small.ports.smtp)
  assert.match(await three.closed(), /^421 4\.7\.0/)
  const four = await client(small.ports.imap)
  assert.match(await four.closed(), /^\* BYE \[UNAVAILABLE\] Too many connections\r\n$/)
  const five = await client(small.ports.pop3)
  assert.match(await five.closed(), /^-ERR \[SYS\/TEMP\] Too many connections\r\n$/)
  one.socket.destroy()
  await settled()
  assert.match(await (await client(small.ports.smtp)).reply(), /^220 /)
  two.socket.destroy()
})

test('PROXY is obeyed from routers and required there, and peers are counted as who they are', async () => {
  await using routed = await house({ proxyFrom: ['127.0.0.0/8'], limits: { connectionsPerPeerMax: 1 }, plainLoginOnLoopback: true })
  const header = (address: string) => encodeProxy4({ address, port: 4_711 }, { address: '192.0.2.1', port: 25 })
  const one = await client(routed.ports.smtp)
  one.say(header('198.51.100.7'))
  await one.reply()
  one.say('EHLO c\r\nMAIL FROM:<f@x>\r\n')
  await one.hear(/250 2\.1\.0/)
  assert.match(routed.intake.commands[1] ?? '', /^XCLIENT ADDR=198\.51\.100\.7 PORT=4711 /)
  const two = await client(routed.ports.smtp)
  two.say(Buffer.concat([header('198.51.100.8'), Buffer.from('NOOP\r\n')]))
  await two.hear(/220[^\n]*\n250 /)
  const same = await client(routed.ports.smtp)
  same.say(header('198.51.100.7'))
  assert.match(await same.closed(), /^421 /)
  const none = await client(routed.ports.smtp)
  none.say('EHLO c\r\n')
  assert.equal(await none.closed(), '')
  // Who comes through a router from elsewhere is not on loopback.
  const far = await client(routed.ports.imap)
  far.say(header('198.51.100.9'))
  assert.match(await far.hear(/\n/), /LOGINDISABLED/)
  for (const open of [one, two, far]) open.socket.destroy()
})

test('PROXY from anybody else is garbage', async () => {
  const open = await client(home.ports.smtp)
  await open.reply()
  open.say(encodeProxy4({ address: '198.51.100.7', port: 1 }, { address: '192.0.2.1', port: 25 }))
  assert.match(await open.reply(), /^500 /)
  open.socket.destroy()
})

test('idle clients are told and let go, and closing the gate says goodbye', async () => {
  const brief = await house({ policy: { smtpIdleMs: 100, preloginIdleMs: 100 } })
  const idle = await client(brief.ports.smtp)
  assert.match(await idle.closed(), /421 4\.4\.2/)
  const mail = await client(brief.ports.imap)
  assert.match(await mail.closed(), /\* BYE Idle/)
  const last = await greeted(brief.ports.smtp)
  const inside = await tlsClient(brief.ports.imaps)
  inside.say('a LOGIN alice right\r\n')
  await inside.hear(/a OK in\r\n/)
  await brief[Symbol.asyncDispose]()
  assert.match(await last.closed(), /421 4\.3\.2/)
  assert.match(await inside.closed(), /^\* BYE \[UNAVAILABLE\]/)
})
