import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigRefused } from './config.ts'
import { tcpScanners } from './scanners.ts'
import { serversOf } from './dns.ts'
import { demoAccounts, demoConfigText, demoDomains } from './demo.ts'
import { addCell, putRoute, removeRoute } from './edit.ts'
import { parseConfig } from './load.ts'

const mistakesOf = (text: string): readonly string[] => {
  try {
    parseConfig(text, 'bulkhead.yaml')
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigRefused)
    return error.message.split('\n')
  }
}

const cell = (lines: string): string => `cells:\n  - id: minato\n    hostName: mx.minato.example\n${lines}`

const claims: readonly (readonly [string, string, string])[] = [
  ['a setting that does not exist, with the one that was meant', 'operatr: x\n', 'bulkhead.yaml:1: there is no setting "operatr"; did you mean "operator"?'],
  ['a setting of a cell that does not exist', cell('    portbase: 5\n'), 'bulkhead.yaml:4: there is no setting "cells[0].portbase"; did you mean "portBase"?'],
  ['a number that is out of range', cell('    portBase: 70000\n'), 'bulkhead.yaml:4: cells[0].portBase must be a whole number from 0 to 61345, not 70000'],
  ['text where a number must be', cell('    portBase: many\n'), 'bulkhead.yaml:4: cells[0].portBase must be a whole number'],
  ['an address that is none', cell('    address: mx.minato.example\n'), 'bulkhead.yaml:4: address must be an IP address'],
  ['a certificate without its key', cell('    tls:\n      certificate: /x.pem\n'), 'bulkhead.yaml:4: cells[0].tls.key is missing'],
  ['a block that is none', cell('    proxyFrom: [10.0.0.0/33]\n'), 'bulkhead.yaml:4: "10.0.0.0/33" must be an address or a block'],
  ['a measure without a unit we know', cell('    limits: { messageSize: 50 stones }\n'), 'bulkhead.yaml:4: cells[0].limits.messageSize must be a measure such as 50MiB'],
  ['more mailrooms than a database takes', cell('    mailrooms: 7\n'), 'bulkhead.yaml:4: cells[0].mailrooms must be a whole number from 1 to 6, not 7'],
  ['no intake at all', cell('    intakes: 0\n'), 'bulkhead.yaml:4: cells[0].intakes must be a whole number from 1 to 6, not 0'],
  ['a DNS list without a zone', cell('    reception: { lists: [{ weight: 2 }] }\n'), 'bulkhead.yaml:4: cells[0].reception.lists[0].zone is missing'],
  ['a list answer that is none', cell('    reception: { lists: [{ zone: bl.example, answers: [10.0.0.1] }] }\n'), 'bulkhead.yaml:4: cells[0].reception.lists[0].answers[0] must be an address or network such as 127.0.0.2'],
  ['a greeting nobody waits for', cell('    reception: { greetDelay: 10m }\n'), 'bulkhead.yaml:4: reception.greetDelay must be 60s at most'],
  ['a page that is none', cell('    reception: { helpUrl: ask us }\n'), 'bulkhead.yaml:4: cells[0].reception.helpUrl must be a URL'],
  ['ManageSieve that listens or does not', cell('    manageSieve: 4190\n'), 'bulkhead.yaml:4: cells[0].manageSieve must be true or false'],
  ['a patience that is none', cell('    sessions: { parkAfter: soon }\n'), 'bulkhead.yaml:4: cells[0].sessions.parkAfter must be a measure such as 90s'],
  ['a wait that is none', cell('    retry: { waits: [5m, soon] }\n'), 'bulkhead.yaml:4: cells[0].retry.waits[1] must be a measure such as 5m'],
  ['a database that is no URL', cell('    database: localhost\n'), 'bulkhead.yaml:4: cells[0].database must be a URL'],
  ['a recovery key of the wrong size', cell('    escrow: AAAA\n'), 'bulkhead.yaml:4: cells[0].escrow must be a public key of 32 bytes'],
  ['two cells of one id', `${cell('')}  - id: minato\n    hostName: mx.b.example\n    address: 127.0.0.2\n`, 'bulkhead.yaml:4: the cell "minato" is there already, at line 2'],
  ['two cells on the same ports', `${cell('')}  - id: kaede\n    hostName: mx.b.example\n`, 'bulkhead.yaml:4: the cell "kaede" would listen on ports of "minato"'],
  ['a cell without a host name', 'cells:\n  - id: minato\n', 'bulkhead.yaml:2: cells[0].hostName is missing'],
  ['a list that is none', 'cells: minato\n', 'bulkhead.yaml:1: cells must be a list'],
  ['a yes that is not true', 'demo: perhaps\n', 'bulkhead.yaml:1: demo must be true or false'],
  ['what is not YAML', 'cells: [\nroutes: x\n', 'bulkhead.yaml:2: '],
  ['a setting given twice', 'demo: true\ndemo: false\n', 'bulkhead.yaml:2: '],
  ['a file that holds something else', '- a\n- b\n', 'bulkhead.yaml:1: the file must hold settings'],
  ['a resolver that is no address', 'dns:\n  servers: [dns.example]\n', 'bulkhead.yaml:2: dns.servers[0] must be the address of a resolver, such as 127.0.0.1 or [2001:db8::53]:5353, not "dns.example"'],
  ['a resolver of a cell that is no address', cell('    dns: { servers: [192.0.2.53:0] }\n'), 'bulkhead.yaml:4: cells[0].dns.servers[0] must be the address of a resolver'],
  ['a setting of dns that does not exist', 'dns:\n  server: 127.0.0.1\n', 'bulkhead.yaml:2: there is no setting "dns.server"; did you mean "servers"?'],
  ['a policy that is kept for no time', cell('    mtaSts: { maxAge: 1m }\n'), 'bulkhead.yaml:4: mtaSts.maxAge must be from 1d to 365d'],
  ['a report address that is a whole one', cell('    reports: { addresses: [dmarc@isp.example] }\n'), 'bulkhead.yaml:4: cells[0].reports.addresses[0] must be what stands before the @'],
  ['a name of webmail that is none', cell('    web: { hosts: [mail] }\n'), 'bulkhead.yaml:4: cells[0].web.hosts[0] must be a host name such as mail.isp.example'],
  ['content at the name of the pages', cell('    web: { hosts: [a.example], contentHost: a.example }\n'), 'bulkhead.yaml:4: web.contentHost must be a name of its own'],
  ['content at the cell\u2019s own name', cell('    web: { contentHost: MX.minato.example }\n'), 'bulkhead.yaml:4: web.contentHost must be a name of its own'],
  ['a contact that nobody can reach', cell('    web: { pushContact: postmaster }\n'), 'bulkhead.yaml:4: cells[0].web.pushContact must be where push services can ask about pushes'],
  ['sessions that never end', cell('    web: { idle: 90d }\n'), 'bulkhead.yaml:4: cells[0].web.idle'],
  ['a mode of MTA-STS that is none', cell('    mtaSts: { mode: strict }\n'), 'bulkhead.yaml:4: cells[0].mtaSts.mode must be one of enforce, testing, none'],
  ['a scanner without a kind', cell('    scanners: [{ at: /run/x }]\n'), 'bulkhead.yaml:4: cells[0].scanners[0].kind is missing'],
  ['a scanner that is nowhere', cell('    scanners: [{ kind: rspamd, at: localhost }]\n'), 'bulkhead.yaml:4: cells[0].scanners[0].at must be the path of a socket'],
  ['two scanners of one name', cell('    scanners: [{ kind: clamav, at: /a }, { kind: clamav, at: /b }]\n'), 'bulkhead.yaml:4: two scanners are called "clamav"'],
  ['a scanner that is ignored when away', cell('    scanners: [{ kind: clamav, at: /a, whenAway: ignore }]\n'), 'bulkhead.yaml:4: cells[0].scanners[0].whenAway must be one of accept, tempfail, mark'],
  ['egress from no address', cell('    egress: [{ sources: [{ hostName: out.hikari.example }] }]\n'), 'bulkhead.yaml:4: a source has an address: write v4, v6 or both'],
  ['egress from a wrong address', cell('    egress: [{ sources: [{ v4: "::1" }] }]\n'), 'bulkhead.yaml:4: v4 must be an IPv4 address of this machine, not "::1"'],
  ['egress for a brand in two pools', cell('    egress: [{ brands: [a], sources: [{ v4: 192.0.2.1 }] }, { brands: [a], sources: [{ v4: 192.0.2.2 }] }]\n'), 'bulkhead.yaml:4: two pools are for the brand "a"'],
  ['egress for all others in two pools', cell('    egress: [{ sources: [{ v4: 192.0.2.1 }] }, { sources: [{ v4: 192.0.2.2 }] }]\n'), 'bulkhead.yaml:4: two pools name no brands'],
  ['no time between two attempts', cell('    retry: { waits: [0s] }\n'), 'bulkhead.yaml:4: cells[0].retry.waits[0] must be a measure such as 5m, from 1s to 7d, not "0s"'],
  ['mail that is given up at once', cell('    retry: { giveUpAfter: 0s }\n'), 'bulkhead.yaml:4: cells[0].retry.giveUpAfter must be a measure such as 5d, from 1m to 90d, not "0s"'],
  ['a time no clock has', cell('    sessions: { parkAfter: 999999999d }\n'), 'bulkhead.yaml:4: cells[0].sessions.parkAfter must be a measure such as 90s'],
  ['messages that no memory holds', cell('    limits: { messageSize: 900GiB }\n'), 'bulkhead.yaml:4: cells[0].limits.messageSize must be a measure such as 50MiB, from 64KiB to 1GiB'],
  ['a scanner without time to answer', cell('    scanners: [{ kind: clamav, at: /a, timeout: 0s }]\n'), 'bulkhead.yaml:4: cells[0].scanners[0].timeout must be a measure such as 20s, from 100ms to 5m'],
  ['a second attempt that always comes too early', cell('    reception: { greylist: { wait: 2d } }\n'), 'bulkhead.yaml:4: cells[0].reception.greylist.wait must be a measure such as 5m, from 1s to 6h'],
  ['two routes for a domain', 'routes:\n  - { domain: a.example, host: b.example }\n  - { domain: A.example, host: c.example }\n', 'bulkhead.yaml:3: there is a route for "A.example" already; keep one of them'],
  ['a route without a host', 'routes:\n  - domain: example.org\n', 'bulkhead.yaml:2: routes[0].host is missing'],
]

