import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Authentication } from '../authentication/authenticate.ts'
import { lineClient, type LineClient } from '../testing/line-client.ts'
import { testReception } from '../testing/reception.ts'

const authentication: Authentication = {
  spf: { result: 'pass', identity: 'mailfrom', domain: 'far.example', mechanism: 'mx', explanation: null, reason: null },
  dkim: [],
  dmarc: {
    result: 'fail', fromDomain: 'bank.example', policyDomain: 'bank.example', organizationalDomain: 'bank.example', policy: 'reject', disposition: 'reject',
    spfAligned: false, dkimAligned: false, reason: null,
    record: { p: 'reject', sp: null, np: 'reject', adkim: 'r', aspf: 'r', testing: false, psd: 'u', fo: '0', rua: ['mailto:r@bank.example'], ruf: [] },
  },
  arc: { result: 'pass', hops: [{ instance: 1, domain: 'list.example', selector: 's', results: 'mx; dmarc=pass header.from=bank.example' }], oldestPass: 0, reason: null },
  field: 'mx1.hikari.example;\r\n\tspf=pass',
}

const given = () => testReception(1_000_000, 50_000_000, { authenticator: { begin: () => ({ end: async () => authentication }) } })

const greeted = async (path: string): Promise<LineClient> => {
  const client = lineClient(path)
  await client.reply()
  await client.ask('LHLO gate.example')
  await client.ask('XCLIENT ADDR=192.0.2.7 HELO=far.example PROTO=ESMTP')
  return client
}

const send = async (client: LineClient, to: readonly string[], text = 'report'): Promise<readonly string[]> => {
  await client.ask('MAIL FROM:<alice@news.far.example>')
  for (const one of to) assert.match(await client.ask(`RCPT TO:<${one}@hikari.example>`), /^250/)
  const bytes = Buffer.from(`From: <x@bank.example>\r\n\r\n${text}\r\n`)
  client.send(`BDAT ${bytes.length} LAST\r\n`)
  client.send(bytes)
  const replies = []
  for (const _ of to) replies.push(await client.reply())
  return replies
}

test('what DMARC came to is noted with what was done instead, and why', async () => {
  await using at = await given()
  await at.addAccount(['bob@hikari.example'])
  using client = await greeted(at.paths.gate)
  await send(client, ['bob'])
  assert.deepEqual(at.dmarcNotes.map(({ peer, envelopeFrom, envelopeTo, disposition, override }) => [peer, envelopeFrom, envelopeTo, disposition, override]), [
    ['192.0.2.7', 'news.far.example', 'hikari.example', 'none', 'local_policy'],
  ])
  at.lookup.setBook({ isp: { 'forged.sealers': 'list.example' } })
  at.clock.advance(11_000)
  using later = await greeted(at.paths.gate)
  await send(later, ['bob'])
  assert.equal(at.dmarcNotes[1]?.override, 'trusted_forwarder')
})

test('a report address takes mail without being anybody’s, until too much waits; an account of that name comes first', async () => {
  await using at = await given()
  await at.addAccount(['bob@hikari.example'])
  using client = await greeted(at.paths.gate)
  const [own, others] = await send(client, ['dmarc-reports', 'bob'])
  assert.match(own ?? '', /^250/)
  assert.match(others ?? '', /^250/)
  assert.deepEqual(at.reports.map(({ domain, authenticated, message }) => [domain, authenticated, Buffer.from(message).includes('report')]), [['hikari.example', null, true]])
  assert.match((await send(client, ['DMARC-Reports']))[0] ?? '', /^250/)
  assert.match((await send(client, ['dmarc-reports']))[0] ?? '', /^451/)
  assert.match((await send(client, ['dmarc-reports'], 'no report'))[0] ?? '', /^550 5\.1\.1/)
  const owner = await at.addAccount(['tls-reports@hikari.example'])
  await send(client, ['tls-reports'])
  assert.equal((await at.mailOf(owner)).length, 1)
})
