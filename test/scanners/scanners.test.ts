/** Reception with rspamd, clamd and a milter as Debian ships them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import type { ScannerFact } from '@bulkhead/door/contracts/start.ts'
import { scannersOf } from '@bulkhead/flow/scanning/scanners.ts'
import { lineClient, type LineClient } from '@bulkhead/flow/testing/line-client.ts'
import { testReception } from '@bulkhead/flow/testing/reception.ts'
import { noFilter } from '@bulkhead/mail/ports/directory.ts'
import { attached, eicar, gtube, startClamd, startOpendkim, startRspamd } from './peers.ts'

const fact = (kind: ScannerFact['kind'], path: string, given: Partial<ScannerFact> = {}): ScannerFact =>
  ({ name: kind, kind, stage: kind === 'clamav' ? 'virus' : 'spam', path, limitMs: 30_000, sizeBytesMax: 10_000_000, whenAway: 'tempfail', ...given })

const receptionWith = async (facts: readonly ScannerFact[]) => {
  const given = await testReception(8_000_000, 50_000_000, { scanners: scannersOf(facts, 'mx1.hikari.example', systemClock) })
  const bob = await given.addAccount(['bob@hikari.example'], 'active', null, { ...noFilter, choices: { spam: 'on' } })
  return { given, bob }
}

const greeted = async (path: string): Promise<LineClient> => {
  const client = lineClient(path)
  await client.reply()
  await client.ask('LHLO gate.example')
  await client.ask('XCLIENT ADDR=192.0.2.7 HELO=mx.far.example PROTO=ESMTP')
  return client
}

const send = async (client: LineClient, content: string): Promise<string> => {
  await client.ask('MAIL FROM:<alice@far.example>')
  await client.ask('RCPT TO:<bob@hikari.example>')
  const bytes = Buffer.from(content)
  client.send(`BDAT ${bytes.length} LAST\r\n`)
  client.send(bytes)
  return client.reply()
}

const mail = (text: string): string => `From: alice@far.example\r\nTo: bob@hikari.example\r\nSubject: hello\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@far.example>\r\n\r\n${text}\r\n`

test('rspamd: what it would mark is filed as junk with its score, what it would reject is refused, the rest arrives', async () => {
  await using peer = await startRspamd()
  const { given, bob } = await receptionWith([fact('rspamd', peer.path)])
  await using reception = given
  using client = await greeted(reception.paths.gate)
  assert.match(await send(client, mail('how are you?')), /^250 2\.0\.0 /)
  assert.match(await send(client, mail(gtube('add header'))), /^250 2\.0\.0 /)
  assert.match(await send(client, mail(gtube('reject'))), /^550 5\.7\.1 .*spam/)
  assert.match((await reception.mailIn(bob, 'Junk'))[0] ?? '', /X-Spam-Flag: YES \(GTUBE\)\r\nX-Spam-Score: 6\.00 \/ 15\.00\r\n/)
  const inbox = await reception.mailIn(bob, 'INBOX')
  assert.equal(inbox.length, 1)
  assert.match(inbox[0] ?? '', /X-Spam-Score: 0\.00 \/ 15\.00\r\n/)
})

test('ClamAV: a virus in an attachment is refused by name, and kept apart where the ISP says so', async () => {
  await using peer = await startClamd()
  const { given, bob } = await receptionWith([fact('clamav', peer.path)])
  await using reception = given
  using client = await greeted(reception.paths.gate)
  assert.match(await send(client, mail('clean')), /^250 /)
  assert.match(await send(client, attached(eicar)), /^550 5\.7\.1 .*malicious/)
  assert.equal(reception.told.at(-1)?.outcome, 'reject: Eicar-Test-Signature.UNOFFICIAL')
  assert.match(await send(client, mail('x'.repeat(2_000_000))), /^451 4\.7\.1 /, 'more than clamd takes: it is as if it were away')
  reception.lookup.setBook({ isp: { 'virus.action': 'quarantine' } })
  reception.clock.advance(11_000)
  assert.match(await send(client, attached(eicar)), /^250 /)
  assert.match((await reception.mailIn(bob, 'Quarantine'))[0] ?? '', /X-Virus-Flag: YES \(Eicar-Test-Signature\.UNOFFICIAL\)\r\n/)
})

test('a milter: OpenDKIM is told the whole message, and what it adds is in the copy', async () => {
  await using peer = await startOpendkim()
  const { given, bob } = await receptionWith([fact('milter', peer.path, { name: 'opendkim' })])
  await using reception = given
  using client = await greeted(reception.paths.gate)
  const text = 'a body of some length\r\n'.repeat(10_000)
  for (const body of ['short', text]) assert.match(await send(client, mail(body)), /^250 2\.0\.0 /)
  const [first = '', second = ''] = await reception.mailIn(bob, 'INBOX')
  assert.match(first, /Authentication-Results: filter\.example; dkim=none/)
  assert.ok(second.endsWith(`${text}\r\n`))
})