for (const [name, text, expected] of claims) {
  test(`a configuration with ${name} is refused with line and remedy`, () => {
    const found = mistakesOf(text)
    assert.ok(found.some((line) => line.startsWith(expected)), `${expected} is not in: ${found.join('; ')}`)
  })
}

test('a mistake in a secret does not print it', () => {
  for (const text of [cell('    database: postgress://admin:12345678@db/x\n'), 'routes:\n  - { domain: "*", host: a.example, login: { name: isp, password: 12345678 } }\n']) {
    const lines = mistakesOf(text)
    assert.equal(lines.length, 1)
    assert.doesNotMatch(lines.join(), /12345678/)
  }
})

test('every mistake is named at once, in the order of lines', () => {
  const lines = mistakesOf('operatr: x\ndemo: perhaps\n').map((line) => line.split(':')[1])
  assert.deepEqual(lines, ['1', '2'])
})

test('a configuration is whole, typed and frozen', () => {
  const config = parseConfig(cell('    limits: { messageSize: 20MB, recipients: 100 }\n    retry: { waits: [1m, 1h], giveUpAfter: 2d }\n'), 'x')
  const [only] = config.cells
  assert.equal(only?.limits.messageBytesMax, 20_000_000)
  assert.deepEqual(only?.retry, { waitsMs: [60_000, 3_600_000], giveUpAfterMs: 172_800_000, warnAfterMs: 14_400_000 })
  assert.equal(config.metrics.port, 9464)
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.cells) && Object.isFrozen(only?.limits))
})

