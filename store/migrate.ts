/**
 * Brings a database forward: numbered files, each applied once, each in a transaction with its own record, so that a
 * crash leaves it applied or not. One migrator at a time by an advisory lock. A file that was changed after it was
 * applied, or a database that is ahead of this program, is refused.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { Fault } from '@bulkhead/base/fault.ts'
import type { DatabaseKind } from './rights.ts'
import { sqlFault } from './sql/fault.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
  /** SHA-256 of the file, in hexadecimal. */
  readonly checksum: string
}

const namePattern = /^(\d{3})-[a-z0-9-]+\.sql$/
const lockNumber = 7_203_514

export const migrationsOf = (kind: DatabaseKind): readonly Migration[] => {
  const directory = join(import.meta.dirname, 'migrations', kind)
  let last = 0
  return readdirSync(directory).sort().map((name) => {
    const number = Number(namePattern.exec(name)?.[1])
    if (!(number > last)) throw new Fault('misconfigured', `${name} is no migration of ${kind} that follows ${last}`)
    last = number
    const text = readFileSync(join(directory, name), 'utf8')
    return { number, name, text, checksum: createHash('sha256').update(text).digest('hex') }
  })
}

interface Applied {
  readonly number: number
  readonly checksum: string
}

const checkPast = (migrations: readonly Migration[], applied: readonly Applied[]): void => {
  for (const { number, checksum } of applied) {
    const ours = migrations.find((migration) => migration.number === number)
    if (ours === undefined) throw new Fault('misconfigured', `the database has migration ${number}, which is newer than this program`)
    if (ours.checksum !== checksum) throw new Fault('misconfigured', `${ours.name} was changed after it was applied`)
  }
}

const apply = async (client: pg.Client, migration: Migration): Promise<void> => {
  try {
    await client.query('begin')
    await client.query(migration.text)
    await client.query('insert into kept.migration (number, name, checksum) values ($1, $2, $3)', [migration.number, migration.name, migration.checksum])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    if (error instanceof pg.DatabaseError) throw sqlFault(error.code ?? '', `in ${migration.name}: ${error.message}`)
    throw error
  }
}

/** How many were applied. `client` is connected as, or has set its role to, the owner of the database. */
export const migrate = async (client: pg.Client, migrations: readonly Migration[]): Promise<number> => {
  await client.query('select pg_advisory_lock($1)', [lockNumber])
  try {
    await client.query(`
      create schema if not exists kept;
      create schema if not exists ask;
      alter default privileges revoke execute on functions from public;
      create table if not exists kept.migration (
        number     integer primary key,
        name       text not null,
        checksum   text not null,
        applied_at timestamptz not null default now()
      )`)
    const { rows } = await client.query<Applied>('select number, checksum from kept.migration order by number limit 1000')
    checkPast(migrations, rows)
    const missing = migrations.filter(({ number }) => !rows.some((row) => row.number === number))
    for (const migration of missing) await apply(client, migration)
    return missing.length
  } finally {
    await client.query('select pg_advisory_unlock($1)', [lockNumber]).catch(() => undefined)
  }
}
