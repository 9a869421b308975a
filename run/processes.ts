/**
 * The process table: the truth about what runs, who may knock at whose door, and what each process may touch. The
 * supervisor starts by it; ARCHITECTURE's table and the systemd units are made from it.
 */
import type { ProcessName } from '@bulkhead/door/contracts/start.ts'

export type DoorCaller = ProcessName | 'cli'
export type DatabasePurpose = 'directory' | 'mail' | 'queue'
/** `keys`: the vault's key table and sealed root. `blobs`: large sealed messages. `ledger`: what `watch` keeps. */
export type FilePlace = 'keys' | 'blobs' | 'ledger'

export interface ProcessRow {
  readonly name: ProcessName
  readonly does: string
  readonly per: 'cell' | 'platform'
  /** The setting of a cell that says how many of them it has; else one. */
  readonly count?: 'mailrooms' | 'intakes'
  /** Whom it serves, by a Unix socket each. */
  readonly serves: readonly DoorCaller[]
  readonly databases: readonly DatabasePurpose[]
  readonly files: readonly FilePlace[]
  /** Takes connections from outside, on sockets that the supervisor bound. */
  readonly listens: boolean
  readonly egress: 'none' | 'internet'
  /** Native code from npm; the password hasher alone. */
  readonly addons: boolean
  readonly heapMb: number
  readonly openFiles: number
  /** Started in ascending order; those of one number together. */
  readonly startOrder: number
  readonly stopOrder: number
}

export const processTable: readonly ProcessRow[] = [
  {
    name: 'watch', does: 'keeps the ledger of what was granted; serves metrics', per: 'platform',
    serves: ['vault', 'warden', 'intake', 'mailroom', 'courier', 'desk', 'gate', 'scout', 'reader'],
    databases: [], files: ['ledger'], listens: true, egress: 'none', addons: false,
    heapMb: 192, openFiles: 4096, startOrder: 0, stopOrder: 4,
  },
  {
    name: 'vault', does: 'keeps keys; has no verb that lists or exports', per: 'cell',
    serves: ['warden', 'intake', 'mailroom', 'desk'],
    databases: [], files: ['keys'], listens: false, egress: 'none', addons: false,
    heapMb: 128, openFiles: 1024, startOrder: 0, stopOrder: 3,
  },
  {
    name: 'scout', does: 'asks the outside for the others: DNS, images of mail; carries bytes to scanners named by TCP', per: 'cell',
    serves: ['intake', 'courier', 'desk', 'mailroom'],
    databases: [], files: [], listens: false, egress: 'internet', addons: false,
    heapMb: 256, openFiles: 8192, startOrder: 1, stopOrder: 3,
  },
  {
    name: 'reader', does: 'makes large texts of strangers ready to be shown: charsets, HTML', per: 'cell',
    serves: ['mailroom'],
    databases: [], files: [], listens: false, egress: 'none', addons: false,
    heapMb: 512, openFiles: 1024, startOrder: 1, stopOrder: 3,
  },
  {
    name: 'mailroom', does: 'everything after log-in: IMAP, POP3, ManageSieve, submission, JMAP', per: 'cell', count: 'mailrooms',
    serves: ['gate', 'intake', 'mailroom', 'desk'],
    databases: ['directory', 'mail', 'queue'], files: ['blobs'], listens: false, egress: 'none', addons: false,
    heapMb: 1536, openFiles: 65_536, startOrder: 1, stopOrder: 1,
  },
  {
    name: 'warden', does: 'answers who you are; hashes passwords, seals keys to a mailroom', per: 'cell',
    serves: ['gate', 'desk'],
    databases: ['directory'], files: [], listens: false, egress: 'none', addons: true,
    heapMb: 192, openFiles: 4096, startOrder: 2, stopOrder: 2,
  },
  {
    name: 'intake', does: 'takes in what arrives: resolves, judges, runs rules, seals, appends', per: 'cell', count: 'intakes',
    serves: ['gate', 'courier', 'desk'],
    databases: ['directory', 'mail', 'queue'], files: ['blobs'], listens: false, egress: 'none', addons: false,
    heapMb: 768, openFiles: 16_384, startOrder: 2, stopOrder: 2,
  },
  {
    name: 'desk', does: 'what an ISP does with brands, domains, accounts', per: 'cell',
    serves: ['cli'],
    databases: ['directory', 'mail', 'queue'], files: ['blobs'], listens: false, egress: 'none', addons: false,
    heapMb: 256, openFiles: 4096, startOrder: 2, stopOrder: 1,
  },
  {
    name: 'courier', does: 'everything that leaves: queue, retries, bounces', per: 'cell',
    serves: [],
    databases: ['queue'], files: [], listens: false, egress: 'internet', addons: false,
    heapMb: 384, openFiles: 8192, startOrder: 3, stopOrder: 1,
  },
  {
    name: 'gate', does: 'everything before log-in: TLS, SMTP, first commands, web pages; then pipes bytes', per: 'cell',
    serves: [],
    databases: [], files: [], listens: true, egress: 'none', addons: false,
    heapMb: 768, openFiles: 65_536, startOrder: 3, stopOrder: 0,
  },
]

export const rowOf = (name: ProcessName): ProcessRow => {
  const row = processTable.find((candidate) => candidate.name === name)
  if (row === undefined) throw new Error(`no process ${name}`)
  return row
}

/** Whose doors a process may knock at; `watch` hears everybody. */
export const knocksOf = (caller: DoorCaller): readonly ProcessName[] =>
  processTable.filter(({ serves }) => serves.includes(caller)).map(({ name }) => name)

export const cellProcesses: readonly ProcessRow[] = processTable.filter(({ per }) => per === 'cell')

/** How many of each a cell has. */
export type Counts = Readonly<Record<NonNullable<ProcessRow['count']>, number>>

/** The processes of one row in a cell, by name: `mailroom`, `mailroom-2`, … */
export const instancesOf = ({ name, count }: ProcessRow, counts: Counts): readonly string[] =>
  Array.from({ length: count === undefined ? 1 : counts[count] }, (_, at) => (at === 0 ? name : `${name}-${at + 1}`))
