/**
 * The operator's way: a domain is added, `domain zone` prints what DNS needs, a name server takes it, and `domain check` is
 * content. A real platform, a real validating resolver, the policy fetched from the real gate.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { DomainLine } from '@bulkhead/door/contracts/desk.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { portBases } from '../ports.ts'
import { drawnPort, startSignedZones } from './signed-zones.ts'

const [portBase] = portBases['test/dns/domain-check']
const domain = 'hikari.example'
const port = drawnPort()
let platform: Platform

before(
  async () => {
    platform = await startPlatform({ cells: [{ id: 'hikari', name: 'Hikari', portBase, settings: [`dns: { servers: ["127.0.0.1:${port}"] }`] }] })
    await platform.must(['domain', 'add', 'hikari', domain])
  },
  { timeout: 120_000 },
)
after(() => platform?.[Symbol.asyncDispose]())

interface Checked {
  readonly good: boolean
  readonly lines: readonly DomainLine[]
}

const check = async (): Promise<{ readonly code: number; readonly checked: Checked }> => {
  const { code, out } = await platform.cli(['domain', 'check', domain, '--json'])
  return { code, checked: JSON.parse(out) as Checked }
}

const scoutPid = async (): Promise<number> => {
  const { out } = await platform.cli(['status', '--wait', '60', '--json'])
  return Number(/"name": "hikari\/scout",[^{}]*"pid": (\d+)/.exec(out)?.[1] ?? assert.fail(out))
}

const loads = (zone: string): { readonly status: number | null; readonly said: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'zone-'))
  const file = join(folder, 'zone')
  writeFileSync(file, `${domain}. 300 IN SOA ns.${domain}. hostmaster.${domain}. 1 3600 600 604800 60\n${domain}. 300 IN NS ns.${domain}.\nns.${domain}. 300 IN A 127.0.0.1\n${zone}`)
  const done = spawnSync('named-checkzone', [domain, file], { encoding: 'utf8', env: { ...process.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
  rmSync(folder, { recursive: true })
  return { status: done.status, said: `${done.error?.message ?? ''}${done.stdout}${done.stderr}` }
}

test('while no resolver answers the check says so, with code 1', { timeout: 60_000 }, async () => {
  const { code, checked } = await check()
  assert.deepEqual([code, checked.good], [1, false])
  assert.equal(checked.lines.find(({ what }) => what === 'MX')?.state, 'away')
  const { out } = await platform.cli(['domain', 'check', domain])
  assert.match(out, /hikari\.example: DNS could not be asked about \d+ of these, or their signatures are wrong; \.\/bulkhead doctor looks at the resolvers\./)
})

test('a name server takes the printed zone, and then the check is content; before, it says what is missing', { timeout: 120_000 }, async () => {
  const zone = await platform.must(['domain', 'zone', domain])
  assert.deepEqual(loads(zone), { status: 0, said: loads(zone).said }, loads(zone).said)
  const others = zone.split('\n').filter((line) => / IN PTR /.test(line)).map((line) => line.replace(/^; /, ''))
  assert.equal(others.length, 1)
  {
    await using _bare = await startSignedZones([{ name: domain, is: 'signed', names: {} }], port)
    const { code, checked } = await check()
    assert.equal(code, 1)
    const necessary = checked.lines.filter(({ need }) => need === 'necessary')
    assert.ok(necessary.length >= 5 && necessary.every(({ state, advice }) => state === 'missing' && advice !== ''))
    const { out } = await platform.cli(['domain', 'check', domain])
    assert.match(out, /MISSING {2}MX +hikari\.example MX\n +wanted +10 mx\.hikari\.example\.\n +found +\(nothing\)\n +Nobody can send mail to hikari\.example\. Add the record\.\n/)
    assert.match(out, /necessary things are not right\. \.\/bulkhead domain zone hikari\.example prints the records to add\./)
  }
  await using _whole = await startSignedZones([{ name: domain, is: 'signed', names: {}, text: `${zone}\n${others.join('\n')}` }], port)
  const { code, checked } = await check()
  assert.deepEqual(checked.lines.filter(({ need, state }) => need !== 'optional' && state !== 'good'), [])
  assert.deepEqual([code, checked.good], [0, true])
  const tlsa = checked.lines.find(({ what }) => what === 'TLSA')
  assert.deepEqual([tlsa?.state, tlsa?.advice], ['good', ''])
  const before = await scoutPid()
  process.kill(before, 'SIGKILL')
  while ((await scoutPid()) === before) await platform.cli(['status', '--wait', '60'])
  assert.match(await platform.must(['domain', 'check', domain]), /hikari\.example: everything is as it should be\./)
})

test('a domain that is nobody\u2019s here is refused with what to do', { timeout: 60_000 }, async () => {
  const { code, err } = await platform.cli(['domain', 'check', 'other.example'])
  assert.equal(code, 1)
  assert.match(err, /no ISP here has the domain other\.example; add it with/)
})
