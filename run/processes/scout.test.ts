/** The scout as the supervisor starts it: its door, its check of the resolver, its relays. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '@bulkhead/base/clock.ts'
import { silentLog } from '@bulkhead/base/log.ts'
import { meter } from '@bulkhead/base/meter.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { ScoutVerbs } from '@bulkhead/door/contracts/scout.ts'
import type { StartOf } from '@bulkhead/door/contracts/start.ts'
import { dnsContract } from '@bulkhead/flow/resolving/dns-contract.ts'
import { questionsPerCallerMax, scoutHandlers } from '@bulkhead/flow/resolving/serve.ts'
import { fromZone, record, reply, soaOf, tinyDns, type React } from '@bulkhead/flow/testing/dns-server.ts'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { scoutAt } from './scout-at.ts'
import { scout } from './scout.ts'

const startScout = async (react: React | null, relayPort?: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'scout-'))
  const path = (name: string): string => join(folder, name)
  const tiny = await tinyDns(react ?? (() => []))
  const told: string[] = []
  const start: StartOf<'scout'> = {
    cell: 'minato', process: 'scout', serves: { intake: path('intake'), courier: path('courier'), desk: path('desk') }, knocks: {}, tracePublicKey: '',
    pseudonymKey: Buffer.alloc(32).toString('base64'), logLevel: 'error',
    dns: { servers: react === null ? [] : [tiny.server], probe: '' },
    policies: { port: 443, authority: null, localOnly: true },
    relays: relayPort === undefined ? [] : [{ name: 'rspamd', path: path('r0'), host: '127.0.0.1', port: relayPort }],
  }
  const role = await scout(start, { log: silentLog, meter: meter(), clock: systemClock, sealing: realSealing, tell: ({ kind }) => void told.push(kind) })
  const dns = scoutAt({ scout: path('intake') }, systemClock)
  return {
    dns, told, tiny, path,
    async [Symbol.asyncDispose]() {
      dns[Symbol.dispose]()
      await role[Symbol.asyncDispose]()
      await tiny[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

dnsContract('through the scout\u2019s door', (zone) => startScout(fromZone(zone)))

test('a question is asked once, whoever asks again', async () => {
  await using given = await startScout(fromZone({ 'example.org': { A: ['192.0.2.1'] } }))
  await given.dns.query('example.org', 'A')
  using other = scoutAt({ scout: given.path('courier') }, systemClock)
  assert.equal((await other.query('example.org', 'A')).is, 'found')
  assert.equal((await given.dns.query('example.org', 'A')).is, 'found')
  assert.deepEqual(given.tiny.asked.filter((asked) => asked.includes('example.org')), ['udp A example.org'])
})

test('who asks for a fresh answer gets one, and the others hear it from then on', async () => {
  let address = '192.0.2.1'
  await using given = await startScout((asked) => [reply(asked, { answers: [record('example.org', { type: 'A', value: address })] })])
  using desk = knock<ScoutVerbs>(given.path('desk'))
  const ask = async (fresh: boolean) => {
    const { answer } = await desk.ask('query', { name: 'example.org', type: 'A', fresh }).then((said) => (said.is === 'answered' ? said.answer : assert.fail()))
    return answer.is === 'found' && answer.records[0]
  }
  assert.equal(await ask(false), '192.0.2.1')
  address = '192.0.2.2'
  assert.equal(await ask(false), '192.0.2.1')
  assert.equal(await ask(true), '192.0.2.2')
  assert.equal(await ask(false), '192.0.2.2')
})

test('without a resolver, and without a scout, everything is away at once', async () => {
  await using given = await startScout(null)
  assert.deepEqual(await given.dns.query('example.org', 'MX'), { is: 'away' })
  using nobody = scoutAt({}, systemClock)
  assert.deepEqual(await nobody.query('example.org', 'MX'), { is: 'away' })
})

test('what is no question is a fault, not an answer', async () => {
  await using given = await startScout(null)
  using door = knock<ScoutVerbs>(given.path('desk'))
  for (const ask of [{ name: 7, type: 'A' }, { name: 'example.org', type: 'ANY' }, { name: 'x'.repeat(2_000), type: 'A' }]) {
    await assert.rejects(door.ask('query', ask as unknown as ScoutVerbs['query']['ask']))
  }
})

test('policies are fetched for the desk alone', async () => {
  await using given = await startScout(null)
  using desk = knock<ScoutVerbs>(given.path('desk'))
  assert.deepEqual(await desk.ask('policy', { domain: 'example.org' }), { is: 'answered', answer: { policy: null, problem: 'policy host has no address' } })
  using intake = knock<ScoutVerbs>(given.path('intake'))
  await assert.rejects(intake.ask('policy', { domain: 'example.org' }))
})

test('a caller with too much under way is refused, another is heard', async () => {
  const never = { query: () => new Promise<never>(() => undefined) }
  const handlers = scoutHandlers({ ...never, fresh: never }, () => new Promise(() => undefined), meter())
  for (let nth = 0; nth < questionsPerCallerMax; nth += 1) void handlers.query({ name: `n${nth}.example`, type: 'A' }, 'intake')
  assert.deepEqual(await handlers.query({ name: 'one.example', type: 'A' }, 'intake'), { is: 'refused', refusal: 'overBudget' })
  const heard = await Promise.race([handlers.query({ name: 'one.example', type: 'A' }, 'courier'), new Promise((resolve) => setImmediate(resolve, 'waits'))])
  assert.equal(heard, 'waits')
})

const untilTold = async (told: readonly string[], meterOf: () => boolean): Promise<void> => {
  while (told.length === 0 && !meterOf()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('a resolver that does not validate is told of, one that does is not', { timeout: 60_000 }, async () => {
  await using blind = await startScout((asked) => [reply(asked, { header: { authenticData: false }, answers: [soaOf('')] })])
  await untilTold(blind.told, () => false)
  assert.deepEqual(blind.told, ['scout.resolverDoesNotValidate'])
  await using good = await startScout((asked) => [reply(asked, { answers: [soaOf('')] })])
  await untilTold(good.told, () => good.tiny.asked.includes('udp SOA '))
  await good.dns.query('example.org', 'A')
  assert.deepEqual(good.told, [])
})

const spoken = (path: string, said: string): Promise<string> =>
  new Promise((resolve) => {
    let heard = ''
    const socket = connect({ path, allowHalfOpen: true })
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
    })
    socket.on('close', () => resolve(heard))
    socket.on('end', () => socket.end())
    socket.end(said)
  })

test('a relay carries bytes both ways, half-closed too; with nobody behind it the caller is cut off', async () => {
  const scanner = createServer({ allowHalfOpen: true }, (socket) => {
    let heard = ''
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
    })
    socket.on('end', () => socket.end(`clean: ${heard.length}`))
  })
  await new Promise<void>((resolve) => scanner.listen(0, '127.0.0.1', () => resolve()))
  const address = scanner.address()
  assert.ok(address !== null && typeof address === 'object')
  await using given = await startScout(null, address.port)
  assert.equal(await spoken(given.path('r0'), 'x'.repeat(300_000)), 'clean: 300000')
  await new Promise<void>((resolve) => scanner.close(() => resolve()))
  assert.equal(await spoken(given.path('r0'), 'anybody?'), '')
})
