/**
 * Throw-away PostgreSQL servers for tests: the platform's own, and the distribution's where it is installed, each in a
 * directory of its own that goes with it. Also for an account that is not root.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { startEmbedded, type EmbeddedPostgres } from '@bulkhead/run/postgres/embedded.ts'
import { embeddedPrograms, type PostgresPrograms } from '@bulkhead/run/postgres/hydrate.ts'
import type { OsAccount } from '@bulkhead/run/postgres/os-account.ts'
import { platformAccounts } from '@bulkhead/run/supervisor/accounts.ts'
import { openWay } from '@bulkhead/run/supervisor/ground.ts'
import { codeRoot } from '@bulkhead/run/supervisor/paths.ts'
import { clusterSeed, copyWhole } from './cluster.ts'

export interface TestPostgres {
  readonly name: string
  readonly adminUrl: Secret<string>
  /** Where it keeps its files; for tests that start it again. */
  readonly directory: string
  pid(): number
  /** As by `kill -9`: the postmaster goes without a word. */
  kill(): Promise<void>
  /** After `kill`: recovers. */
  restart(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface TestServer {
  readonly name: string
  readonly programs: PostgresPrograms
}

const debianBin = '/usr/lib/postgresql/15/bin'

/** The servers that contracts are tested on: ours, and the oldest we support where the machine has it. */
export const testServers = (): readonly TestServer[] => {
  const ours = embeddedPrograms()
  const debian: PostgresPrograms = { postgres: join(debianBin, 'postgres'), initdb: join(debianBin, 'initdb'), major: '15' }
  return [
    { name: `embedded PostgreSQL ${ours.major}`, programs: ours },
    ...(existsSync(debian.postgres) ? [{ name: 'external PostgreSQL 15', programs: debian }] : []),
  ]
}

export const embeddedServer = (): TestServer => ({ name: 'embedded PostgreSQL', programs: embeddedPrograms() })

/** Debian's server; undefined where it is not installed. */
export const externalServer = (): TestServer | undefined => testServers().find(({ programs }) => programs.major === '15')

/** As root: the account the platform's own server has, and its way to the programs, which may lie where only root may search. */
export const unprivileged = async (): Promise<OsAccount | null> => {
  if (process.getuid?.() !== 0) return null
  const { postgres, searchGid } = await platformAccounts()
  openWay(codeRoot, searchGid)
  return postgres
}

export interface TestPostgresOptions {
  readonly settings?: Readonly<Record<string, string>>
  /** With an initdb of its own and waiting for the disk: for crashes and measurements, and for what the start itself does. */
  readonly asInProduction?: boolean
}

/** Otherwise a copy of a cluster made before, which does not wait for the disk: what is tested is gone with the test, and no power is cut. */
export const startTestPostgres = async (
  server: TestServer = embeddedServer(),
  { settings = {}, asInProduction = false }: TestPostgresOptions = {},
): Promise<TestPostgres> => {
  const directory = mkdtempSync(join(tmpdir(), 'bh-pg-'))
  chmodSync(directory, 0o755)
  const runAs = await unprivileged()
  mkdirSync(join(directory, 'log'))
  const seed = asInProduction ? undefined : await clusterSeed(server.programs, runAs)
  if (seed !== undefined) copyWhole(seed.data, join(directory, 'data'))
  const options = {
    dataDirectory: join(directory, 'data'),
    socketDirectory: join(directory, 's'),
    logFile: join(directory, 'log/postgres.log'),
    superuserPassword: seed?.password ?? secret(randomBytes(18).toString('base64url')),
    runAs,
    onExit: () => undefined,
    programs: server.programs,
    settings: { shared_buffers: '64MB', fsync: asInProduction ? 'on' : 'off', ...settings },
  }
  let running: EmbeddedPostgres = await startEmbedded(options)
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(running.pid, name)
    } catch {
      // ended already
    }
  }
  // At once and without a checkpoint, but its own children and shared memory go with it.
  const quit = (): void => signal('SIGQUIT')
  process.once('exit', quit)
  return {
    name: server.name,
    adminUrl: running.adminUrl,
    directory,
    pid: () => running.pid,
    async kill() {
      signal('SIGKILL')
    },
    async restart() {
      running = await startEmbedded(options)
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', quit)
      quit()
      await running.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
