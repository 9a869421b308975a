/**
 * Accounts of the operating system: one per process and cell when the platform is started as root, so that no process can
 * read another's files, memory or doors. Without root everything runs as the one account that started it.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '@bulkhead/base/fault.ts'
import { ensureOsAccount, type OsAccount } from '../postgres/os-account.ts'
import { cellProcesses, instancesOf, type Counts, type ProcessRow } from '../processes.ts'

export interface ProcessAccount extends OsAccount {
  /** Beside its own: the group that may search the way to the code, and the blobs' where the table says so. */
  readonly groups: readonly number[]
}

export interface CellAccounts {
  readonly processes: ReadonlyMap<string, ProcessAccount>
  readonly blobsGid: number
}

export interface PlatformAccounts {
  /** Everything of the platform may search directories of this group. */
  readonly searchGid: number
  readonly postgres: OsAccount
  readonly watch: ProcessAccount
}

const attemptsMax = 20
const waitMs = 250

const groupOf = (name: string): number | undefined => {
  const line = readFileSync('/etc/group', 'utf8').split('\n').find((candidate) => candidate.startsWith(`${name}:`))
  const gid = Number(line?.split(':')[2])
  return line !== undefined && Number.isInteger(gid) && gid > 0 ? gid : undefined
}

const ensureGroup = async (name: string): Promise<number> => {
  let said = ''
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const gid = groupOf(name)
    if (gid !== undefined) return gid
    const made = spawnSync('/usr/sbin/groupadd', ['--system', name], { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
    said = made.error?.message ?? made.stderr.trim()
    if (made.status !== 0) await sleep(waitMs)
  }
  throw new Fault('misconfigured', `can't add the group ${name} (${said.slice(0, 200)}); add it with: groupadd --system ${name}`)
}

export const platformAccounts = async (): Promise<PlatformAccounts> => {
  const searchGid = await ensureGroup('bulkhead')
  const postgres = await ensureOsAccount('bulkhead-pg')
  const watch = await ensureOsAccount('bulkhead-watch')
  // The group lets the server reach a data directory below one that only root may search.
  return { searchGid, postgres: { uid: postgres.uid, gid: searchGid }, watch: { ...watch, groups: [searchGid] } }
}

export const accountName = (cellNumber: number, process: string): string => `bh-${cellNumber}-${process}`

/** By the names of the processes. Those of one row that came later are in the group of the first: its callers' doors are theirs. */
export const cellAccounts = async (cellNumber: number, searchGid: number, counts: Counts): Promise<CellAccounts> => {
  const blobsGid = await ensureGroup(accountName(cellNumber, 'blobs'))
  const groupsOf = (row: ProcessRow): readonly number[] => [searchGid, ...(row.files.includes('blobs') ? [blobsGid] : [])]
  const processes = new Map<string, ProcessAccount>()
  for (const row of cellProcesses) {
    for (const name of instancesOf(row, counts)) {
      const first = processes.get(row.name)
      const groups = [...groupsOf(row), ...(first === undefined ? [] : [first.gid])]
      processes.set(name, { ...(await ensureOsAccount(accountName(cellNumber, name))), groups })
    }
  }
  return { processes, blobsGid }
}
