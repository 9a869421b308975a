import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { embeddedServer, startTestPostgres } from '@bulkhead/test/postgres/harness.ts'

const ask = async (url: string, text: string): Promise<readonly Record<string, string>[]> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, string>>(text)).rows
  } finally {
    await client.end()
  }
}

test('the embedded server', async (t) => {
  await using server = await startTestPostgres(embeddedServer(), { asInProduction: true })
  const url = server.adminUrl.declassify()

  await t.test('has checksums, UTF-8 by the built-in provider, durable commits and no network', async () => {
    const [row] = await ask(url, `select current_setting('data_checksums') as checksums, current_setting('fsync') as fsync,
      current_setting('listen_addresses') as listens, current_setting('full_page_writes') as pages,
      (select datlocprovider::text || datlocale from pg_database where datname = 'postgres') as locale`)
    assert.deepEqual({ ...row }, { checksums: 'on', fsync: 'on', listens: '', pages: 'on', locale: 'bC.UTF-8' })
  })

  await t.test('lets nobody in without the password', async () => {
    const wrong = url.replace(/:[^:@/]+@/, ':wrong@')
    await assert.rejects(ask(wrong, 'select 1'), /password authentication failed/)
  })

  await t.test('leaves no password file behind', () => {
    assert.deepEqual(readdirSync(server.directory).sort(), ['data', 'log', 's'])
  })

  await t.test('does not run as root', () => {
    assert.notEqual(statSync(`/proc/${server.pid()}`).uid, 0)
  })

  await t.test('comes back after kill -9 of its postmaster with what was committed', async () => {
    await ask(url, 'create table kept (n int); insert into kept values (7)')
    await server.kill()
    await server.restart()
    assert.deepEqual((await ask(url, 'select n from kept')).map(({ n }) => n), [7])
  })

  await t.test('replaces a live one whose supervisor died', async () => {
    const before = server.pid()
    await server.restart()
    assert.notEqual(server.pid(), before)
    assert.ok(!existsSync(`/proc/${before}`))
    assert.deepEqual((await ask(url, 'select n from kept')).map(({ n }) => n), [7])
  })

  await t.test('starts over a lock file whose process number is somebody else now', async () => {
    await server.kill()
    await sleep(300)
    const other = spawn('/bin/sleep', ['30'], { stdio: 'ignore' })
    try {
      writeFileSync(join(server.directory, 'data/postmaster.pid'), `${other.pid ?? 0}\n${server.directory}/data\n`)
      await server.restart()
      assert.equal(other.exitCode, null)
      assert.deepEqual((await ask(url, 'select n from kept')).map(({ n }) => n), [7])
    } finally {
      other.kill('SIGKILL')
    }
  })
})
