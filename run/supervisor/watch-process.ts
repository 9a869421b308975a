/** The one process that is not a cell's: `watch`. It serves a door for every process of every cell. */
import { join } from 'node:path'
import { cellProcesses, instancesOf, rowOf } from '../processes.ts'
import type { PlatformConfig } from '../config/config.ts'
import type { PlatformAccounts } from './accounts.ts'
import type { BoundSocket } from './bound-socket.ts'
import type { CellShape } from './cell-ground.ts'
import { codeCacheDirectory } from './code-cache.ts'
import { ensureDirectory } from './ground.ts'
import { keep, type KeptProcess } from './keeper.ts'
import { inheritedFd, launch, type Isolation } from './launch.ts'
import { openLogFile } from './log-file.ts'
import { doorPath, logDirectory, type PlatformPaths } from './paths.ts'

export interface WatchOptions {
  readonly paths: PlatformPaths
  readonly accounts: PlatformAccounts | null
  readonly isolation: Isolation
  readonly openFilesMax: number
  readonly program: string
  /** Null where nobody is to fetch metrics. */
  readonly metricsSocket: BoundSocket | null
  config(): PlatformConfig
  /** Those whose doors are there. */
  cells(): readonly CellShape[]
  onTrouble(what: string): void
}

export const ledgerDirectory = (paths: PlatformPaths): string => join(paths.data, 'ledger')

/** Every door of `watch`: `cell/process` to its path; each mailroom has one of its own. */
export const watchDoors = (paths: PlatformPaths, cells: readonly CellShape[]): Readonly<Record<string, string>> =>
  Object.fromEntries(cells.flatMap(({ id, ...counts }) =>
    cellProcesses.flatMap((row) => instancesOf(row, counts).map((name) => [`${id}/${name}`, doorPath(paths, 'watch', id, name)]))))

export const keepWatch = (options: WatchOptions): KeptProcess => {
  const { paths, accounts, metricsSocket } = options
  const row = rowOf('watch')
  const account = accounts?.watch ?? null
  ensureDirectory(ledgerDirectory(paths), account === null ? null : { uid: account.uid, gid: account.gid, mode: 0o750 })
  const log = openLogFile(join(logDirectory(paths), 'watch.ndjson'))
  return keep({
    name: 'watch',
    launch: () => launch({
      row, account, program: options.program, isolation: options.isolation, openFilesMax: options.openFilesMax,
      codeCache: codeCacheDirectory(paths),
      writes: [ledgerDirectory(paths), join(paths.runtime, 'watch')],
      sockets: metricsSocket === null ? [] : [metricsSocket.fd],
    }),
    start: () => ({
      process: 'watch', cell: 'platform', knocks: {}, pseudonymKey: '', tracePublicKey: '', logLevel: options.config().logLevel,
      serves: watchDoors(paths, options.cells()),
      ledger: ledgerDirectory(paths),
      metrics: { address: options.config().metrics.address, port: metricsSocket?.port ?? 0, ...(metricsSocket === null ? {} : { fd: inheritedFd(0) }) },
    }),
    onReady: () => undefined,
    log: log.write,
    onTrouble: options.onTrouble,
  })
}
