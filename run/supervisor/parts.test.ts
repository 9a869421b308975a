import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault } from '@bulkhead/base/fault.ts'
import type { CellId } from '@bulkhead/base/ids.ts'
import { parseConfig } from '../config/load.ts'
import { stsPolicyText } from '../config/mta-sts.ts'
import { demoConfigText } from '../config/demo.ts'
import { rowOf } from '../processes.ts'
import { afterEnd, goodRunMs, longestWaitMs, noFailures } from './back-off.ts'
import { bindListener, bindSocket } from './bound-socket.ts'
import { routesFor } from './domains.ts'
import { wayThrough } from './ground.ts'
import { launchCommand, type LaunchPlan } from './launch.ts'
import { holderOf, takeLock } from './lock.ts'
import { lineSplitter, openLogFile } from './log-file.ts'
import { listenersOf, stsServing, type CellFacts } from './starts.ts'

const inFolder = async (work: (folder: string) => Promise<void> | void): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'parts-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const refusedWith = (pattern: RegExp) => (error: unknown) => error instanceof Fault && pattern.test(error.detail)

test('waits grow to a limit, and a good run makes the next failure a first one', () => {
  let tries = noFailures
  const waits = Array.from({ length: 10 }, () => {
    const next = afterEnd(tries, 10)
    tries = next.tries
    return next.waitMs
  })
  assert.deepEqual(waits.slice(0, 4), [100, 200, 400, 800])
  assert.equal(waits.at(-1), longestWaitMs)
  assert.equal(afterEnd(tries, goodRunMs).waitMs, 100)
})

test('the way to code and data is opened for the group to search, never to read, and only where the group had nothing', () => {
  const ours = 777
  assert.deepEqual(wayThrough({ mode: 0o755, gid: 0 }, ours), { is: 'open' })
  assert.deepEqual(wayThrough({ mode: 0o700, gid: 0 }, ours), { is: 'canOpen', mode: 0o710 })
  assert.deepEqual(wayThrough({ mode: 0o710, gid: ours }, ours), { is: 'open' })
  assert.deepEqual(wayThrough({ mode: 0o740, gid: ours }, ours), { is: 'canOpen', mode: 0o750 })
  assert.deepEqual(wayThrough({ mode: 0o750, gid: 0 }, ours), { is: 'closed' })
})

const plan = (name: Parameters<typeof rowOf>[0]): LaunchPlan => ({
  row: rowOf(name), program: '/p.ts', account: { uid: 11, gid: 12, groups: [13, 14] }, isolation: 'root', openFilesMax: 1_000, writes: ['/w'], codeCache: '/c', sockets: [],
})

test('rights are given up in order: limits, network, account, and Node\u2019s own', () => {
  const words = launchCommand(plan('vault'))
  const order = ['prlimit', 'unshare', 'setpriv', process.execPath, '/p.ts'].map((word) => words.indexOf(word))
  assert.deepEqual(order, order.toSorted((a, b) => a - b))
  assert.ok(order.every((at) => at >= 0))
  for (const word of ['--reuid=11', '--regid=12', '--groups=13,14', '--no-new-privs', '--bounding-set=-all', '--permission', '--allow-fs-write=/w']) {
    assert.ok(words.includes(word), word)
  }
  assert.ok(!words.some((word) => word.startsWith('--allow-addons') || word.startsWith('--allow-child') || word.startsWith('--allow-worker')))
})

test('courier and scout keep the network, the warden alone may load native code', () => {
  for (const name of ['courier', 'scout'] as const) assert.ok(!launchCommand(plan(name)).includes('unshare'))
  for (const name of ['intake', 'desk'] as const) assert.ok(launchCommand(plan(name)).includes('unshare'))
  assert.ok(launchCommand(plan('warden')).includes('--allow-addons'))
})

test('no process may read the checkout as a whole, where data may lie', () => {
  for (const word of launchCommand(plan('gate'))) assert.doesNotMatch(word, new RegExp(`=${join(import.meta.dirname, '../..')}/?$`))
})

test('a lock is one supervisor\u2019s, and one whose holder is gone is nobody\u2019s', () => inFolder(async (data) => {
  writeFileSync(join(data, 'lock'), JSON.stringify({ pid: process.pid, startedAt: 'another process, long ago', purpose: 'up' }))
  assert.equal(holderOf(data), undefined)
  const lock = await takeLock(data, 'up', 0)
  assert.equal(holderOf(data)?.pid, process.pid)
  await assert.rejects(takeLock(data, 'up', 0), refusedWith(/is running already/))
  lock[Symbol.dispose]()
  assert.equal(holderOf(data), undefined)
}))

