/**
 * Fresh clusters without an initdb each: one is made per set of programs and machine, stopped cleanly, and copied from then on.
 * The copies have its superuser's password, which lies beside it for root or oneself alone.
 */
import { createHash, randomBytes } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from '@bulkhead/base/assert.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { startEmbedded } from '@bulkhead/run/postgres/embedded.ts'
import type { PostgresPrograms } from '@bulkhead/run/postgres/hydrate.ts'
import type { OsAccount } from '@bulkhead/run/postgres/os-account.ts'

export interface ClusterSeed {
  readonly data: string
  readonly password: Secret<string>
}

const seedPath = ({ initdb }: PostgresPrograms, runAs: OsAccount | null): string => {
  const { mtimeMs, size } = statSync(initdb)
  const hash = createHash('sha256').update(JSON.stringify([initdb, mtimeMs, size, runAs])).digest('hex').slice(0, 16)
  return join(tmpdir(), `bh-cluster-${process.getuid?.() ?? 0}-${hash}`)
}

const make = async (path: string, programs: PostgresPrograms, runAs: OsAccount | null): Promise<void> => {
  const unfinished = mkdtempSync(`${path}-`)
  chmodSync(unfinished, 0o755)
  mkdirSync(join(unfinished, 'log'))
  const password = randomBytes(18).toString('base64url')
  const server = await startEmbedded({
    dataDirectory: join(unfinished, 'data'), socketDirectory: join(unfinished, 's'), logFile: join(unfinished, 'log/postgres.log'),
    superuserPassword: secret(password), runAs, programs, settings: { shared_buffers: '16MB', fsync: 'off' }, onExit: () => undefined,
  })
  await server.stop()
  writeFileSync(join(unfinished, 'password'), password, { mode: 0o600 })
  chmodSync(unfinished, 0o700)
  try {
    renameSync(unfinished, path)
  } catch (error) {
    // Another test file was quicker.
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(path)) throw error
  }
}

export const clusterSeed = async (programs: PostgresPrograms, runAs: OsAccount | null): Promise<ClusterSeed> => {
  const path = seedPath(programs, runAs)
  if (!existsSync(path)) await make(path, programs, runAs)
  assert(statSync(path).uid === process.getuid?.(), 'the kept cluster is ours')
  return { data: join(path, 'data'), password: secret(readFileSync(join(path, 'password'), 'utf8')) }
}

/** As `cp -a`: with owners and modes. `to` is not there yet. */
export const copyWhole = (from: string, to: string): void => {
  const { status, stderr } = spawnSync('cp', ['-a', '--reflink=auto', '--', from, to], { encoding: 'utf8' })
  assert(status === 0, `cp: ${stderr}`)
}
