import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeptStsPolicy, StsPolicies } from '@bulkhead/mail/ports/sts-policies.ts'
import { issueServer, newAuthority } from '@bulkhead/run/tls/certificate.ts'
import { stsPolicyBytesMax } from '@bulkhead/wire/sts/policy.ts'
import { zoneDns, type Zone } from '../../testing/zone.ts'
import type { Dns } from '../../resolving/dns.ts'
import { trustOnly, trustWith } from '../trust.ts'
import { stsFetcher, type StsFetched, type StsFetching } from './fetch.ts'
import { fetchAgainAfterMs, refreshAfterMs, stsLookup } from './lookup.ts'

const authority = newAuthority('Test authority', Date.now())
const issued = (name: string) => issueServer({ commonName: 'Test authority', key: createPrivateKey(authority.key) }, [name], Date.now(), 30)
const right = issued('mta-sts.far.example')
const wrong = issued('www.far.example')
const text = 'version: STSv1\r\nmode: enforce\r\nmx: *.far.example\r\nmax_age: 604800\r\n'

const fetchFrom = async (listener: RequestListener, given: Partial<StsFetching> = {}, certificate = right): Promise<StsFetched> => {
  const server = createServer({ key: certificate.key, cert: certificate.certificate }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const dns = zoneDns({ 'mta-sts.far.example': { A: ['127.0.0.1'] } })
    return await stsFetcher({ dns, localOnly: true, trust: trustOnly([authority.certificate]), port, timeoutMs: 30_000, ...given })('far.example')
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
const answer = (status: number, headers: Readonly<Record<string, string>>, body: string): RequestListener => (_, response) => void response.writeHead(status, headers).end(body)
const plain = { 'content-type': 'text/plain; charset=utf-8' }
const problem = (fetched: StsFetched): string => (fetched.is === 'failed' ? fetched.problem.type : fetched.is)

test('a policy is fetched from the well-known place of its host (RFC 8461 section 3.3)', async () => {
  let asked = ''
  const fetched = await fetchFrom((request, response) => {
    asked = `${request.method} ${request.headers.host} ${request.url}`
    response.writeHead(200, plain).end(text)
  })
  assert.equal(asked, 'GET mta-sts.far.example /.well-known/mta-sts.txt')
  assert.deepEqual(fetched, { is: 'policy', policy: { mode: 'enforce', mx: ['*.far.example'], maxAgeSeconds: 604_800 } })
})

test('redirects, other types, other statuses, and what is no policy are failures', async () => {
  assert.equal(problem(await fetchFrom(answer(301, { location: 'https://mta-sts.far.example/x' }, ''))), 'sts-policy-fetch-error')
  assert.equal(problem(await fetchFrom(answer(404, plain, text))), 'sts-policy-fetch-error')
  assert.equal(problem(await fetchFrom(answer(200, { 'content-type': 'text/html' }, text))), 'sts-policy-fetch-error')
  assert.equal(problem(await fetchFrom(answer(200, plain, 'hello'))), 'sts-policy-invalid')
  assert.equal(problem(await fetchFrom(answer(200, plain, `${text}${'x'.repeat(stsPolicyBytesMax)}`))), 'sts-policy-invalid')
  assert.equal(problem(await fetchFrom((request) => request.socket.destroy())), 'sts-policy-fetch-error')
})

test('a certificate for another name, or by nobody we know, is told as such', async () => {
  assert.equal(problem(await fetchFrom(answer(200, plain, text), {}, wrong)), 'sts-webpki-invalid')
  assert.equal(problem(await fetchFrom(answer(200, plain, text), { trust: trustWith(null) })), 'sts-webpki-invalid')
})

test('a server that drips is given up, and this machine is not asked at the word of DNS', async () => {
  const dripping: RequestListener = (_, response) => {
    response.writeHead(200, plain)
    const timer = setInterval(() => response.write('x'), 20)
    response.on('close', () => clearInterval(timer))
  }
  assert.equal(problem(await fetchFrom(dripping, { timeoutMs: 400 })), 'sts-policy-fetch-error')
  assert.equal(problem(await fetchFrom(answer(200, plain, text), { localOnly: false })), 'sts-policy-fetch-error')
})

const memoryPolicies = (): StsPolicies & { readonly kept: Map<string, KeptStsPolicy> } => {
  const kept = new Map<string, KeptStsPolicy>()
  return {
    kept,
    find: async (domain) => kept.get(domain),
    async keep(one) {
      kept.set(one.domain, one)
    },
  }
}

const enforce: StsFetched = { is: 'policy', policy: { mode: 'enforce', mx: ['mx.far.example'], maxAgeSeconds: 604_800 } }
const unreachable: StsFetched = { is: 'failed', problem: { type: 'sts-policy-fetch-error', reason: 'away' } }

/** A world whose DNS, policy host and clock the test moves. */
const world = (policies = memoryPolicies()) => {
  const state: { zone: Zone; fetched: StsFetched; nowMs: number; fetches: number } = { zone: {}, fetched: enforce, nowMs: 1_000_000, fetches: 0 }
  const dns: Dns = { query: (name, type) => zoneDns(state.zone).query(name, type) }
  const fetch = async (): Promise<StsFetched> => {
    state.fetches += 1
    return state.fetched
  }
  const lookup = stsLookup({ dns, policies, fetch, clock: { now: () => state.nowMs } })
  const announce = (id: string): void => void (state.zone = { '_mta-sts.far.example': { TXT: [`v=STSv1; id=${id}`] } })
  return { state, announce, policies, mode: async () => (await lookup.policyFor('far.example')).policy?.mode, found: () => lookup.policyFor('far.example') }
}

test('without a TXT record nothing is fetched; with one the policy is, once', async () => {
  const { state, announce, mode } = world()
  assert.equal(await mode(), undefined)
  assert.equal(state.fetches, 0)
  announce('1')
  assert.deepEqual(await Promise.all([mode(), mode(), mode()]), ['enforce', 'enforce', 'enforce'])
  assert.equal(await mode(), 'enforce')
  assert.equal(state.fetches, 1)
})

test('a policy in hand holds though DNS or its host go away, until its time is over', async () => {
  const { state, announce, mode, found } = world()
  announce('1')
  await mode()
  for (const zone of [{}, { example: 'away' }] as const) {
    state.zone = zone
    assert.equal(await mode(), 'enforce')
  }
  announce('2')
  state.fetched = unreachable
  assert.deepEqual(await found(), { policy: { mode: 'enforce', mx: ['mx.far.example'], maxAgeSeconds: 604_800 }, problem: { type: 'sts-policy-fetch-error', reason: 'away' } })
  state.nowMs += 604_800_000
  assert.equal(await mode(), undefined)
})

test('another id means another policy; one that can not be had is not asked for again at once', async () => {
  const { state, announce, mode, found } = world()
  announce('1')
  await mode()
  announce('2')
  state.fetched = { is: 'policy', policy: { mode: 'none', mx: [], maxAgeSeconds: 86_400 } }
  assert.equal(await mode(), 'none')
  announce('3')
  state.fetched = unreachable
  await mode()
  const { fetches } = state
  assert.equal((await found()).problem?.type, 'sts-policy-fetch-error')
  assert.equal(state.fetches, fetches)
  state.nowMs += fetchAgainAfterMs
  state.fetched = enforce
  assert.equal(await mode(), 'enforce')
})

test('what is used is fetched again before it gets old, behind the delivery', async () => {
  const { state, announce, mode, policies } = world()
  announce('1')
  await mode()
  state.nowMs += refreshAfterMs
  state.fetched = { is: 'policy', policy: { mode: 'testing', mx: ['mx.far.example'], maxAgeSeconds: 604_800 } }
  assert.equal(await mode(), 'enforce')
  while (policies.kept.get('far.example')?.fetchedAtMs !== state.nowMs) await sleep(1)
  assert.equal(await mode(), 'testing')
})

test('a restart forgets nothing', async () => {
  const before = world()
  before.announce('1')
  await before.mode()
  const after = world(before.policies)
  assert.equal(await after.mode(), 'enforce')
  assert.equal(after.state.fetches, 0)
})
