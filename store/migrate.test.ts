import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { Fault } from '@bulkhead/base/fault.ts'
import { startTestPostgres } from '@bulkhead/test/postgres/harness.ts'
import { migrate, migrationsOf, type Migration } from './migrate.ts'
import { databaseKinds } from './rights.ts'

const step = (number: number, text: string): Migration => ({ number, name: `00${number}-step.sql`, text, checksum: text })
const misconfigured = (pattern: RegExp) => (error: unknown): boolean => error instanceof Fault && error.code === 'misconfigured' && pattern.test(error.detail)

test('migrations', { timeout: 60_000 }, async (t) => {
  await using server = await startTestPostgres()
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: server.adminUrl.declassify() })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  const first = step(1, 'create table kept.first (n int)')
  const second = step(2, 'create table kept.second (n int)')

  await t.test('are applied once, also by two migrators at a time', async () => {
    const clients = await Promise.all([connect(), connect()])
    const applied = await Promise.all(clients.map((client) => migrate(client, [first])))
    assert.deepEqual(applied.toSorted(), [0, 1])
    await Promise.all(clients.map((client) => client.end()))
  })

  await t.test('that fail in the middle leave nothing behind, and go on from there when mended', async () => {
    const client = await connect()
    await assert.rejects(migrate(client, [first, { ...second, text: `${second.text}; select 1/0` }]), Fault)
    assert.equal(await migrate(client, [first, second]), 1)
    assert.equal(await migrate(client, [first, second]), 0)
    await client.end()
  })

  await t.test('interrupted by the death of the server leave nothing behind', async () => {
    const client = await connect()
    const third = step(3, 'create table kept.third (n int)')
    const hanging = migrate(client, [first, second, { ...third, text: `${third.text}; select pg_sleep(30)` }])
    const failed = assert.rejects(hanging)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await server.kill()
    await failed
    await server.restart()
    const again = await connect()
    assert.equal(await migrate(again, [first, second, third]), 1)
    await again.end()
  })

  await t.test('that were changed after they were applied are refused, and so is a database from the future', async () => {
    const client = await connect()
    await assert.rejects(migrate(client, [first, { ...second, checksum: 'other' }, step(3, '')]), misconfigured(/was changed/))
    await assert.rejects(migrate(client, [first]), misconfigured(/newer than this program/))
    await client.end()
  })
})

test('every migration says on top why it is there', () => {
  for (const kind of databaseKinds) {
    for (const { name, text } of migrationsOf(kind)) assert.match(text, /^-- [A-Z]/, name)
  }
})
