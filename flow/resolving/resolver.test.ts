import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock } from '@bulkhead/base/clock.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { fromZone, record, reply, soaOf, tinyDns, type React } from '../testing/dns-server.ts'
import { zoneDns } from '../testing/zone.ts'
import { dnsContract } from './dns-contract.ts'
import { strangersMax } from './limits.ts'
import { resolver } from './resolver.ts'
import { dnsServer, resolvConfServers, type DnsServer } from './server.ts'

/** Longer than any machine is loaded; where a test waits for it to pass, it says so. */
const patience = { waitsMs: [20_000, 20_000, 20_000], tcpWaitMs: 20_000 }
const impatience = { waitsMs: [60, 60, 20_000], tcpWaitMs: 20_000 }

const open = async (react: React, options: { patience?: typeof patience; servers?: readonly DnsServer[] } = {}) => {
  const tiny = await tinyDns(react)
  const clock = manualClock(1_000_000)
  const dns = resolver({ servers: options.servers ?? [tiny.server], clock, meter: meter(), patience: options.patience ?? patience })
  return { dns, clock, tiny, [Symbol.asyncDispose]: () => tiny[Symbol.asyncDispose]() }
}

dnsContract('a table', (zone) => Promise.resolve({ dns: zoneDns(zone), [Symbol.asyncDispose]: () => Promise.resolve() }))
dnsContract('the resolver', (zone) => open(fromZone(zone)))

const a = (name: string, value: string, ttlSeconds = 300) => record(name, { type: 'A', value }, ttlSeconds)
const alias = (name: string, value: string) => record(name, { type: 'CNAME', value })

test('an answer is kept for its lifetime, then asked for again', async () => {
  await using at = await open((asked) => [reply(asked, { answers: [a('example.org', '192.0.2.1', 60)] })])
  await at.dns.query('example.org', 'A')
  at.clock.advance(20_500)
  assert.deepEqual(await at.dns.query('EXAMPLE.org', 'A'), { is: 'found', secure: true, ttlSeconds: 40, name: 'example.org', records: ['192.0.2.1'] })
  assert.equal(at.tiny.asked.length, 1)
  at.clock.advance(40_000)
  await at.dns.query('example.org', 'A')
  assert.equal(at.tiny.asked.length, 2)
})

test('an absence is kept as long as its SOA says, a lifetime of nothing for a few seconds', async () => {
  await using at = await open((asked) => [reply(asked, asked.message.question.name === 'gone.example'
    ? { header: { responseCode: 3 }, authorities: [soaOf('example', 30)] }
    : { answers: [a('brief.example', '192.0.2.1', 0)] })])
  assert.deepEqual(await at.dns.query('gone.example', 'A'), { is: 'noSuchName', secure: true, ttlSeconds: 30 })
  await at.dns.query('brief.example', 'A')
  at.clock.advance(4_000)
  await at.dns.query('gone.example', 'A')
  await at.dns.query('brief.example', 'A')
  assert.equal(at.tiny.asked.length, 2)
  at.clock.advance(27_000)
  await at.dns.query('gone.example', 'A')
  assert.equal(at.tiny.asked.length, 3)
})

test('that nobody could say is kept for a moment only', async () => {
  await using at = await open((asked) => [reply(asked, { header: { responseCode: 2 } })])
  assert.deepEqual(await at.dns.query('sick.example', 'A'), { is: 'away' })
  assert.deepEqual(await at.dns.query('sick.example', 'A'), { is: 'away' })
  assert.equal(at.tiny.asked.length, 1)
  at.clock.advance(6_000)
  await at.dns.query('sick.example', 'A')
  assert.equal(at.tiny.asked.length, 2)
})

test('equal questions at once are asked once', async () => {
  await using at = await open((asked) => [reply(asked, { answers: [a('example.org', '192.0.2.1')] })])
  const answers = await Promise.all(Array.from({ length: 50 }, () => at.dns.query('example.org', 'A')))
  assert.equal(at.tiny.asked.length, 1)
  assert.ok(answers.every((answer) => answer.is === 'found'))
})

