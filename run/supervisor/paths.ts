/** Where everything of a platform lies. Three places: data, the safe (secrets, never inside data), and the run-time directory. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { randomUUID } from 'node:crypto'
import { Fault } from '@bulkhead/base/fault.ts'
import { isUuid } from '@bulkhead/base/ids.ts'
import { writeDurably } from '../config/edit.ts'

export interface PlatformPaths {
  readonly id: string
  readonly root: boolean
  readonly data: string
  readonly config: string
  readonly safe: string
  readonly runtime: string
}

/** The checkout: code and node_modules. */
export const codeRoot = dirname(dirname(import.meta.dirname))

/** A Unix socket's path ends at 107 bytes; what follows the run-time directory takes up to 60. */
const runtimeBytesMax = 46

export const dataDirectory = (given: string | undefined, environment: NodeJS.ProcessEnv): string =>
  resolve(given ?? environment['BULKHEAD_DATA'] ?? join(codeRoot, 'data'))

interface Identity {
  readonly id: string
  /** Number of a cell, for the names of its OS accounts; never given out twice. */
  readonly cells: Readonly<Record<string, number>>
}

const identityFile = (data: string): string => join(data, 'platform.json')

const readIdentity = (data: string): Identity | undefined => {
  const file = identityFile(data)
  if (!existsSync(file)) return undefined
  const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<Identity>
  if (typeof value.id !== 'string' || !isUuid(value.id)) throw new Fault('misconfigured', `${file} does not name a platform; restore it from a backup`)
  return { id: value.id, cells: value.cells ?? {} }
}

const safeDirectory = (id: string, root: boolean, environment: NodeJS.ProcessEnv): string => {
  const given = environment['BULKHEAD_SAFE']
  if (given !== undefined && !isAbsolute(given)) throw new Fault('misconfigured', 'BULKHEAD_SAFE must be an absolute path')
  return join(given ?? (root ? '/etc/bulkhead' : join(homedir(), '.config/bulkhead')), id)
}

const runtimeDirectory = (id: string, root: boolean, environment: NodeJS.ProcessEnv): string => {
  const short = id.slice(0, 8)
  const own = environment['XDG_RUNTIME_DIR']
  if (root) return `/run/bulkhead/${short}`
  const name = `bulkhead-${process.getuid?.() ?? 0}-${short}`
  const path = join(own !== undefined && existsSync(own) ? own : tmpdir(), name)
  return Buffer.byteLength(path) <= runtimeBytesMax ? path : `/tmp/${name}`
}

/** The paths of the platform in `data`; undefined where there is none and none is to be made. */
export const findPlatform = (data: string, config: string | undefined, environment: NodeJS.ProcessEnv): PlatformPaths | undefined => {
  const identity = readIdentity(data)
  if (identity === undefined) return undefined
  const root = process.getuid?.() === 0
  return {
    id: identity.id,
    root,
    data,
    config: resolve(config ?? join(data, 'bulkhead.yaml')),
    safe: safeDirectory(identity.id, root, environment),
    runtime: runtimeDirectory(identity.id, root, environment),
  }
}

/** Makes the data directory a platform's, where it is not one yet. */
export const foundPlatform = (data: string): void => {
  if (readIdentity(data) !== undefined) return
  if (existsSync(data) && !statSync(data).isDirectory()) throw new Fault('misconfigured', `${data} is not a directory; name another with --data`)
  mkdirSync(data, { recursive: true, mode: 0o755 })
  writeDurably(identityFile(data), `${JSON.stringify({ id: randomUUID(), cells: {} }, null, 2)}\n`, 0o644)
}

/** The cell's number, given out at its first start. */
export const cellNumber = (data: string, cell: string): number => {
  const identity = readIdentity(data)
  if (identity === undefined) throw new Fault('misconfigured', `${data} holds no platform`)
  const known = identity.cells[cell]
  if (known !== undefined) return known
  const number = Math.max(0, ...Object.values(identity.cells)) + 1
  writeDurably(identityFile(data), `${JSON.stringify({ ...identity, cells: { ...identity.cells, [cell]: number } }, null, 2)}\n`, 0o644)
  return number
}

export const cellDirectory = (paths: PlatformPaths, cell: string): string => join(paths.data, 'cells', cell)
export const postgresDirectory = (paths: PlatformPaths): string => join(paths.data, 'postgres')
export const postgresSocket = (paths: PlatformPaths): string => join(paths.runtime, 'pg')
export const logDirectory = (paths: PlatformPaths): string => join(paths.data, 'log')
export const controlSocket = (paths: PlatformPaths): string => join(paths.runtime, 'control')
/** One directory for each door and caller: its permissions are the door's lock. */
export const doorPath = (paths: PlatformPaths, cell: string, server: string, caller: string): string =>
  join(paths.runtime, cell, `${server}-${caller}`, 's')

/** The scout's socket for the `at`-th scanner that is reached by TCP, beside its door to intake: who may search that may use this. */
export const relayPath = (paths: PlatformPaths, cell: string, at: number): string =>
  join(paths.runtime, cell, 'scout-intake', `r${at}`)

/** Creates an empty file for owner and nobody else, or leaves it. */
export const touch = (file: string, mode: number): void => closeSync(openSync(file, 'a', mode))
