import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { onEveryServer, provisionTestCell } from '@bulkhead/test/postgres/cell.ts'
import { databaseKinds, databaseUsers, functionsOf, rights, type DatabaseKind } from './rights.ts'

const ask = async (url: Secret<string>, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url.declassify() })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

const on = (url: Secret<string>, database: string): Secret<string> => {
  const text = url.declassify().replace(/\/[a-z-]+_(?:mail|queue|directory)\?/, `/${database}?`)
  return secret(text)
}

const tables = {
  directory: ['share_member', 'share', 'credential', 'address', 'account', 'domain', 'brand'],
  mail: ['event', 'message', 'account', 'part', 'content_key', 'snapshot', 'arrival', 'share'],
  queue: ['message', 'recipient', 'part'],
} as const satisfies Record<DatabaseKind, readonly string[]>

onEveryServer('a process’s database role', async (t, cell, server) => {
  const urls = databaseUsers.flatMap((user) => databaseKinds.flatMap((kind) => {
    const url = cell.urls[user][kind]
    return url === undefined ? [] : [{ user, kind, url }]
  }))

  await t.test('reads, writes and lists no table of any database, not even its columns', async () => {
    for (const { user, kind, url } of urls) {
      for (const table of tables[kind]) {
        await assert.rejects(ask(url, `select * from kept.${table} limit 1`), /permission denied/, `${user} reads ${table}`)
        await assert.rejects(ask(url, `delete from kept.${table}`), /permission denied/, `${user} deletes from ${table}`)
      }
    }
  })

  await t.test('calls exactly the functions of the table of rights', async () => {
    for (const { user, kind, url } of urls) {
      const rows = await ask(url, `select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('ask', 'kept') and has_function_privilege(p.oid, 'execute') and has_schema_privilege(n.oid, 'usage') order by 1`)
      assert.deepEqual(rows.map(({ name }) => name), [...functionsOf(user, kind)].sort(), `${user} in ${kind}`)
    }
  })

  await t.test('makes nothing of its own: no table, temporary table or function', async () => {
    for (const { url } of urls) {
      await assert.rejects(ask(url, 'create table public.mine (n int)'), /permission denied/)
      await assert.rejects(ask(url, 'create temp table mine (n int)'), /permission denied/)
      await assert.rejects(ask(url, 'create schema mine'), /permission denied/)
      await assert.rejects(ask(url, 'create function ask.mine() returns int language sql as $$ select 1 $$'), /permission denied/)
    }
  })

  await t.test('connects to no database of its cell that it has no business in', async () => {
    const { directory } = cell.urls.warden
    const { queue } = cell.urls.courier
    assert.ok(directory !== undefined && queue !== undefined)
    await assert.rejects(ask(on(directory, 'north-isp_mail'), 'select 1'), /permission denied for database/)
    await assert.rejects(ask(on(queue, 'north-isp_directory'), 'select 1'), /permission denied for database/)
  })

  await t.test('connects to no database of another cell, nor does the other’s to this one', async () => {
    const south = await provisionTestCell(server, 'south')
    for (const { user, kind, url } of urls) {
      await assert.rejects(ask(on(url, `south_${kind}`), 'select 1'), /permission denied for database/, `${user} of north in south`)
      const theirs = south.urls[user][kind]
      assert.ok(theirs !== undefined)
      await assert.rejects(ask(on(theirs, `north-isp_${kind}`), 'select 1'), /permission denied for database/, `${user} of south in north`)
    }
  })

  await t.test('connects to none of the databases that every server has', async () => {
    for (const { url } of urls) await assert.rejects(ask(on(url, 'postgres'), 'select 1'), /permission denied for database/)
  })

  await t.test('is stored as a SCRAM verifier that the server made no part of', async () => {
    const rows = await ask(server.adminUrl, `select rolpassword as kept from pg_authid where rolname like 'bh_%' and rolcanlogin`)
    assert.equal(rows.length, 2 * databaseUsers.length)
    for (const { kept } of rows) assert.match(String(kept), /^SCRAM-SHA-256\$4096:/)
  })
})

test('no process but the warden is given a function that answers with a verifier', () => {
  for (const user of databaseUsers) {
    const names: readonly string[] = functionsOf(user, 'directory')
    assert.equal(names.includes('credential_for'), user === 'warden')
  }
  assert.deepEqual([...rights.intake.mail].sort(), ['acknowledge', 'append', 'greylist', 'prune_arrivals', 'prune_greylist', 'usage'])
})
