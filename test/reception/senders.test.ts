/**
 * Other people's software sends to us: Debian's Postfix (8BITMIME, SMTPUTF8, DSN, STARTTLS, pipelining) and swaks. What they
 * send arrives to the bit under the trace fields, and the report they asked for comes back through the queue.
 */
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openImap, type ImapClient } from '../bench/load/imap.ts'
import { startPostfix, type Postfix } from '../bench/peers/postfix.ts'
import { lineClient } from '../golden/line-client.ts'
import { plantAccounts, startPlatform, type Platform } from '../platform/platform.ts'
import { outsidePort, portBases } from '../ports.ts'

const password = 'correct-horse-battery'
const [portBase] = portBases['test/reception/senders']
const postfixPort = outsidePort(portBase)
const waitMs = 60_000
const lookMs = 200
const present = process.getuid?.() === 0 && existsSync('/usr/sbin/postfix') && existsSync('/usr/bin/swaks')

/** It relays to us, and keeps what comes to its own domain in one file. */
const postfixExtra = (root: string): string => `
transport_maps = inline:{ { reception.example = smtp:[127.0.0.1]:${portBase + 25} } }
virtual_mailbox_base = ${root}/mail
virtual_mailbox_maps = static:inbox
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
smtputf8_enable = yes
smtp_tls_security_level = may
smtp_tls_loglevel = 1
`

let platform: Platform
let postfix: Postfix
let scratch: string
let reader: ImapClient

const until = async <T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  for (const end = Date.now() + waitMs; Date.now() < end; await sleep(lookMs)) {
    const found = await look()
    if (found !== undefined) return found
  }
  throw new Error(`${what} never came`)
}

/** One transaction, said line by line; all replies. */
const say = async (port: number, commands: readonly string[], message: Buffer): Promise<readonly string[]> => {
  const client = lineClient(connect(port, '127.0.0.1'))
  const heard: string[] = []
  const reply = async (): Promise<string> => {
    for (;;) {
      const line = await client.line()
      if (line[3] === ' ') return line
      heard.push(line)
    }
  }
  await reply()
  for (const command of [...commands, 'DATA']) {
    client.send(Buffer.from(`${command}\r\n`))
    const answer = await reply()
    assert.match(answer, /^[23]/, `${command}: ${answer}`)
  }
  client.send(Buffer.concat([Buffer.from(message.toString('latin1').replaceAll(/^\./gm, '..'), 'latin1'), Buffer.from('.\r\n')]))
  assert.match(await reply(), /^250 /)
  await client.close()
  return heard
}

/** Bytes of the message with this subject, once it is there. */
const arrived = (subject: string): Promise<string> =>
  until(subject, async () => {
    await reader.run('NOOP')
    const { text } = await reader.run(`UID SEARCH SUBJECT "${subject}"`, { keep: true })
    const uid = /\* SEARCH (\d+)/.exec(text)?.[1]
    if (uid === undefined) return undefined
    const body = (await reader.run(`UID FETCH ${uid} BODY.PEEK[]`, { keep: true })).text
    const size = Number(/BODY\[\] \{(\d+)\}/.exec(body)?.[1])
    const start = body.indexOf('}\r\n') + 3
    return body.slice(start, start + size)
  })

const inbox = (): string => (existsSync(join(scratch, 'postfix/mail/inbox')) ? readFileSync(join(scratch, 'postfix/mail/inbox'), 'utf8') : '')

const messageOf = (subject: string): Buffer =>
  Buffer.concat([
    Buffer.from(`From: sender@peer.example\r\nTo: reader@reception.example\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@peer.example>\r\nDate: Sat, 21 Nov 2026 12:00:00 +0900\r\n`),
    Buffer.from('MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'),
    Buffer.from(`漢字と絵文字😀\r\n.\r\n..two dots\r\n. dot\r\n${'長'.repeat(320)}\r\n \t\r\n\r\n\r\nthe end \r\n`),
  ])

const bodyOf = (message: string): string => message.slice(message.indexOf('\r\n\r\n'))

