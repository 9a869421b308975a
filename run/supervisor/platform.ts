/**
 * A platform, running: lock, safe, accounts, database, `watch`, cells, in this order, and back in the other. Nothing is
 * left half started: what fails takes down what was begun.
 */
import { readFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'
import type { ProcessName } from '@bulkhead/door/contracts/start.ts'
import type { CellConfig, PlatformConfig } from '../config/config.ts'
import { platformAccounts, type PlatformAccounts } from './accounts.ts'
import { bindListener, bindSocket, type BoundSocket } from './bound-socket.ts'
import { prepareCell, type CellGround } from './cell-ground.ts'
import { startCell, type CellContext, type RunningCell } from './cell.ts'
import { lendCode, warmCode } from './code-cache.ts'
import { keepDatabase, type KeptDatabase } from './database.ts'
import { readDomains, routesFor, writeDomains } from './domains.ts'
import { ensureDirectory, openWay } from './ground.ts'
import type { KeptProcess } from './keeper.ts'
import { findIsolation, openFilesLimit } from './launch.ts'
import { takeLock } from './lock.ts'
import { codeRoot, logDirectory, postgresDirectory, type PlatformPaths } from './paths.ts'
import { platformSecrets } from './safe.ts'
import { listenersOf } from './starts.ts'
import { authorityFile, httpsMaterial, tlsMaterial } from './tls-material.ts'
import { keepWatch } from './watch-process.ts'

export interface PlatformOptions {
  readonly paths: PlatformPaths
  readonly config: PlatformConfig
  /** `up`, or the name of the command that needs a part. */
  readonly purpose: string
  /** Cells and processes to start; without it everything. */
  readonly only?: { readonly cells: readonly string[]; readonly processes: readonly ProcessName[] }
  readonly program?: string
  /** One line for the operator. */
  say(line: string): void
}

export interface Platform {
  readonly paths: PlatformPaths
  config(): PlatformConfig
  cells(): readonly RunningCell[]
  watch(): KeptProcess
  database(): KeptDatabase | undefined
  /** Asks every desk for its domains and tells every courier the routes. */
  reroute(): Promise<void>
  /** Takes on a changed configuration as far as that goes while running. */
  reload(config: PlatformConfig): Promise<{ readonly started: readonly string[]; readonly needsRestart: readonly string[] }>
  stop(): Promise<void>
}

const stopMsMax = 8_000
const lockWaitMs = 30_000
const stopOrders = [0, 1, 2, 3]
const processProgram = join(codeRoot, 'run/process.ts')
const everything: readonly ProcessName[] = ['vault', 'warden', 'intake', 'mailroom', 'courier', 'desk', 'gate', 'scout', 'reader', 'watch']

const bindCell = async (cell: CellConfig): Promise<readonly BoundSocket[]> => {
  const bound: BoundSocket[] = []
  try {
    for (const listener of listenersOf(cell, false)) bound.push(await bindListener(listener))
    return bound
  } catch (error) {
    for (const socket of bound) socket[Symbol.dispose]()
    throw error
  }
}

/** Directories that everything else stands on. */
const prepareGround = async (paths: PlatformPaths, say: (line: string) => void): Promise<PlatformAccounts | null> => {
  const accounts = paths.root ? await platformAccounts() : null
  const passable = paths.root ? { uid: 0, gid: 0, mode: 0o711 } : null
  ensureDirectory(logDirectory(paths), paths.root ? { uid: 0, gid: 0, mode: 0o700 } : null)
  if (paths.root) ensureDirectory('/run/bulkhead', passable)
  rmSync(paths.runtime, { recursive: true, force: true })
  ensureDirectory(paths.runtime, passable)
  if (accounts === null) return null
  const opened = [codeRoot, paths.data].flatMap((place) => openWay(place, accounts.searchGid))
  if (opened.length > 0) say(`the group "bulkhead" may now search (not read) ${opened.join(', ')}, so that processes without root's rights reach code and data`)
  return accounts
}

interface Parts {
  readonly options: PlatformOptions
  readonly accounts: PlatformAccounts | null
  config: PlatformConfig
  database?: KeptDatabase
  metricsSocket: BoundSocket | null
  watch?: KeptProcess
  readonly grounds: Map<string, CellGround>
  readonly cells: Map<string, RunningCell>
  readonly lock: Disposable
}

const scopeOf = (parts: Parts): readonly ProcessName[] => parts.options.only?.processes ?? everything

const wantedCells = (parts: Parts): readonly CellConfig[] =>
  parts.config.cells.filter(({ id }) => parts.options.only === undefined || parts.options.only.cells.includes(id))

const contextOf = (parts: Parts, cell: CellConfig, isolation: CellContext['isolation'], openFilesMax: number): CellContext => {
  const { options } = parts
  const adminUrl = cell.database ?? parts.database?.adminUrl
  if (adminUrl === undefined) throw new Fault('misconfigured', `the cell ${cell.id} has no database`)
  const ca = authorityFile(options.paths)
  return {
    paths: options.paths, platform: parts.config, isolation, openFilesMax,
    program: options.program ?? processProgram, adminUrl, trustedCa: existsSync(ca) ? readFileSync(ca, 'utf8') : null,
    scope: scopeOf(parts), onTrouble: options.say,
  }
}

const prepareCells = async (parts: Parts, cells: readonly CellConfig[]): Promise<void> => {
  for (const cell of cells) parts.grounds.set(cell.id, await prepareCell(parts.options.paths, cell, parts.accounts))
}

const ensureDatabase = async (parts: Parts, cells: readonly CellConfig[]): Promise<void> => {
  if (parts.database !== undefined || cells.every(({ database }) => database !== null)) return
  const { paths, say } = parts.options
  const secrets = platformSecrets(paths, postgresDirectory(paths))
  parts.database = await keepDatabase(paths, parts.accounts?.postgres ?? null, secrets.postgres, say)
}

const accountsOf = (parts: Parts): readonly number[] => [
  ...(parts.accounts === null ? [] : [parts.accounts.watch.uid]),
  ...[...parts.grounds.values()].flatMap(({ accounts }) => [...(accounts?.processes.values() ?? [])].map(({ uid }) => uid)),
]

type Prepared = readonly [CellConfig, readonly BoundSocket[]]

/** Ports and certificates: a mistake there is found before anything runs. */
const prepareOutside = async (parts: Parts, cells: readonly CellConfig[]): Promise<readonly Prepared[]> => {
  const outside = scopeOf(parts).includes('gate')
  const prepared: Prepared[] = []
  try {
    for (const cell of cells) {
      tlsMaterial(parts.options.paths, cell)
      httpsMaterial(cell)
      prepared.push([cell, outside ? await bindCell(cell) : []])
    }
    return prepared
  } catch (error) {
    for (const [, sockets] of prepared) for (const socket of sockets) socket[Symbol.dispose]()
    throw error
  }
}

/** All of them, or the first reason why not; never while some are still on their way. */
const allOf = async (works: readonly Promise<void>[]): Promise<void> => {
  for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') throw result.reason
}

const startCells = async (parts: Parts, prepared: readonly Prepared[]): Promise<void> => {
  const isolation = findIsolation(parts.options.paths.root)
  const openFilesMax = openFilesLimit()
  await allOf(prepared.map(async ([cell, sockets]) => {
    const ground = parts.grounds.get(cell.id)
    if (ground !== undefined) parts.cells.set(cell.id, await startCell(contextOf(parts, cell, isolation, openFilesMax), cell, ground, sockets))
  }))
}

const gatherDomains = async (parts: Parts): Promise<void> => {
  const told = await Promise.all([...parts.cells.values()].map(async (cell) => [cell.config.id, await cell.domains()] as const))
  writeDomains(parts.options.paths.data, { ...readDomains(parts.options.paths.data), ...Object.fromEntries(told) })
}

const routesOf = (parts: Parts, cell: RunningCell) => routesFor(cell.config, parts.config, readDomains(parts.options.paths.data))

const openCells = async (parts: Parts, cells: readonly RunningCell[]): Promise<void> => {
  await Promise.all([gatherDomains(parts), ...cells.map((cell) => cell.dress())])
  await Promise.all(cells.map((cell) => cell.open(routesOf(parts, cell))))
}

const stopParts = async (parts: Parts): Promise<void> => {
  const deadlineMs = Date.now() + stopMsMax
  for (const order of stopOrders) await Promise.all([...parts.cells.values()].map((cell) => cell.stop(order, deadlineMs)))
  for (const cell of parts.cells.values()) cell.close()
  await parts.watch?.stop(deadlineMs)
  parts.metricsSocket?.[Symbol.dispose]()
  await parts.database?.stop()
  rmSync(parts.options.paths.runtime, { recursive: true, force: true })
  parts.lock[Symbol.dispose]()
}

/** What can't change while a cell runs, so that nobody believes it did. */
const changedCells = (before: PlatformConfig, after: PlatformConfig): readonly string[] =>
  before.cells
    .filter((cell) => {
      const now = after.cells.find(({ id }) => id === cell.id)
      const plain = (one: CellConfig | undefined): string => JSON.stringify({ ...one, line: 0, reception: null, database: one?.database?.declassify() })
      return plain(now) !== plain(cell)
    })
    .map(({ id }) => id)

const beginWatch = (parts: Parts): KeptProcess => {
  const { paths, program, say } = parts.options
  return keepWatch({
    paths, accounts: parts.accounts, isolation: findIsolation(paths.root), openFilesMax: openFilesLimit(), program: program ?? processProgram,
    metricsSocket: parts.metricsSocket, config: () => parts.config, cells: () => parts.config.cells.filter(({ id }) => parts.grounds.has(id)), onTrouble: say,
  })
}

const begin = async (parts: Parts): Promise<void> => {
  const { options, config } = parts
  if (options.only === undefined && config.metrics.port !== 0) parts.metricsSocket = await bindSocket(config.metrics.address, config.metrics.port)
  const cells = wantedCells(parts)
  await prepareCells(parts, cells)
  const prepared = await prepareOutside(parts, cells)
  await allOf([warmCode(options.paths), ensureDatabase(parts, cells)])
  lendCode(options.paths, accountsOf(parts))
  parts.watch = beginWatch(parts)
  await allOf([parts.watch.ready, startCells(parts, prepared)])
  if (scopeOf(parts).includes('desk')) await openCells(parts, [...parts.cells.values()])
}

export const startPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const lock = await takeLock(options.paths.data, options.purpose, lockWaitMs)
  const parts: Parts = {
    options, lock, config: options.config, metricsSocket: null, grounds: new Map(), cells: new Map(),
    accounts: await prepareGround(options.paths, options.say).catch((error: unknown) => {
      lock[Symbol.dispose]()
      throw error
    }),
  }
  try {
    await begin(parts)
  } catch (error) {
    await stopParts(parts)
    throw error
  }
  const reroute = async (): Promise<void> => {
    await Promise.all([gatherDomains(parts), ...[...parts.cells.values()].map((cell) => cell.dress())])
    for (const cell of parts.cells.values()) cell.reroute(routesOf(parts, cell))
  }
  return {
    paths: options.paths,
    config: () => parts.config,
    cells: () => [...parts.cells.values()],
    watch: () => {
      if (parts.watch === undefined) throw new Fault('misconfigured', 'watch does not run')
      return parts.watch
    },
    database: () => parts.database,
    reroute,
    async reload(config) {
      const before = parts.config
      parts.config = config
      const fresh = config.cells.filter(({ id }) => !parts.cells.has(id))
      if (fresh.length > 0) {
        await prepareCells(parts, fresh)
        const prepared = await prepareOutside(parts, fresh)
        await ensureDatabase(parts, fresh)
        lendCode(options.paths, accountsOf(parts))
        await startCells(parts, prepared)
        // It takes its doors at its start; the others hold what they have to tell meanwhile.
        await parts.watch?.restart()
        await openCells(parts, fresh.flatMap(({ id }) => parts.cells.get(id) ?? []))
      }
      for (const cell of config.cells) parts.cells.get(cell.id)?.change(cell)
      await reroute()
      return { started: fresh.map(({ id }) => id), needsRestart: changedCells(before, config) }
    },
    stop: () => stopParts(parts),
  }
}