test('what does not fit a packet is asked by TCP', async () => {
  const addresses = Array.from({ length: 300 }, (_, at) => `10.0.${at >> 8}.${at & 255}`)
  await using at = await open((asked) => [reply(asked, asked.by === 'udp' ? { header: { truncated: true } } : { answers: addresses.map((address) => a('many.example', address)) })])
  const answer = await at.dns.query('many.example', 'A')
  assert.deepEqual(answer.is === 'found' && answer.records, addresses)
  assert.deepEqual(at.tiny.asked, ['udp A many.example', 'tcp A many.example'])
})

test('a wrong id, another question, a question for an answer or no message at all are strangers: the right answer counts', async () => {
  await using at = await open((asked) => [
    reply(asked, { header: { id: asked.message.header.id ^ 1 }, answers: [a('example.org', '203.0.113.1')] }),
    reply(asked, { question: { ...asked.message.question, name: 'example.net' }, answers: [a('example.net', '203.0.113.2')] }),
    reply(asked, { question: { ...asked.message.question, type: 16 }, answers: [a('example.org', '203.0.113.3')] }),
    reply(asked, { header: { isResponse: false }, answers: [a('example.org', '203.0.113.4')] }),
    Buffer.from('hello'),
    reply(asked, { answers: [a('example.org', '192.0.2.1'), a('bank.example', '203.0.113.5')] }),
  ])
  const answer = await at.dns.query('example.org', 'A')
  assert.deepEqual(answer.is === 'found' && answer.records, ['192.0.2.1'])
  await at.dns.query('bank.example', 'A')
  assert.ok(at.tiny.asked.includes('udp A bank.example'), 'what was not asked for was believed')
})

test('where many strangers meddle the question goes by TCP', async () => {
  await using at = await open((asked) => asked.by === 'tcp'
    ? [reply(asked, { answers: [a('example.org', '192.0.2.1')] })]
    : Array.from({ length: strangersMax }, (_, guess) => reply(asked, { header: { id: (asked.message.header.id + 1 + guess) & 0xffff }, answers: [a('example.org', '203.0.113.1')] })))
  const answer = await at.dns.query('example.org', 'A')
  assert.deepEqual(answer.is === 'found' && answer.records, ['192.0.2.1'])
  assert.deepEqual(at.tiny.asked, ['udp A example.org', 'tcp A example.org'])
})

test('ids differ from question to question', async () => {
  const ids = new Set<number>()
  await using at = await open((asked) => {
    ids.add(asked.message.header.id)
    return [reply(asked, { answers: [] })]
  })
  for (let nth = 0; nth < 20; nth += 1) await at.dns.query(`n${nth}.example`, 'A')
  assert.ok(ids.size > 15)
})

test('a silent server is passed over, and asked last from then on', async () => {
  await using silent = await tinyDns(() => [])
  await using live = await tinyDns((asked) => [reply(asked, { answers: [a(asked.message.question.name, '192.0.2.1')] })])
  await using at = await open(() => [], { patience: impatience, servers: [silent.server, live.server] })
  assert.equal((await at.dns.query('one.example', 'A')).is, 'found')
  assert.equal((await at.dns.query('two.example', 'A')).is, 'found')
  assert.deepEqual(silent.asked, ['udp A one.example'])
  at.clock.advance(31_000)
  await at.dns.query('three.example', 'A')
  assert.deepEqual(silent.asked, ['udp A one.example', 'udp A three.example'])
})

test('a server that fails or refuses is not asked twice for the same, the next one is', async () => {
  for (const responseCode of [1, 2, 4, 5, 9]) {
    await using failing = await tinyDns((asked) => [reply(asked, { header: { responseCode } })])
    await using live = await tinyDns((asked) => [reply(asked, { answers: [a('example.org', '192.0.2.1')] })])
    await using at = await open(() => [], { servers: [failing.server, live.server] })
    assert.equal((await at.dns.query('example.org', 'A')).is, 'found')
    assert.equal(failing.asked.length, 1)
  }
})

