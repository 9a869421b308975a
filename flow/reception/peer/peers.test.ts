/** What is known of a peer, and what becomes of its mail by it: at intake's door. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReceptionPolicy } from '@bulkhead/door/contracts/start.ts'
import { lineClient, type LineClient } from '../../testing/line-client.ts'
import { testReception } from '../../testing/reception.ts'
import { zoneDns, type Zone } from '../../testing/zone.ts'
import type { Dns } from '../../resolving/dns.ts'

type Given = Awaited<ReturnType<typeof testReception>>

const zone: Zone = {
  '7.2.0.192.in-addr.arpa': { PTR: ['mail.far.example'] },
  'mail.far.example': { A: ['192.0.2.7'] },
  '8.2.0.192.in-addr.arpa': { PTR: ['liar.far.example'] },
  'liar.far.example': { A: ['192.0.2.99'] },
  '8.2.0.192.bl.example': { A: ['127.0.0.2'] },
  '8.2.0.192.bl2.example': { A: ['127.0.0.2'] },
  '7.2.0.192.bl.example': { A: ['127.0.0.2'] },
  'spf.example': { TXT: ['v=spf1 ip4:192.0.2.8 -all'] },
  '7.2.0.192.dnswl.example': { A: ['127.0.5.1'] },
}

const received = async (reception: Partial<ReceptionPolicy>, dns: Dns = zoneDns(zone)) => {
  const given = await testReception(undefined, undefined, undefined, { dns, reception })
  const bob = await given.addAccount(['bob@hikari.example'])
  await given.addAccount(['postmaster@hikari.example'])
  return { given, bob }
}

const from = async ({ paths }: Given, address: string, helo = 'mail.far.example'): Promise<LineClient> => {
  const client = lineClient(paths.gate)
  await client.reply()
  await client.ask('LHLO gate.example')
  assert.match(await client.ask(`XCLIENT ADDR=${address} HELO=${helo} PROTO=ESMTP`), /^250 /)
  return client
}

const attempt = async (client: LineClient, to = 'bob@hikari.example', reversePath = 'a@far.example'): Promise<string> => {
  await client.ask(`MAIL FROM:<${reversePath}>`)
  const answer = await client.ask(`RCPT TO:<${to}>`)
  await client.ask('RSET')
  return answer
}

const block = (name: string, weight = 1) => ({ zone: name, kind: 'block' as const, weight, answers: ['127.0.0.0/8'] })
const allow = { zone: 'dnswl.example', kind: 'allow' as const, weight: 1, answers: ['127.0.0.0/8'] }

test('the name that leads back to the address stands in the trace; another does not, and nobody is refused for it by default', async () => {
  const { given, bob } = await received({})
  await using _ = given
  for (const address of ['192.0.2.7', '192.0.2.8']) {
    using client = await from(given, address)
    await client.ask('MAIL FROM:<a@far.example>')
    await client.ask('RCPT TO:<bob@hikari.example>')
    client.send(`BDAT 4 LAST\r\n${address.at(-1)}\r\n\r`)
    assert.match(await client.reply(), /^250 /)
  }
  const [named = '', unnamed = ''] = await given.mailOf(bob)
  assert.match(named, /from mail\.far\.example \(mail\.far\.example \[192\.0\.2\.7\]\)/)
  assert.match(unnamed, /from mail\.far\.example \(\[192\.0\.2\.8\]\)/)
})

test('block lists weigh together, an allow list outweighs them, and the postmaster hears everybody', async () => {
  const { given } = await received({ lists: [block('bl.example', 2), block('bl2.example', 2), allow], refuseAt: 3, helpUrl: 'https://isp.example/why' })
  await using _ = given
  using listed = await from(given, '192.0.2.8')
  assert.equal(await attempt(listed), '550 5.7.1 Your address is listed at bl.example, bl2.example; see https://isp.example/why')
  assert.match(await attempt(listed, 'nobody@hikari.example'), /^550 5\.7\.1 /)
  await attempt(listed)
  assert.deepEqual(given.notes.map(({ state, peer, to }) => [state, peer, ...to]), [
    ['refused', '192.0.2.8', 'bob@hikari.example'], ['refused', '192.0.2.8', 'nobody@hikari.example'],
  ])
  assert.match(given.notes[0]?.facts['reply'] ?? '', /^550 5\.7\.1 Your address is listed at bl\.example/)
  assert.match(await attempt(listed, 'postmaster@hikari.example'), /^250 /)
  using good = await from(given, '192.0.2.7')
  assert.match(await attempt(good), /^250 /)
  using unlisted = await from(given, '192.0.2.9')
  assert.match(await attempt(unlisted), /^250 /)
  using ours = await from(given, '10.0.0.8')
  assert.match(await attempt(ours), /^250 /)
})

test('a name in DNS is asked for where the operator asks for one', async () => {
  const { given } = await received({ reverseName: 'requireConfirmed' })
  await using _ = given
  for (const [address, expected] of [['192.0.2.7', /^250 /], ['192.0.2.8', /^550 5\.7\.25 /], ['192.0.2.200', /^550 5\.7\.25 /]] as const) {
    using client = await from(given, address)
    assert.match(await attempt(client), expected)
  }
})

test('lists that the operator changes are asked at once, also of peers that are known', async () => {
  const reception: { lists: ReceptionPolicy['lists'] } = { lists: [] }
  const { given } = await received(reception)
  await using _ = given
  using listed = await from(given, '192.0.2.8')
  assert.match(await attempt(listed), /^250 /)
  reception.lists = [block('bl.example')]
  using again = await from(given, '192.0.2.8')
  assert.match(await attempt(again), /^550 5\.7\.1 /)
})

test('DNS that does not answer refuses nobody, and nobody waits for it longer than the time it has', async () => {
  const silent: Dns = { query: () => new Promise(() => undefined) }
  const { given } = await received({ lists: [block('bl.example')], reverseName: 'requireConfirmed', dnsTimeoutMs: 50 }, silent)
  await using _ = given
  using client = await from(given, '192.0.2.8')
  assert.match(await attempt(client), /^250 /)
})

test('a stranger is asked to come again, and passes after the wait; so do its neighbours, and those who are known good', async () => {
  const greylist = { brands: 'all' as const, waitMs: 60_000, retryMs: 3_600_000, passMs: 86_400_000, trustSpf: false }
  const { given } = await received({ greylist, lists: [allow] })
  await using _ = given
  using stranger = await from(given, '192.0.2.8')
  assert.match(await attempt(stranger), /^451 4\.7\.1 /)
  given.clock.advance(30_000)
  assert.match(await attempt(stranger), /^451 4\.7\.1 /)
  assert.match(await attempt(stranger, 'nobody@hikari.example'), /^550 5\.1\.1 /)
  given.clock.advance(31_000)
  using neighbour = await from(given, '192.0.2.88')
  assert.match(await attempt(neighbour), /^250 /)
  assert.match(await attempt(neighbour, 'bob@hikari.example', 'other@far.example'), /^451 /)
  using good = await from(given, '192.0.2.7')
  assert.match(await attempt(good), /^250 /)
})

test('whom the domain of the sender names by SPF need not wait, where the operator trusts that', async () => {
  const greylist = { brands: 'all' as const, waitMs: 60_000, retryMs: 3_600_000, passMs: 86_400_000, trustSpf: true }
  const { given } = await received({ greylist })
  await using _ = given
  using named = await from(given, '192.0.2.8')
  assert.match(await attempt(named, 'bob@hikari.example', 'a@spf.example'), /^250 /)
  using other = await from(given, '192.0.2.9')
  assert.match(await attempt(other, 'bob@hikari.example', 'a@spf.example'), /^451 /)
})

test('greylisting is for the brands that want it', async () => {
  const greylist = { brands: ['another'], waitMs: 60_000, retryMs: 3_600_000, passMs: 86_400_000, trustSpf: false }
  const { given } = await received({ greylist })
  await using _ = given
  using stranger = await from(given, '192.0.2.8')
  assert.match(await attempt(stranger), /^250 /)
})
