/**
 * The platform's own PostgreSQL: one server on a Unix socket, under an unprivileged account, checksums on, passwords for
 * everybody. It never listens on the network. As root nothing is written through a path the server's account could bend.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import {
  chmodSync, chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync,
} from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Fault } from '@bulkhead/base/fault.ts'
import { secret, type Secret } from '@bulkhead/base/secret.ts'
import { embeddedPrograms, type PostgresPrograms } from './hydrate.ts'
import { clearLeftover, type Leftover } from './leftover.ts'
import type { OsAccount } from './os-account.ts'
import { serverSettings } from './settings.ts'

export interface EmbeddedOptions {
  /** Made where it is missing; its parent must exist and let the server's account through. */
  readonly dataDirectory: string
  /** At most 90 bytes: a Unix socket's path is short. */
  readonly socketDirectory: string
  readonly logFile: string
  readonly superuserPassword: Secret<string>
  /** As root: whom to run as. Null: as ourselves, who are not root. */
  readonly runAs: OsAccount | null
  /** The server went away without being asked to. */
  readonly onExit: (code: number | null, signal: NodeJS.Signals | null) => void
  /** Other programs (tests run on the distribution's), other settings. */
  readonly programs?: PostgresPrograms
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedPostgres {
  readonly pid: number
  readonly leftover: Leftover
  /** For the superuser `postgres` and the database `postgres`. */
  readonly adminUrl: Secret<string>
  /** Fast shutdown: sessions are ended, nothing committed is lost. */
  stop(): Promise<void>
}

