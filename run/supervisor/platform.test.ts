import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { knock } from '@bulkhead/door/client.ts'
import type { ProcessName } from '@bulkhead/door/contracts/start.ts'
import { parseConfig } from '../config/load.ts'
import { demoConfigText } from '../config/demo.ts'
import { cellProcesses, rowOf } from '../processes.ts'
import type { FakeVerbs } from '../testing/fake-process.ts'
import { reachAs } from '../testing/reach-as.ts'
import { cellDirectory, codeRoot, doorPath, findPlatform, foundPlatform, type PlatformPaths } from './paths.ts'
import { startPlatform } from './platform.ts'
import { portBases } from '@bulkhead/test/ports.ts'

const isRoot = process.getuid?.() === 0
const ports = portBases['run/supervisor/platform'].map(String)
const program = join(codeRoot, 'run/testing/fake-process.ts')

/** The first cell has two mailrooms. */
const configText = demoConfigText.replace('portBase: 10000', `portBase: ${ports[0] ?? ''}\n    mailrooms: 2`).replace('20000', ports[1] ?? '').replace('9464', '0')

const newPlatform = (): PlatformPaths => {
  const data = mkdtempSync(join(tmpdir(), 'bulkhead-test-'))
  foundPlatform(data)
  const paths = findPlatform(data, undefined, { BULKHEAD_SAFE: `${data}.safe` })
  assert.ok(paths !== undefined)
  return paths
}

/** Longer than any machine needs, a crashed database among what it waits for. */
const patienceMs = 120_000

const eventually = async (claim: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  for (let waited = 0; waited < patienceMs; waited += 50) {
    if (await holds()) return
    await sleep(50)
  }
  assert.fail(`never came true: ${claim}`)
}

const greeting = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', (bytes) => resolve(bytes.toString()))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
  })