test('servers that are all silent, and none at all, are away', async () => {
  await using silent = await tinyDns(() => [])
  await using at = await open(() => [], { patience: { waitsMs: [20, 20], tcpWaitMs: 20 }, servers: [silent.server] })
  assert.deepEqual(await at.dns.query('example.org', 'A'), { is: 'away' })
  assert.equal(silent.asked.length, 2)
  await using none = await open(() => [], { servers: [] })
  assert.deepEqual(await none.dns.query('example.org', 'A'), { is: 'away' })
  const { server, ...closed } = await tinyDns(() => [])
  await closed[Symbol.asyncDispose]()
  await using refused = await open(() => [], { servers: [server] })
  assert.deepEqual(await refused.dns.query('example.org', 'A'), { is: 'away' })
})

test('an answer that ends at an alias is asked on, and is secure only where every step was', async () => {
  await using at = await open((asked) => {
    const { name } = asked.message.question
    if (name === 'www.example') return [reply(asked, { header: { authenticData: false }, answers: [alias('www.example', 'host.example')] })]
    return [reply(asked, { answers: [a('host.example', '192.0.2.9')] })]
  })
  assert.deepEqual(await at.dns.query('www.example', 'A'), { is: 'found', secure: false, ttlSeconds: 300, name: 'host.example', records: ['192.0.2.9'] })
})

test('aliases that never end are away, in one answer or over many', async () => {
  await using within = await open((asked) => [reply(asked, { answers: Array.from({ length: 40 }, (_, at) => alias(`n${at}.example`, `n${at + 1}.example`)) })])
  assert.deepEqual(await within.dns.query('n0.example', 'A'), { is: 'away' })
  await using over = await open((asked) => [reply(asked, { answers: [alias(asked.message.question.name, `x${asked.message.question.name}`)] })])
  assert.deepEqual(await over.dns.query('y.example', 'A'), { is: 'away' })
  assert.ok(over.tiny.asked.length < 15)
})

test('the AD of a server whose word does not count is nothing', async () => {
  await using tiny = await tinyDns((asked) => [reply(asked, { answers: [a('example.org', '192.0.2.1')] })])
  await using at = await open(() => [], { servers: [{ ...tiny.server, trusted: false }] })
  const answer = await at.dns.query('example.org', 'A')
  assert.ok(answer.is === 'found' && !answer.secure)
})

test('a name in letters of the world is asked in its A-labels; what is no name is not asked', async () => {
  await using at = await open((asked) => [reply(asked, { answers: [a('xn--wgv71a.example', '192.0.2.1')] })])
  const answer = await at.dns.query('日本.example', 'A')
  assert.equal(answer.is === 'found' && answer.name, 'xn--wgv71a.example')
  assert.equal((await at.dns.query('a..b', 'A')).is, 'noSuchName')
  assert.equal((await at.dns.query('x'.repeat(300), 'A')).is, 'noSuchName')
  assert.deepEqual(at.tiny.asked, ['udp A xn--wgv71a.example'])
})

test('a server is named by address, with a port where it is another', () => {
  assert.deepEqual(dnsServer('192.0.2.53', true), { address: '192.0.2.53', port: 53, trusted: true })
  assert.deepEqual(dnsServer('192.0.2.53:5353', true), { address: '192.0.2.53', port: 5353, trusted: true })
  assert.deepEqual(dnsServer('[2001:db8::53]:5353', false), { address: '2001:db8::53', port: 5353, trusted: false })
  assert.deepEqual(dnsServer('2001:db8::53', true)?.port, 53)
  for (const text of ['', 'dns.example', '192.0.2.53:', '192.0.2.53:0', '192.0.2.53:70000', '[192.0.2.53]:53', '[::1]']) assert.equal(dnsServer(text, true), undefined, text)
})

test('resolv.conf gives three servers at most; AD counts on this machine or by trust-ad', () => {
  const text = '# comment\nsearch example\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nnameserver not-one\nnameserver 2001:db8::1\nnameserver 192.0.2.2\n'
  assert.deepEqual(resolvConfServers(text).map(({ address, trusted }) => [address, trusted]), [['127.0.0.53', true], ['192.0.2.1', false], ['2001:db8::1', false]])
  assert.ok(resolvConfServers(`${text}options edns0 trust-ad\n`).every(({ trusted }) => trusted))
  assert.deepEqual(resolvConfServers(''), [])
})