const startMsMax = 600_000
const stopMsMax = 60_000
const initMsMax = 120_000
const pollMs = 20
const socketPathBytesMax = 90
const logBytesMax = 16 * 1024 * 1024
const environment = { PATH: '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }

/** The command that runs `program` as the account given, unable to gain rights by any set-uid program. */
const asAccount = (runAs: OsAccount | null, program: string, args: readonly string[]): readonly [string, string[]] => {
  if (runAs === null) return [program, [...args]]
  const rights = ['--reuid', String(runAs.uid), '--regid', String(runAs.gid), '--clear-groups', '--no-new-privs']
  return ['/usr/bin/setpriv', [...rights, '--', program, ...args]]
}

const exited = async (child: ChildProcess, msMax: number): Promise<boolean> => {
  if (child.exitCode !== null || child.signalCode !== null) return true
  const timer = new AbortController()
  return Promise.race([
    once(child, 'exit', { signal: timer.signal }).then(() => true),
    sleep(msMax, false, { signal: timer.signal }),
  ]).finally(() => timer.abort())
}

const ownDirectory = (path: string, mode: number, runAs: OsAccount | null): void => {
  mkdirSync(path, { recursive: true, mode })
  chmodSync(path, mode)
  if (runAs !== null) chownSync(path, runAs.uid, runAs.gid)
}

/** Makes the cluster beside its place and moves it there whole, so that an interrupted initdb leaves nothing half made. */
const initialise = async (options: EmbeddedOptions, programs: PostgresPrograms): Promise<void> => {
  const { dataDirectory, runAs } = options
  const unfinished = `${dataDirectory}.new`
  rmSync(unfinished, { recursive: true, force: true })
  ownDirectory(unfinished, 0o700, runAs)
  const aside = mkdtempSync(join(tmpdir(), 'bulkhead-init-'))
  chmodSync(aside, 0o711)
  const passwordFile = join(aside, 'password')
  try {
    writeFileSync(passwordFile, `${options.superuserPassword.declassify()}\n`, { mode: 0o600, flag: 'wx' })
    if (runAs !== null) chownSync(passwordFile, runAs.uid, runAs.gid)
    const [command, args] = asAccount(runAs, programs.initdb, [
      '-D', unfinished, '-U', 'postgres', '-E', 'UTF8', '--locale=C',
      ...(Number(programs.major) >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
      '--data-checksums', '--auth-local=scram-sha-256', '--auth-host=reject', `--pwfile=${passwordFile}`,
    ])
    const child = spawn(command, args, { cwd: unfinished, env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString('utf8')).slice(-2_000)
    })
    child.on('error', (error) => {
      said += error.message
    })
    if (!(await exited(child, initMsMax))) child.kill('SIGKILL')
    if (child.exitCode !== 0) throw new Fault('misconfigured', `initdb did not make ${dataDirectory}: ${said.trim()}`)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
  try {
    renameSync(unfinished, dataDirectory)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new Fault('misconfigured', `${dataDirectory} is not empty and no PostgreSQL data directory: move it away`, error)
  }
}

/** A directory that another account made would fail later and less clearly. */
const checkOwner = (directory: string, runAs: OsAccount | null): void => {
  const wanted = runAs?.uid ?? process.getuid?.()
  const found = existsSync(directory) ? statSync(directory).uid : wanted
  if (found !== wanted) {
    throw new Fault('misconfigured', `${directory} belongs to uid ${found}, PostgreSQL would run as uid ${wanted}: start as before, or chown it`)
  }
}

/** The eighth line of the lock file says `ready` once sessions are welcome, crash recovery included. */
const isReady = (dataDirectory: string, pid: number): boolean => {
  try {
    const lines = readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n')
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

const lastWords = (logFile: string): string => readFileSync(logFile, 'utf8').slice(-1_500).trim().split('\n').slice(-6).join(' | ')

const launch = (options: EmbeddedOptions, programs: PostgresPrograms): ChildProcess => {
  const { dataDirectory, socketDirectory, logFile, runAs } = options
  const settings = { ...serverSettings(Number(programs.major)), ...options.settings, unix_socket_directories: socketDirectory }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command, args] = asAccount(runAs, programs.postgres, ['-D', dataDirectory, ...flags])
  if (existsSync(logFile) && statSync(logFile).size > logBytesMax) renameSync(logFile, `${logFile}.1`)
  const log = openSync(logFile, 'a', 0o600)
  try {
    // A session of its own: an interrupt at the terminal is for the supervisor, who stops the database last.
    return spawn(command, args, { cwd: dirname(dataDirectory), env: environment, detached: true, stdio: ['ignore', log, log] })
  } finally {
    closeSync(log)
  }
}

/** The databases every server has are for its superuser: cells don't meet there. */
const closeCommonDatabases = async (adminUrl: Secret<string>): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl.declassify(), connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('revoke all on database postgres, template1 from public')
  } finally {
    await client.end()
  }
}

export const startEmbedded = async (options: EmbeddedOptions): Promise<EmbeddedPostgres> => {
  const { dataDirectory, socketDirectory, logFile, runAs } = options
  if (Buffer.byteLength(socketDirectory) > socketPathBytesMax) throw new Fault('misconfigured', `${socketDirectory} is too long a path for sockets`)
  if (runAs === null && process.getuid?.() === 0) throw new Fault('misconfigured', 'PostgreSQL does not run as root: name an account')
  const programs = options.programs ?? embeddedPrograms()
  checkOwner(dataDirectory, runAs)
  ownDirectory(socketDirectory, 0o755, runAs)
  let leftover: Leftover = 'nothing'
  if (existsSync(join(dataDirectory, 'PG_VERSION'))) {
    const major = readFileSync(join(dataDirectory, 'PG_VERSION'), 'utf8').trim()
    if (major !== programs.major) throw new Fault('misconfigured', `${dataDirectory} was made by PostgreSQL ${major}, the programs are ${programs.major}`)
    leftover = await clearLeftover(dataDirectory, socketDirectory)
  } else await initialise(options, programs)

  const child = launch(options, programs)
  let stopping = false
  let ready = false
  let failure: Error | undefined
  child.on('error', (error) => {
    failure = error
  })
  child.on('exit', (code, signal) => {
    if (ready && !stopping) options.onExit(code, signal)
  })
  const pid = child.pid
  for (let waited = 0; !ready; waited += pollMs) {
    await sleep(pollMs)
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null || waited > startMsMax) {
      child.kill('SIGKILL')
      throw new Fault('misconfigured', `PostgreSQL did not start: ${failure?.message ?? lastWords(logFile)}`)
    }
    ready = isReady(dataDirectory, pid)
  }
  const adminUrl = secret(embeddedUrl(socketDirectory, 'postgres', options.superuserPassword.declassify(), 'postgres'))
  await closeCommonDatabases(adminUrl)
  return {
    pid: pid ?? 0,
    leftover,
    adminUrl,
    async stop() {
      stopping = true
      child.kill('SIGINT')
      if (await exited(child, stopMsMax)) return
      child.kill('SIGQUIT')
      if (!(await exited(child, stopMsMax))) child.kill('SIGKILL')
    },
  }
}

/** A URL for a Unix socket, as `pg` reads it. */
export const embeddedUrl = (socketDirectory: string, role: string, password: string, database: string): string =>
  `postgresql://${encodeURIComponent(role)}:${encodeURIComponent(password)}@/${encodeURIComponent(database)}?host=${encodeURIComponent(socketDirectory)}`