test('a command waits for another command that has the lock', () => inFolder(async (data) => {
  const first = await takeLock(data, 'a command', 0)
  setTimeout(() => first[Symbol.dispose](), 200)
  const second = await takeLock(data, 'a command', 5_000)
  second[Symbol.dispose]()
}))

test('own domains go to the own intake, neighbours off port 25 get a route, all others are left to DNS', () => {
  const config = parseConfig(demoConfigText.replace('routes: []', 'routes: [{ domain: "*", host: 127.0.0.1, port: 2525 }]'), 'demo')
  const domains = { minato: ['minato.example'], kaede: ['kaede.example', 'momiji.example'] }
  const [minato] = config.cells
  assert.ok(minato !== undefined)
  assert.deepEqual(routesFor(minato, config, domains), [
    { domain: 'minato.example', host: 'intake', port: 0 },
    { domain: 'kaede.example', host: '127.0.0.1', port: 20_025 },
    { domain: 'momiji.example', host: '127.0.0.1', port: 20_025 },
    { domain: '*', host: '127.0.0.1', port: 2_525, tls: 'may' },
  ])
  const production = { ...config, routes: [], cells: config.cells.map((cell) => ({ ...cell, id: cell.id as CellId, portBase: 0 })) }
  assert.deepEqual(routesFor(minato, production, domains), [{ domain: 'minato.example', host: 'intake', port: 0 }])
})

test('a cell listens where its port base says', () => {
  const [cell] = parseConfig(demoConfigText, 'demo').cells
  assert.ok(cell !== undefined)
  const ports = listenersOf(cell, true).map(({ protocol, port, implicitTls, fd }) => `${protocol} ${port}${implicitTls ? ' tls' : ''} ${fd ?? ''}`)
  assert.deepEqual(ports, [
    'smtp 10025 4', 'submission 10587 5', 'submission 10465 tls 6', 'imap 10143 7', 'imap 10993 tls 8', 'pop3 10110 9', 'pop3 10995 tls 10', 'managesieve 14190 11',
    'https 10443 tls 12', 'http 10081 13',
  ])
})

test('the gate serves the MTA-STS policy for the cell\u2019s own domains, and none where it is told not to listen', () => {
  const [cell] = parseConfig(`cells:\n  - id: minato\n    hostName: MX.minato.example\n    mtaSts: { mode: enforce, maxAge: 30d, mx: [mx2.minato.example] }\n`, 'x').cells
  assert.ok(cell !== undefined)
  assert.equal(stsPolicyText(cell.mtaSts, cell.hostName), 'version: STSv1\r\nmode: enforce\r\nmx: mx.minato.example\r\nmx: mx2.minato.example\r\nmax_age: 2592000\r\n')
  const facts = { cell, routes: [{ domain: '日本.example', host: 'intake', port: 0 }, { domain: 'far.example', host: 'mx.far.example', port: 25 }] } as unknown as CellFacts
  assert.deepEqual(stsServing(facts).domains, ['xn--wgv71a.example'])
  assert.ok(!listenersOf({ ...cell, mtaSts: { ...cell.mtaSts, listen: false } }, true).some(({ protocol }) => protocol === 'https'))
})

test('a port that another program has is named, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    await assert.rejects(bindSocket('127.0.0.1', port), refusedWith(/in use by another program/))
    const https = { protocol: 'https', address: '127.0.0.1', port } as const
    await assert.rejects(bindListener(https), refusedWith(/in use by another program.*; or let another program serve MTA-STS, and go without webmail, with mtaSts: \{ listen: false \}/))
    await assert.rejects(bindSocket('192.0.2.1', 0), refusedWith(/not an address of this machine/))
  } finally {
    other.close()
  }
})

test('logs are rotated, and lines survive being cut anywhere', () => inFolder((folder) => {
  mkdirSync(join(folder, 'log'))
  const file = join(folder, 'log/x.ndjson')
  using log = openLogFile(file)
  const feed = lineSplitter(log.write)
  for (const piece of ['{"a"', ':1}\n{"b":2}\n{"c', '":3}', '\n']) feed(Buffer.from(piece))
  assert.equal(readFileSync(file, 'utf8'), '{"a":1}\n{"b":2}\n{"c":3}\n')
}))