test('a cell asks its own resolvers, else the platform\u2019s, else the machine\u2019s; in demonstration none that is not named', () => {
  const named = parseConfig(`dns: { servers: [127.0.0.1, "[::1]:5353"], probe: example.org }\n${cell('')}`, 'x').cells[0]?.dns
  assert.deepEqual(named, { servers: [{ address: '127.0.0.1', port: 53, trusted: true }, { address: '::1', port: 5353, trusted: true }], probe: 'example.org' })
  const own = parseConfig(`dns: { servers: [127.0.0.1] }\n${cell('    dns: { servers: [127.0.0.2] }\n')}`, 'x').cells[0]?.dns
  assert.deepEqual(own?.servers.map(({ address }) => address), ['127.0.0.2'])
  const none = parseConfig(cell(''), 'x').cells[0]?.dns
  assert.ok(none !== undefined && own !== undefined)
  assert.deepEqual(none, { servers: [], probe: '' })
  assert.deepEqual(serversOf(none, true), [])
  assert.deepEqual(serversOf(own, true), own.servers)
})

test('scanners are named by kind, answer for a stage of their own, and are reached by socket or through the scout', () => {
  const text = '    scanners: [{ kind: clamav, at: /run/clamd.ctl, whenAway: tempfail }, { kind: rspamd, at: "[::1]:11333", timeout: 5s, messageSize: 1MiB }]\n'
  const scanners = parseConfig(cell(text), 'x').cells[0]?.scanners ?? []
  assert.deepEqual(scanners.map(({ name, stage, whenAway, limitMs, sizeBytesMax }) => [name, stage, whenAway, limitMs, sizeBytesMax]), [
    ['clamav', 'virus', 'tempfail', 20_000, 26_214_400], ['rspamd', 'spam', 'accept', 5_000, 1_048_576],
  ])
  assert.deepEqual(tcpScanners(scanners), [{ name: 'rspamd', host: '::1', port: 11_333 }])
})

