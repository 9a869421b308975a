/**
 * The command that starts one process with the least rights this machine allows: an account of its own, no new
 * privileges, no capabilities, an empty network namespace, limits, and Node's own permission flags.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessRow } from '../processes.ts'
import type { ProcessAccount } from './accounts.ts'
import { codeFlags } from './code-cache.ts'
import { codeRoot } from './paths.ts'

/** How a process is kept off the network: by root's right to unshare, by a user namespace, or not at all. */
export type Isolation = 'root' | 'user' | 'none'

export interface LaunchPlan {
  readonly row: ProcessRow
  readonly program: string
  /** Null: as ourselves. */
  readonly account: ProcessAccount | null
  readonly isolation: Isolation
  readonly openFilesMax: number
  /** Reads and writes: its own files and the directories of the doors it serves. */
  readonly writes: readonly string[]
  /** Compiled code, which Node only uses where it believes it may write there; the files' owner decides otherwise. */
  readonly codeCache: string
  /** File descriptors it inherits, from 4 on. */
  readonly sockets: readonly number[]
}

/** What every process may read: code, by name, so that data below the checkout is not among it. */
const codeFolders = [
  'base', 'door', 'wire', 'mail', 'seal', 'store', 'flow', 'front', 'vault', 'warden', 'watch', 'desk', 'run', 'test', 'web/dist', 'node_modules',
  'package.json',
]

const nodeFlags = (plan: LaunchPlan): readonly string[] => [
  '--permission',
  '--allow-net',
  ...(plan.row.addons ? ['--allow-addons'] : []),
  ...codeFolders.map((name) => `--allow-fs-read=${join(codeRoot, name)}`),
  ...[...plan.writes, plan.codeCache].flatMap((place) => [`--allow-fs-read=${place}`, `--allow-fs-write=${place}`]),
  `--max-old-space-size=${plan.row.heapMb}`,
  '--expose-gc',
  '--disable-proto=delete',
  ...codeFlags,
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=PERM0001',
]

const rights = (account: ProcessAccount): readonly string[] => [
  'setpriv',
  `--reuid=${account.uid}`,
  `--regid=${account.gid}`,
  account.groups.length === 0 ? '--clear-groups' : `--groups=${account.groups.join(',')}`,
  '--no-new-privs',
  '--bounding-set=-all',
  '--inh-caps=-all',
]

/** Pure: the words of the command, in the order in which rights are given up. */
export const launchCommand = (plan: LaunchPlan): readonly string[] => {
  const files = Math.min(plan.row.openFiles, plan.openFilesMax)
  const isolated = plan.row.egress === 'none' ? plan.isolation : 'none'
  return [
    'prlimit', `--nofile=${files}:${files}`, '--core=0:0', '--',
    ...(isolated === 'root' ? ['unshare', '--net', '--'] : []),
    ...(isolated === 'user' ? ['unshare', '--user', '--map-current-user', '--net', '--'] : []),
    ...(plan.account === null ? ['setpriv', '--no-new-privs'] : rights(plan.account)), '--',
    process.execPath, ...nodeFlags(plan), plan.program,
  ]
}

const firstInherited = 4
export const inheritedFd = (at: number): number => firstInherited + at

export const launch = (plan: LaunchPlan): ChildProcess => {
  const [command = '', ...args] = launchCommand(plan)
  return spawn(command, args, {
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', TZ: 'UTC', NODE_ENV: 'production', NODE_COMPILE_CACHE: plan.codeCache },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', ...plan.sockets],
    serialization: 'json',
    // A session of its own: an interrupt at the terminal is for the supervisor, who stops the processes in order.
    detached: true,
  })
}

const works = (command: string, args: readonly string[]): boolean => spawnSync(command, args, { stdio: 'ignore', timeout: 10_000 }).status === 0

/** What this machine lets us do about the network. */
export const findIsolation = (root: boolean): Isolation => {
  if (root && works('unshare', ['--net', '--', 'true'])) return 'root'
  if (!root && works('unshare', ['--user', '--map-current-user', '--net', '--', 'true'])) return 'user'
  return 'none'
}

/** As many as root may give itself. */
const raisedOpenFiles = 65_536

export const openFilesLimit = (): number => {
  const line = readFileSync('/proc/self/limits', 'utf8').split('\n').find((candidate) => candidate.startsWith('Max open files'))
  const hard = Number(line?.slice(26).trim().split(/\s+/)[1])
  const limit = Number.isInteger(hard) && hard > 0 ? hard : raisedOpenFiles
  if (limit >= raisedOpenFiles) return limit
  return works('prlimit', [`--nofile=${raisedOpenFiles}:${raisedOpenFiles}`, 'true']) ? raisedOpenFiles : limit
}