describe('senders of others', { skip: !present }, () => {
  before(
    async () => {
      scratch = mkdtempSync(join(tmpdir(), 'bulkhead-senders-'))
      const root = join(scratch, 'postfix')
      mkdirSync(join(root, 'mail'), { recursive: true })
      execFileSync('chown', ['65534:65534', join(root, 'mail')])
      postfix = await startPostfix(root, postfixPort, { transport: 'virtual', domain: 'peer.example', extra: postfixExtra(root) })
      platform = await startPlatform({
        cells: [{ id: 'reception', name: 'Reception', portBase }],
        routes: [{ domain: 'peer.example', host: '127.0.0.1', port: postfixPort }],
      })
      await plantAccounts(platform, 'reception', 'reception.example', ['reader'], password)
      reader = await openImap(platform.portOf('reception', 143))
      await reader.run(`LOGIN "reader@reception.example" ${password}`)
      await reader.run('SELECT INBOX')
    },
    { timeout: 180_000 },
  )
  after(async () => {
    reader?.[Symbol.dispose]()
    await postfix?.[Symbol.asyncDispose]()
    await platform?.[Symbol.asyncDispose]()
    rmSync(scratch, { recursive: true, force: true })
  })

  test('what Postfix sends arrives to the bit, over TLS, and the success it asked to hear of comes back', async () => {
    const sent = messageOf('postfix-dsn')
    const announced = await say(postfixPort, [
      'EHLO test.example', 'MAIL FROM:<sender@peer.example> BODY=8BITMIME RET=HDRS ENVID=QQ314159',
      'RCPT TO:<reader@reception.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;reader@reception.example',
    ], sent)
    assert.ok(announced.includes('250-DSN'))
    const got = await arrived('postfix-dsn')
    assert.equal(Buffer.from(bodyOf(got), 'latin1').compare(Buffer.from(bodyOf(sent.toString('latin1')), 'latin1')), 0)
    assert.match(got, /^Return-Path: <sender@peer\.example>\r\nReceived: from peer\.example \(\[127\.0\.0\.1\]\)\r\n\tby mx\.reception\.example with ESMTPS \(TLSv1\.3\)/m)
    const report = await until('the report', () => (inbox().includes('Action: delivered') ? inbox() : undefined))
    assert.match(report, /Original-Envelope-Id: QQ314159/)
    assert.match(report, /Original-Recipient: rfc822; ?reader@reception\.example/)
    assert.match(report, /Reporting-MTA: dns; mx\.reception\.example/)
    assert.match(report, /Status: 2\.0\.0/)
  })

  test('a sender with an address beyond ASCII is delivered by SMTPUTF8', async () => {
    const sent = messageOf('postfix-utf8')
    await say(postfixPort, ['EHLO test.example', 'MAIL FROM:<花子@peer.example> SMTPUTF8 BODY=8BITMIME', 'RCPT TO:<reader@reception.example>'], sent)
    const got = Buffer.from(await arrived('postfix-utf8'), 'latin1').toString('utf8')
    assert.match(got, /^Return-Path: <花子@peer\.example>/m)
    assert.match(got, /with UTF8SMTPS/)
    assert.ok(got.endsWith(bodyOf(sent.toString('utf8'))))
  })

  test('an unknown recipient is refused to Postfix, which tells its sender', async () => {
    await say(postfixPort, ['EHLO test.example', 'MAIL FROM:<sender@peer.example>', 'RCPT TO:<nobody@reception.example>'], messageOf('postfix-unknown'))
    const bounce = await until('the bounce', () => (inbox().includes('550 5.1.1') ? inbox() : undefined))
    assert.match(bounce, /Action: failed/)
  })

  test('who connects is judged anew when the configuration is reloaded, and a mistake in it changes nothing', async () => {
    const config = join(platform.data, 'bulkhead.yaml')
    const before = readFileSync(config, 'utf8')
    const hello = async (): Promise<string> => {
      const client = lineClient(connect(portBase + 25, '127.0.0.1'))
      await client.line()
      client.send(Buffer.from('HELO 127.0.0.1\r\n'))
      const answer = await client.line()
      await client.close()
      return answer
    }
    writeFileSync(config, before.replace('    hostName:', '    reception: { hello: refuse, helpUrl: "https://isp.example/why" }\n    hostName:'))
    assert.doesNotMatch(await platform.must(['reload']), /restart/)
    assert.equal(await until('a refusal', async () => ((await hello()).startsWith('550') ? hello() : undefined)), '550 5.7.1 That is no name of yours; see https://isp.example/why')
    writeFileSync(config, before.replace('    hostName:', '    reception: { hello: sometimes }\n    hostName:'))
    const { code, err } = await platform.cli(['reload'])
    assert.equal(code, 1)
    assert.match(err, /reception\.hello must be one of note, refuse/)
    assert.match(await hello(), /^550 /)
    writeFileSync(config, before)
    await platform.must(['reload'])
    await until('a welcome', async () => ((await hello()).startsWith('250') ? true : undefined))
  })

  for (const [name, args] of [['in plain', []], ['over TLS, pipelined', ['--tls', '--pipeline']]] as const) {
    test(`swaks delivers ${name}`, async () => {
      const subject = `swaks-${args.length}`
      const file = join(scratch, `${subject}.eml`)
      writeFileSync(file, messageOf(subject))
      const { stdout } = await promisify(execFile)('swaks', [
        '--server', '127.0.0.1', '--port', String(portBase + 25), '--from', 'swaks@peer.example', '--to', 'reader@reception.example',
        '--helo', 'swaks.example', '--data', `@${file}`, ...args,
      ], { timeout: waitMs })
      assert.match(stdout, /250 2\.0\.0 Stored as/)
      const got = await arrived(subject)
      assert.ok(bodyOf(got).startsWith(bodyOf(messageOf(subject).toString('latin1')).trimEnd()))
    })
  }
})