test('a platform of stand-ins', async (t) => {
  const paths = newPlatform()
  const troubles: string[] = []
  const options = { paths, config: parseConfig(configText, 'test.yaml'), purpose: 'up', program, say: (line: string) => void troubles.push(line) }
  const platform = await startPlatform(options)
  const asks = (process: ProcessName, cell = 'minato') => {
    // The supervisor is root (or everybody is the same account), so it may knock at any door.
    const [caller = ''] = cellProcesses.find(({ name }) => name === process)?.serves ?? []
    return knock<FakeVerbs>(doorPath(paths, cell, process, caller))
  }
  const canConnect = async (process: ProcessName, path: string, port = 0): Promise<string> => {
    using door = asks(process)
    const reply = await door.ask('canConnect', { path, port })
    return reply.is === 'answered' ? reply.answer.outcome : 'refused'
  }
  const pidOf = (name: string) => platform.cells().flatMap((cell) => cell.processes()).find((one) => one.name === name)?.pid() ?? 0
  try {
    await t.test('is up with every process of the table in every cell, and greets on every port', async () => {
      const states = platform.cells().flatMap((cell) => cell.processes().map((one) => one.state()))
      assert.equal(states.length, 2 * cellProcesses.length + 1)
      assert.ok(states.every((state) => state === 'ready'))
      assert.match(await greeting(Number(ports[0]) + 25), /^220 smtp/)
      assert.match(await greeting(Number(ports[1]) + 993), /^220 imap/)
    })

    await t.test('refuses a second supervisor on the same data', async () => {
      await assert.rejects(startPlatform(options), (error: Error & { detail?: string }) => /is running already/.test(error.detail ?? ''))
    })

    await t.test('lets a process reach the doors the table gives it', async () => {
      assert.equal(await canConnect('warden', doorPath(paths, 'minato', 'vault', 'warden')), 'ok')
      assert.equal(await canConnect('intake', doorPath(paths, 'minato', 'mailroom', 'intake')), 'ok')
      assert.equal(await canConnect('desk', doorPath(paths, 'watch', 'minato', 'desk')), 'ok')
      assert.equal(await canConnect('intake', doorPath(paths, 'minato', 'mailroom-2', 'intake')), 'ok')
      assert.equal(await canConnect('mailroom', doorPath(paths, 'minato', 'mailroom-2', 'mailroom')), 'ok')
      for (const caller of ['intake', 'desk'] as const) assert.equal(await canConnect(caller, doorPath(paths, 'minato', 'scout', caller)), 'ok')
    })

    await t.test('keeps a process from every other door', { skip: !isRoot }, async () => {
      assert.equal(await canConnect('intake', doorPath(paths, 'minato', 'vault', 'warden')), 'EACCES')
      assert.equal(await canConnect('mailroom', doorPath(paths, 'minato', 'warden', 'desk')), 'EACCES')
      assert.equal(await canConnect('mailroom', doorPath(paths, 'minato', 'mailroom-2', 'gate')), 'EACCES')
      assert.equal(await canConnect('mailroom', doorPath(paths, 'minato', 'scout', 'intake')), 'EACCES')
      assert.equal(await canConnect('intake', doorPath(paths, 'minato', 'scout', 'desk')), 'EACCES')
      assert.equal(await canConnect('intake', doorPath(paths, 'kaede', 'scout', 'intake')), 'EACCES')
      for (const server of ['vault', 'mailroom', 'intake'] as const) {
        assert.equal(await canConnect('scout', doorPath(paths, 'minato', server, cellProcesses.find(({ name }) => name === server)?.serves[0] ?? '')), 'EACCES')
      }
      assert.equal(await canConnect('warden', doorPath(paths, 'kaede', 'vault', 'warden')), 'EACCES')
      assert.equal(await canConnect('warden', doorPath(paths, 'watch', 'minato', 'vault')), 'EACCES')
    })

    await t.test('gives every process an account of its own', { skip: !isRoot }, () => {
      const uids = platform.cells().flatMap((cell) => cell.processes()).map((one) => statSync(`/proc/${one.pid() ?? 0}`).uid)
      assert.equal(new Set(uids).size, 2 * cellProcesses.length + 1)
      assert.ok(!uids.includes(0))
    })

    await t.test('keeps files of one process from all others, by account as well as by Node\u2019s permissions', { skip: !isRoot }, async () => {
      const keys = join(cellDirectory(paths, 'minato'), 'keys')
      assert.equal(statSync(keys).mode & 0o777, 0o700)
      for (const process of ['intake', 'mailroom', 'warden', 'desk', 'scout'] as const) {
        using door = asks(process)
        const reply = await door.ask('canRead', { directory: keys })
        assert.equal(reply.is === 'answered' && reply.answer.outcome, 'ERR_ACCESS_DENIED')
      }
      using vault = asks('vault')
      const own = await vault.ask('canRead', { directory: keys })
      assert.equal(own.is === 'answered' && own.answer.outcome, 'ok')
      const other = await vault.ask('canRead', { directory: join(cellDirectory(paths, 'kaede'), 'keys') })
      assert.equal(other.is === 'answered' && other.answer.outcome, 'ERR_ACCESS_DENIED')
    })

    await t.test('opens to each account its own files and the doors of its row, and nothing else of any cell', { skip: !isRoot }, async () => {
      const running = platform.cells().flatMap((cell) => cell.processes().map((one) => {
        const [of = '', own = ''] = one.name.split('/')
        return { cell: of, own, row: rowOf(own.replace(/-\d+$/, '') as ProcessName), pid: one.pid() ?? 0 }
      }))
      const doors = running.flatMap(({ cell, own, row }) => [
        ...row.serves.map((caller) => ({ path: doorPath(paths, cell, own, caller), cell, callers: [caller as string], only: own })),
        // Those of one row are in the group of its first.
        { path: doorPath(paths, 'watch', cell, own), cell, callers: own === row.name ? [own] : [], only: own },
      ])
      const files = ['minato', 'kaede'].flatMap((cell) => (['keys', 'blobs'] as const).map((place) => ({ place, cell, path: join(cellDirectory(paths, cell), place) })))
      const closed = [join(paths.data, 'ledger'), join(paths.data, 'log'), join(paths.data, 'postgres'), paths.safe]
      for (const { cell, own, row, pid } of running) {
        const others = running.filter((one) => one.pid !== pid).flatMap((one) => ['mem', 'environ'].map((name) => `/proc/${one.pid}/${name}`))
        const wanted = [
          ...doors.map((door) => ({ how: 'connect', path: door.path, may: door.cell === cell && (door.callers.includes(row.name) || door.only === own) }) as const),
          ...files.map((file) => ({ how: 'list', path: file.path, may: file.cell === cell && row.files.includes(file.place) }) as const),
          ...closed.map((path) => ({ how: 'list', path, may: false }) as const),
          ...others.map((path) => ({ how: 'read', path, may: false }) as const),
        ]
        const outcomes = await reachAs(pid, wanted)
        const wrong = wanted.flatMap(({ how, path, may }, at) => ((outcomes[at] === 'ok') === may ? [] : [`${cell}/${own}: ${how} ${path}: ${outcomes[at] ?? ''}`]))
        assert.deepEqual(wrong, [])
      }
    })

    await t.test('keeps the network from those that need none', { skip: !isRoot }, async () => {
      assert.equal(await canConnect('intake', '', Number(ports[0]) + 25), 'ENETUNREACH')
      assert.equal(await canConnect('vault', '', Number(ports[0]) + 25), 'ENETUNREACH')
      assert.equal(await canConnect('scout', '', Number(ports[0]) + 25), 'ok')
    })

    await t.test('keeps secrets out of the data directory, for the owner alone', async () => {
      assert.deepEqual(readdirSync(paths.safe).sort(), ['cell-kaede.json', 'cell-minato.json', 'platform.json'])
      for (const name of readdirSync(paths.safe)) assert.equal(statSync(join(paths.safe, name)).mode & 0o777, 0o600)
      const { unsealSecret } = JSON.parse(readFileSync(join(paths.safe, 'cell-minato.json'), 'utf8')) as { unsealSecret: string }
      using door = asks('vault')
      const reply = await door.ask('start', {})
      assert.ok(reply.is === 'answered' && reply.answer.start.process === 'vault' && reply.answer.start.unsealSecret === unsealSecret)
    })

    await t.test('tells nobody what it does not need', async () => {
      // Intake opens people's rules (ADR 0028) and the desk signs notices (ADR 0035), and that is all.
      for (const [process, forbidden] of [['intake', /(?<!rules)private|unseal/i], ['mailroom', /private|unseal/i], ['desk', /(?<!notice)private|unseal/i], ['warden', /queueUrl|mailUrl|unseal/i], ['scout', /private|unseal|Url|blobs/i]] as const) {
        using door = asks(process)
        const reply = await door.ask('start', {})
        assert.doesNotMatch(JSON.stringify(reply), forbidden)
      }
    })

    await t.test('starts a killed process again, and tells gate and warden of a new mailroom', async () => {
      const before = pidOf('minato/mailroom')
      process.kill(before, 'SIGKILL')
      await eventually('another mailroom runs', () => pidOf('minato/mailroom') !== before && pidOf('minato/mailroom') !== 0)
      const log = join(paths.data, 'log/minato-gate.ndjson')
      await eventually('the gate was told', () => /"applied","say":"mailrooms"/.test(readFileSync(log, 'utf8')))
      assert.match(troubles.join('\n'), /minato\/mailroom ended \(signal SIGKILL\)/)
    })

    await t.test('refuses no connection while a gate is started again', async () => {
      const before = pidOf('minato/gate')
      process.kill(before, 'SIGKILL')
      assert.match(await greeting(Number(ports[0]) + 25), /^220 smtp/)
      assert.notEqual(pidOf('minato/gate'), before)
    })

    await t.test('starts its database again', async () => {
      const before = platform.database()?.pid() ?? 0
      process.kill(before, 'SIGKILL')
      await eventually('another PostgreSQL runs', () => platform.database()?.state() === 'ready' && platform.database()?.pid() !== before)
    })

    await t.test('takes on a new cell while it runs, without touching the others', async () => {
      const before = pidOf('minato/vault')
      const text = configText.replace('routes: []', `  - id: sakura\n    name: Sakura\n    portBase: ${ports[2] ?? ''}\n    hostName: mx.sakura.example\nroutes: []`)
      const { started, needsRestart } = await platform.reload(parseConfig(text, 'test.yaml'))
      assert.deepEqual({ started, needsRestart }, { started: ['sakura'], needsRestart: [] })
      assert.match(await greeting(Number(ports[2]) + 25), /^220 smtp/)
      assert.equal(pidOf('minato/vault'), before)
      assert.equal(await canConnect('desk', doorPath(paths, 'watch', 'minato', 'desk')), 'ok')
    })
  } finally {
    const beganMs = Date.now()
    const pids = platform.cells().flatMap((cell) => cell.processes().map((one) => one.pid() ?? 0))
    await platform.stop()
    assert.ok(Date.now() - beganMs < 10_000, 'an orderly stop takes less than ten seconds')
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), `process ${pid} is gone`)
  }

  await t.test('finds its data again, and takes over a lock whose holder is gone', async () => {
    writeFileSync(join(paths.data, 'lock'), JSON.stringify({ pid: 999_999, startedAt: '1', purpose: 'up' }))
    const again = await startPlatform(options)
    await again.stop()
  })

  await t.test('does not start without its safe, and says what to do', async () => {
    writeFileSync(join(cellDirectory(paths, 'minato'), 'keys/root.sealed'), '')
    rmSync(paths.safe, { recursive: true })
    await assert.rejects(startPlatform(options), (error: Error & { detail?: string }) => /Restore that file/.test(error.detail ?? ''))
  })
  rmSync(paths.data, { recursive: true })
  rmSync(paths.safe, { recursive: true, force: true })
})
