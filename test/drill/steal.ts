/**
 * What thieves get. Row 1: everything each of one cell's database roles can read, and, beyond that, every table of the
 * cell's databases as their owner sees them. Row 2: a full backup: the whole data directory, file by file.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
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
      'select salt, params, sealed from credential limit 10000',
    )
    return rows
  } finally {
    await client.end()
  }
}

/** Every file below a directory, read once. */
export const copyFiles = (root: string): readonly Loot[] => {
  const loot: Loot[] = []
  const walk = (directory: string): void => {
    for (const name of readdirSync(directory)) {
      const path = join(directory, name)
      const stat = statSync(path, { throwIfNoEntry: false })
      if (stat === undefined) continue
      if (stat.isDirectory()) walk(path)
      else if (stat.isFile()) loot.push({ where: relative(root, path), bytes: readFileSync(path) })
    }
  }
  walk(root)
  return loot
}
