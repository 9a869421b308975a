/** The courier against Debian's Postfix, which hands on to a sink: what arrives, what is refused, what a real limit of connections does. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { startCourier } from '@bulkhead/flow/relay/courier.ts'
import { memoryQueue, type MemoryQueue } from '@bulkhead/flow/relay/memory-queue.ts'
import { testCertificate, testKey } from '@bulkhead/flow/testing/certificate.ts'
import { testReaching } from '@bulkhead/flow/testing/reaching.ts'
import { smtpSink } from '@bulkhead/flow/testing/smtp-sink.ts'
import { noTracer } from '@bulkhead/mail/ports/trace.ts'
import { ordinary } from '@bulkhead/mail/queue/queued.ts'
import { sealQueued, type ToQueue } from '@bulkhead/mail/queue/record.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { startPostfix } from '../bench/peers/postfix.ts'
import { outsidePort, portBases } from '../ports.ts'

const port = outsidePort(portBases['test/relay/postfix'][0])
const patienceMs = 120_000
const { publicKey, privateKey } = realSealing.newKeyPair()

const until = async (claim: string, holds: () => boolean): Promise<void> => {
  const giveUpMs = Date.now() + patienceMs
  while (!holds()) {
    assert.ok(Date.now() < giveUpMs, claim)
    await sleep(20)
  }
}

/** Whole, so that Postfix completes nothing. */
const header = 'From: alice@hikari.example\r\nDate: Sat, 21 Nov 2026 12:00:00 +0900\r\nMessage-ID: <1@hikari.example>\r\n'

const mailTo = (forwardPaths: readonly string[], more: Partial<ToQueue> = {}): ToQueue => ({
  ...ordinary,
  reversePath: 'alice@hikari.example',
  bodyKind: '7bit',
  account: null,
  sender: null,
  recipients: forwardPaths.map((forwardPath) => ({ forwardPath, notify: null, orcpt: null })),
  message: Buffer.from(`${header}Subject: hello\r\n\r\nfirst\r\n.dotted\r\n..\r\n`),
  ...more,
})

const courierOver = (queue: MemoryQueue) => {
  const retry = { waitsMs: [200], giveUpAfterMs: 600_000, warnAfterMs: 0 }
  return startCourier({
    settling: {
      queue, writer: queue, sealing: realSealing, queuePublicKey: publicKey, hostName: 'mx1.hikari.example', retry, clock: systemClock, random: () => 0.5,
      log: silentLog, meter: meter(), tracer: noTracer, refusals: { count: () => undefined, [Symbol.dispose]: () => undefined },
    },
    reaching: testReaching({ localOnly: true }),
    privateKey,
    routes: [{ domain: '*', host: '127.0.0.1', port }],
  })
}

const connectionsMax = 2
const settings = (sinkPort: number, root: string): string => `
virtual_mailbox_domains =
relay_domains = far.example
relay_transport = smtp:[127.0.0.1]:${sinkPort}
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions =
mynetworks =
smtpd_client_event_limit_exceptions =
smtpd_client_connection_count_limit = ${connectionsMax}
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${root}/certificate.pem
smtpd_tls_key_file = ${root}/key.pem
smtputf8_enable = no
`

test('mail to Postfix arrives as it was, refusals are reported, its limit of connections is learned', {
  timeout: 300_000,
  skip: process.getuid?.() !== 0 || !existsSync('/usr/sbin/postfix') ? 'needs root and Debian’s postfix' : false,
}, async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'bulkhead-postfix-'))
  await using sink = await smtpSink({ extensions: ['PIPELINING', '8BITMIME', 'SIZE 60000000'] })
  writeFileSync(join(scratch, 'certificate.pem'), testCertificate)
  writeFileSync(join(scratch, 'key.pem'), testKey)
  const postfix = await startPostfix(join(scratch, 'postfix'), port, { transport: 'error', domain: 'none.example', extra: settings(sink.port, scratch) })
  // Also where the test is out of time: another Postfix would share the port with this one.
  t.after(async () => {
    await postfix[Symbol.asyncDispose]()
    rmSync(scratch, { recursive: true, force: true })
  })
  const queue = memoryQueue(systemClock)
  await using _courier = courierOver(queue)
  const send = (mail: ToQueue): Promise<void> => queue.enqueue(sealQueued(realSealing, publicKey, mail))
  const bodyOf = (content: string | undefined): string => (content ?? '').slice((content ?? '').indexOf('From: '))

  await t.test('dots, 8-bit content, several recipients and a large message arrive bit for bit, over TLS', async () => {
    const eight = Buffer.from(header + 'Subject: =?UTF-8?B?5pel5pys?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n日本語\r\n')
    const large = Buffer.from(`${header}Subject: large\r\n\r\n${'0123456789 and so on, line by line.\r\n'.repeat(60_000)}`)
    await send(mailTo(['b@far.example', 'c@far.example']))
    await send(mailTo(['d@far.example'], { message: eight, bodyKind: '8bitmime' }))
    await send(mailTo(['e@far.example'], { message: large }))
    await until('all three are there', () => sink.messages.length === 3)
    const [dotted] = sink.messages.filter(({ to }) => to.length === 2)
    assert.equal(bodyOf(dotted?.content), header + 'Subject: hello\r\n\r\nfirst\r\n.dotted\r\n..\r\n')
    const received = (address: string): string => sink.messages.find(({ to }) => to.some((path) => path.includes(address)))?.content ?? ''
    assert.match(received('d@far'), /with ESMTPS/)
    assert.equal(Buffer.from(bodyOf(received('d@far')), 'utf8').length, eight.length)
    assert.equal(bodyOf(received('e@far')).length, large.length)
    assert.equal(queue.kept.size, 0)
  })

  await t.test('a domain it does not serve is refused and given up, with its words', async () => {
    const refused = mailTo(['x@elsewhere.example'], { reversePath: '' })
    await send(refused)
    await until('it is given up', () => queue.kept.size === 0)
    assert.deepEqual([...queue.bounced.values()].flat(), ['0 554 5.7.1'])
  })

  await t.test('more mail than it takes connections for all arrives, once', async () => {
    const before = sink.messages.length
    for (let at = 0; at < 60; at += 1) await send(mailTo([`n${at}@far.example`]))
    await until('all of it is there', () => sink.messages.length === before + 60 && queue.kept.size === 0)
    assert.equal(new Set(sink.messages.slice(before).map(({ to }) => to[0])).size, 60)
  })
})
