import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { processNames } from '@bulkhead/door/contracts/start.ts'
import { scoutCallers } from '@bulkhead/door/contracts/scout.ts'
import { vaultCallers } from '@bulkhead/door/contracts/vault.ts'
import { wardenCallers } from '@bulkhead/door/contracts/warden.ts'
import { databaseKinds, functionsOf } from '@bulkhead/store/rights.ts'
import { processesDocument } from './documents.ts'
import { loadRole } from './host.ts'
import { cellProcesses, knocksOf, processTable, rowOf } from './processes.ts'
import { databaseRoles } from './supervisor/safe.ts'

const root = join(import.meta.dirname, '..')

test('the table has every process once, and each has a root', () => {
  assert.deepEqual(processTable.map(({ name }) => name).sort(), [...processNames].sort())
  for (const name of processNames) assert.ok(existsSync(join(root, `run/processes/${name}.ts`)))
})

test('each root gives the role of its name', async () => {
  for (const name of processNames) assert.equal(typeof (await loadRole(name)), 'function')
})

test('the gate reaches warden, intake and mailroom, and never the vault', () => {
  assert.deepEqual([...knocksOf('gate')].sort(), ['intake', 'mailroom', 'warden', 'watch'])
  assert.ok(rowOf('gate').databases.length === 0 && rowOf('gate').files.length === 0)
})

test('the vault knocks at nobody but watch, has no database, no network and no native code', () => {
  const { databases, egress, addons, listens } = rowOf('vault')
  assert.deepEqual([...knocksOf('vault')], ['watch'])
  assert.deepEqual({ databases, egress, addons, listens }, { databases: [], egress: 'none', addons: false, listens: false })
})

test('only the courier and the scout reach the internet, only the warden has native code, only gate and watch listen', () => {
  const named = (wanted: (row: (typeof processTable)[number]) => boolean) => processTable.filter(wanted).map(({ name }) => name).sort()
  assert.deepEqual(named(({ egress }) => egress === 'internet'), ['courier', 'scout'])
  assert.deepEqual(named(({ addons }) => addons), ['warden'])
  assert.deepEqual(named(({ listens }) => listens), ['gate', 'watch'])
})

test('the scout knocks at nobody but watch, and has no database, no files, no port', () => {
  const { databases, files, listens, addons } = rowOf('scout')
  assert.deepEqual([...knocksOf('scout')], ['watch'])
  assert.deepEqual({ databases, files, listens, addons }, { databases: [], files: [], listens: false, addons: false })
})

test('the reader serves the mailroom alone, knocks at nobody but watch, and has no database, no files, no port', () => {
  const { serves, databases, files, listens, addons, egress } = rowOf('reader')
  assert.deepEqual([...knocksOf('reader')], ['watch'])
  assert.deepEqual({ serves, databases, files, listens, addons, egress }, { serves: ['mailroom'], databases: [], files: [], listens: false, addons: false, egress: 'none' })
})

test('the doors are those of the contracts', () => {
  assert.deepEqual([...rowOf('scout').serves].sort(), [...scoutCallers].sort())
  assert.deepEqual([...rowOf('vault').serves].sort(), [...vaultCallers].sort())
  assert.deepEqual([...rowOf('warden').serves].sort(), [...wardenCallers].sort())
})

test('databases are those that the store grants something on', () => {
  assert.deepEqual([...databaseRoles].sort(), cellProcesses.filter(({ databases }) => databases.length > 0).map(({ name }) => name).sort())
  for (const user of databaseRoles) {
    assert.deepEqual([...rowOf(user).databases].sort(), databaseKinds.filter((kind) => functionsOf(user, kind).length > 0).sort())
  }
})

test('whoever serves a door starts before or with its callers, and stops with or after them', () => {
  for (const { name, startOrder, stopOrder } of processTable) {
    for (const server of knocksOf(name)) {
      if (server === 'mailroom' && name === 'intake') continue
      assert.ok(rowOf(server).startOrder <= startOrder, `${server} starts after ${name}`)
      if (server === 'intake' || server === 'mailroom' || server === 'vault') assert.ok(rowOf(server).stopOrder >= stopOrder, `${server} stops before ${name}`)
    }
  }
})

test('ARCHITECTURE shows the table as it is (./bulkhead docs processes)', () => {
  assert.ok(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').includes(processesDocument()))
})