test('a database password does not show', () => {
  const config = parseConfig(cell('    database: postgresql://admin:hunter2@db/postgres\n'), 'x')
  assert.doesNotMatch(JSON.stringify(config), /hunter2/)
})

test('the demonstration is a configuration, on loopback, and its accounts are in its cells', () => {
  const config = parseConfig(demoConfigText, 'demo')
  assert.deepEqual(config.cells.map(({ portBase, address }) => [portBase, address]), [[10_000, '127.0.0.1'], [20_000, '127.0.0.1']])
  for (const { cell: id, address } of demoAccounts) {
    assert.ok(config.cells.some((one) => one.id === id))
    assert.ok(demoDomains.some(({ cell: of, domain }) => of === id && address.endsWith(`@${domain}`)))
  }
})

test('a change keeps comments, and is not made where the result would be wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  const file = join(folder, 'bulkhead.yaml')
  try {
    writeFileSync(file, demoConfigText)
    const fresh = { id: 'sakura', isp: 'sakura', name: 'Sakura', address: '127.0.0.1', portBase: 30_000, hostName: 'mx.sakura.example' }
    assert.equal(addCell(file, fresh).cells.length, 3)
    putRoute(file, { domain: 'example.org', host: '127.0.0.1', port: 2525 })
    assert.deepEqual(putRoute(file, { domain: 'example.org', host: '127.0.0.1', port: 2526, tls: 'may' }).routes, [{ domain: 'example.org', host: '127.0.0.1', port: 2526, tls: 'may' }])
    assert.deepEqual(removeRoute(file, 'example.org').routes, [])
    const text = readFileSync(file, 'utf8')
    assert.match(text, /published passwords, log-in without TLS on loopback/)
    assert.throws(() => addCell(file, { ...fresh, id: 'tsubaki' }), /would listen on ports of "sakura"/)
    assert.equal(readFileSync(file, 'utf8'), text)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('every sample is a configuration', () => {
  const folder = join(import.meta.dirname, '../../docs/samples')
  const samples = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  assert.ok(samples.length >= 2)
  for (const name of samples) assert.ok(parseConfig(readFileSync(join(folder, name), 'utf8'), name).cells.length > 0)
})

test('mail leaves from pools of addresses, and goes to a smarthost with a password nobody prints', () => {
  const text = '    egress: [{ brands: [hikari], sources: [{ v4: 192.0.2.1, hostName: out1.hikari.example }] }, { sources: [{ v6: "2001:db8::1" }] }]\n'
  const route = 'routes: [{ domain: "*", host: smart.example, port: 587, login: { name: isp, password: s3cret } }]\n'
  const { cells, routes } = parseConfig(`${route}${cell(text)}`, 'x')
  assert.deepEqual(cells[0]?.egress, [
    { brands: ['hikari'], sources: [{ v4: '192.0.2.1', v6: null, hostName: 'out1.hikari.example' }] },
    { brands: [], sources: [{ v4: null, v6: '2001:db8::1', hostName: null }] },
  ])
  assert.deepEqual([routes[0]?.tls, routes[0]?.login?.name, routes[0]?.login?.password.declassify()], ['verified', 'isp', 's3cret'])
  assert.doesNotMatch(JSON.stringify(routes), /s3cret/)
})
