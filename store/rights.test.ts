import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { onEveryServer, provisionTestCell } from '@bulkhead/test/postgres/cell.ts'
import { databaseKinds, databaseUsers, functionsOf, rights } from './rights.ts'

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
  const text = url.declassify().replace(/\/(?:postgres|[a-z-]+_(?:mail|queue|directory))\?/, `/${database}?`)
  return secret(text)
}

/** Of ours, not of the server. */
const ownSchemas = `nspname not like 'pg\\_%' and nspname <> 'information_schema'`

/** Every table, view, sequence, column, schema and routine of a database that a role has any right on, from the catalogues: what a migration adds is in it. */
const grantsOf = (role: string): string => `
  select 'relation ' || n.nspname || '.' || c.relname || ': ' || privilege as granted
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) privilege
   where ${ownSchemas} and c.relkind in ('r', 'p', 'v', 'm', 'f') and has_table_privilege('${role}', c.oid, privilege)
  union all
  select 'column ' || n.nspname || '.' || c.relname || '.' || a.attname
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
   where ${ownSchemas} and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
     and has_column_privilege('${role}', c.oid, a.attnum, 'select, insert, update, references')
  union all
  select 'sequence ' || n.nspname || '.' || c.relname
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where ${ownSchemas} and case when c.relkind = 'S' then has_sequence_privilege('${role}', c.oid, 'usage, select, update') else false end
  union all
  select 'schema ' || nspname || ': ' || privilege
    from pg_namespace
   cross join unnest(array['usage', 'create']) privilege
   where ${ownSchemas} and has_schema_privilege('${role}', oid, privilege)
  union all
  select 'routine ' || n.nspname || '.' || p.proname
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
   where ${ownSchemas} and has_schema_privilege('${role}', n.oid, 'usage') and has_function_privilege('${role}', p.oid, 'execute')
   order by 1
   limit 10000`

onEveryServer('a process’s database role', async (t, cell, server) => {
  const urls = databaseUsers.flatMap((user) => databaseKinds.flatMap((kind) => {
    const url = cell.urls[user][kind]
    return url === undefined ? [] : [{ user, kind, url }]
  }))

  await t.test('has exactly the rights of the table, in every database: no table, column, sequence or schema, and those functions', async () => {
    for (const kind of databaseKinds) {
      const tables = await ask(on(server.adminUrl, `north-isp_${kind}`), `select count(*)::int as count from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname = 'kept' and relkind = 'r'`)
      assert.ok(Number(tables[0]?.['count']) > 3, `the tables of ${kind} are where they are looked for`)
      for (const user of databaseUsers) {
        const functions = functionsOf(user, kind)
        const wanted = [...functions.map((name) => `routine ask.${name}`), ...(functions.length === 0 ? [] : ['schema ask: usage'])]
        // PostgreSQL gives everybody the use of this one; there is nothing in it, and nothing can be made there.
        const rows = await ask(on(server.adminUrl, `north-isp_${kind}`), grantsOf(`bh_north-isp_${user}`))
        const granted = [...new Set(rows.map((row) => String(row['granted'])))].filter((one) => one !== 'schema public: usage')
        assert.deepEqual(granted.sort(), wanted.sort(), `${user} in ${kind}`)
      }
    }
  })

  await t.test('is refused when it reaches for a table itself, of those that are there', async () => {
    for (const { user, kind, url } of urls) {
      const tables = await ask(on(server.adminUrl, `north-isp_${kind}`), `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where nspname = 'kept' and relkind in ('r', 'v') limit 1000`)
      for (const { name } of tables) {
        await assert.rejects(ask(url, `select * from kept.${pg.escapeIdentifier(String(name))} limit 1`), /permission denied/, `${user} reads ${String(name)}`)
      }
    }
  })

  await t.test('belongs to nobody else, and may nothing on the server', async () => {
    const attributes = await ask(server.adminUrl, `select rolname as name from pg_roles
      where rolname like 'bh\\_%' and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)`)
    assert.deepEqual(attributes, [])
    const members = await ask(server.adminUrl, `select m.rolname as member, r.rolname as of from pg_auth_members a
      join pg_roles m on m.oid = a.member join pg_roles r on r.oid = a.roleid where m.rolname like 'bh\\_%'`)
    assert.deepEqual(members, [])
  })

  await t.test('borrows the owner’s rights only where names can’t be bent: every such function says where it looks for them', async () => {
    for (const kind of databaseKinds) {
      const rows = await ask(on(server.adminUrl, `north-isp_${kind}`), `select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where ${ownSchemas} and p.prosecdef and not exists (select from unnest(p.proconfig) c where c like 'search\\_path=%') limit 1000`)
      assert.deepEqual(rows.map(({ name }) => name), [], kind)
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
  assert.deepEqual([...rights.intake.mail].sort(), ['acknowledge', 'append', 'doom_blob', 'greylist', 'prune_arrivals', 'prune_greylist', 'usage'])
})
