/**
 * What thieves get. Row 1: everything each of one cell's database roles can read, and, beyond that, every table of the
 * cell's databases as their owner sees them. Row 2: a full backup: the whole data directory, file by file.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Client } from 'pg'
import type { StolenCredential } from './cracker.ts'

export interface Loot {
  readonly where: string
  readonly bytes: Buffer
}

const rowsMax = 100_000

/** Every cell of a table as its raw bytes, one after another: bytea unescaped, text as UTF-8. */
const tableBytes = (rows: readonly (readonly unknown[])[]): Buffer =>
  Buffer.concat(
    rows.flatMap((row) =>
      row.map((value) => {
        if (Buffer.isBuffer(value)) return Buffer.concat([value, Buffer.from('\n')])
        const text = value instanceof Date ? value.toISOString() : typeof value === 'object' ? JSON.stringify(value) : String(value)
        return Buffer.from(`${text}\n`)
      }),
    ),
  )

const relations = `
  select n.nspname, c.relname
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'm', 'v')
     and n.nspname not in ('pg_catalog', 'information_schema')
     and n.nspname not like 'pg_toast%'
   order by 1, 2
   limit 1000`

/** All the role may select, table by table; what is refused is refused. */
export const dumpTables = async (label: string, url: string): Promise<readonly Loot[]> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ nspname: string; relname: string }>(relations)
    const loot: Loot[] = []
    for (const { nspname, relname } of rows) {
      try {
        const table = await client.query({ text: `select * from "${nspname}"."${relname}" limit ${rowsMax}`, rowMode: 'array' })
        loot.push({ where: `${label} ${nspname}.${relname}`, bytes: tableBytes(table.rows as unknown[][]) })
      } catch {
        // Permission denied: that is what roles are for.
      }
    }
    const settings = await client.query({ text: 'select query from pg_stat_activity', rowMode: 'array' })
    loot.push({ where: `${label} pg_stat_activity`, bytes: tableBytes(settings.rows as unknown[][]) })
    return loot
  } finally {
    await client.end()
  }
}

/** Credential rows as the owner of the directory database sees them, for the cracker. */
export const dumpCredentials = async (url: string): Promise<readonly StolenCredential[]> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ salt: Buffer; params: { m: number; t: number; p: number }; sealed: Buffer }>(
      `select salt, json_build_object('m', m, 't', t, 'p', p) as params, sealed from kept.credential limit 10000`,
    )
    return rows
  } finally {
    await client.end()
  }
}

const askables = `
  select p.proname as name,
         array(select format_type(t, null) from unnest(p.proargtypes) with ordinality as a (t, at) order by at) as types
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
   where n.nspname = 'ask'
     and has_function_privilege(p.oid, 'execute')
   order by p.proname
   limit 200`

/** What a thief who also knows every opaque handle and index would pass for an argument of this type. */
const argumentFor = (type: string, handles: Handles, account: string, index: Buffer): unknown => {
  if (type === 'uuid') return account
  if (type === 'uuid[]') return handles.messages
  if (type === 'bytea') return index
  if (type === 'bytea[]') return handles.indexes
  if (type === 'bigint' || type === 'integer') return 100_000
  if (type === 'boolean') return false
  return null
}

export interface Handles {
  readonly accounts: readonly string[]
  readonly messages: readonly string[]
  readonly indexes: readonly Buffer[]
}

/** The opaque names in a cell's databases, from the owner's view: given to the role's thief so that every question can be asked. */
export const knownHandles = async (directoryUrl: string, mailUrl: string): Promise<Handles> => {
  const ask = async <T>(url: string, text: string): Promise<readonly T[]> => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query({ text, rowMode: 'array' })).rows.map((row: unknown[]) => row[0] as T)
    } finally {
      await client.end()
    }
  }
  return {
    accounts: await ask<string>(directoryUrl, 'select account from kept.account limit 1000'),
    messages: await ask<string>(mailUrl, 'select message from kept.message limit 1000'),
    indexes: await ask<Buffer>(directoryUrl, 'select index from kept.address limit 1000'),
  }
}

/** Everything the role's own functions answer, each asked for every account and every index; nothing it does is kept. */
export const askEverything = async (label: string, url: string, handles: Handles): Promise<readonly Loot[]> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  const loot: Loot[] = []
  try {
    const { rows } = await client.query<{ name: string; types: string[] }>(askables)
    for (const { name, types } of rows) {
      const call = `select * from ask."${name}"(${types.map((type, at) => `$${at + 1}::${type}`).join(', ')})`
      const turns = Math.max(handles.accounts.length, handles.indexes.length)
      for (let turn = 0; turn < turns; turn += 1) {
        const account = handles.accounts[turn % handles.accounts.length] ?? ''
        const index = handles.indexes[turn % handles.indexes.length] ?? Buffer.alloc(32)
        await client.query('begin')
        try {
          const answer = await client.query({ text: call, values: types.map((type) => argumentFor(type, handles, account, index)), rowMode: 'array' })
          loot.push({ where: `${label} ask.${name}`, bytes: tableBytes(answer.rows as unknown[][]) })
        } catch {
          // The arguments were not to its liking.
        }
        await client.query('rollback')
      }
    }
    return loot
  } finally {
    await client.end()
  }
}

/** Every file below a directory, read once; links lead to what lies there as well. */
export const copyFiles = (root: string): readonly Loot[] => {
  const loot: Loot[] = []
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name)
      const stat = lstatSync(path, { throwIfNoEntry: false })
      if (stat === undefined) continue
      if (stat.isDirectory()) walk(path)
      else if (stat.isFile()) loot.push({ where: relative(root, path), bytes: readFileSync(path) })
    }
  }
  walk(root)
  return loot
}
