/** A cell's place on the machine: accounts, directories, doors, secrets. Everything idempotent. */
import { join } from 'node:path'
import { cellProcesses, instancesOf, type Counts, type FilePlace, type ProcessRow } from '../processes.ts'
import { cellAccounts, type CellAccounts, type PlatformAccounts, type ProcessAccount } from './accounts.ts'
import { ensureDirectory } from './ground.ts'
import { cellDirectory, cellNumber, doorPath, type PlatformPaths } from './paths.ts'
import { cellSecrets, type CellSecrets } from './safe.ts'
import { rootFile } from './starts.ts'

export interface CellGround {
  /** Null without root. */
  readonly accounts: CellAccounts | null
  readonly places: Readonly<Record<Exclude<FilePlace, 'ledger'>, string>>
  readonly secrets: CellSecrets
}

const accountOf = (accounts: CellAccounts | null, process: string): ProcessAccount | null => accounts?.processes.get(process) ?? null

/** A door's directory: its server may do everything, its one caller may pass through, nobody else anything. */
const ensureDoor = (path: string, server: ProcessAccount | null, callerGid: number): void =>
  ensureDirectory(join(path, '..'), server === null ? null : { uid: server.uid, gid: callerGid, mode: 0o710 })

const rootGid = 0

const ensureDoors = (paths: PlatformPaths, { id: cell, ...counts }: CellShape, accounts: CellAccounts | null, watch: ProcessAccount | null): void => {
  const passable = paths.root ? { uid: 0, gid: 0, mode: 0o711 } : null
  ensureDirectory(join(paths.runtime, cell), passable)
  ensureDirectory(join(paths.runtime, 'watch'), passable)
  const gidOf = (caller: string): number => accountOf(accounts, caller)?.gid ?? rootGid
  for (const row of cellProcesses) {
    for (const name of instancesOf(row, counts)) {
      for (const caller of row.serves) ensureDoor(doorPath(paths, cell, name, caller), accountOf(accounts, name), gidOf(caller))
      ensureDoor(doorPath(paths, 'watch', cell, name), watch, gidOf(name))
    }
  }
}

export type CellShape = Counts & { readonly id: string }

export const prepareCell = async (paths: PlatformPaths, shape: CellShape, platform: PlatformAccounts | null): Promise<CellGround> => {
  const { id: cell } = shape
  const accounts = platform === null ? null : await cellAccounts(cellNumber(paths.data, cell), platform.searchGid, shape)
  const home = cellDirectory(paths, cell)
  const places = { keys: join(home, 'keys'), blobs: join(home, 'blobs') }
  const passable = paths.root ? { uid: 0, gid: 0, mode: 0o711 } : null
  ensureDirectory(join(paths.data, 'cells'), passable)
  ensureDirectory(home, passable)
  const vault = accountOf(accounts, 'vault')
  ensureDirectory(places.keys, vault === null ? null : { uid: vault.uid, gid: vault.gid, mode: 0o700 })
  ensureDirectory(places.blobs, accounts === null ? null : { uid: 0, gid: accounts.blobsGid, mode: 0o2770 })
  ensureDoors(paths, shape, accounts, platform?.watch ?? null)
  return { accounts, places, secrets: cellSecrets(paths, cell, rootFile(places.keys)) }
}

/** What a process may read and write: its files and the directories of the doors it serves. */
export const writesOf = (paths: PlatformPaths, cell: string, row: ProcessRow, name: string, ground: CellGround): readonly string[] => {
  const files = row.files.flatMap((place) => (place === 'ledger' ? [] : [ground.places[place]]))
  return [...files, ...row.serves.map((caller) => join(doorPath(paths, cell, name, caller), '..'))]
}
