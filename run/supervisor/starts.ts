/** What each process is told at its start: exactly what its row of the table allows, and no more. */
import type { ProcessName, Route, Start, StartCommon, MailroomFact, TlsMaterial } from '@bulkhead/door/contracts/start.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { CellConfig, PlatformConfig } from '../config/config.ts'
import { wellKnownPorts } from '../config/config.ts'
import { knocksOf, rowOf } from '../processes.ts'
import { inheritedFd } from './launch.ts'
import { doorPath, type PlatformPaths } from './paths.ts'
import type { CellSecrets } from './safe.ts'

export const mailroomName = 'mailroom'

/** OWASP's second choice for Argon2id (19 MiB, two passes); kept per row, so raising it later is safe. */
const argon2 = { m: 19_456, t: 2, p: 1 }
const budgets = { wrongPerAccountHour: 100, unwrapsPerSecond: 500, addressesPerHour: 2_000 }

type Databases = Readonly<Record<string, Readonly<Partial<Record<'directory' | 'mail' | 'queue', Secret<string>>>>>>

export interface CellFacts {
  readonly paths: PlatformPaths
  readonly platform: PlatformConfig
  readonly cell: CellConfig
  readonly secrets: CellSecrets
  readonly databases: Databases
  readonly places: { readonly keys: string; readonly blobs: string }
  readonly tls: TlsMaterial
  readonly trustedCa: string | null
  readonly hashesAtOnce: number
  /** The mailroom's key of this run; undefined until it is ready. */
  readonly mailroomKey: string | undefined
  readonly routes: readonly Route[]
}

const common = (facts: CellFacts, process: ProcessName): StartCommon => ({
  cell: facts.cell.id,
  serves: Object.fromEntries(rowOf(process).serves.map((caller) => [caller, doorPath(facts.paths, facts.cell.id, process, caller)])),
  knocks: Object.fromEntries(knocksOf(process).map((server) =>
    [server, server === 'watch' ? doorPath(facts.paths, 'watch', facts.cell.id, process) : doorPath(facts.paths, facts.cell.id, server, process)])),
  pseudonymKey: facts.secrets.pseudonymKey.declassify(),
  logLevel: facts.platform.logLevel,
})

/** The mailrooms a process is told of; its path is empty for the warden, which seals to them and never connects. */
export const mailroomFacts = (facts: CellFacts, forProcess: 'warden' | 'gate'): readonly MailroomFact[] =>
  facts.mailroomKey === undefined ? [] : [{
    name: mailroomName,
    publicKey: facts.mailroomKey,
    path: forProcess === 'gate' ? doorPath(facts.paths, facts.cell.id, 'mailroom', 'gate') : '',
  }]

export const listenersOf = (cell: CellConfig, inherited: boolean) =>
  wellKnownPorts.map(({ protocol, port, implicitTls }, at) => ({
    protocol, implicitTls, address: cell.address, port: cell.portBase + port, ...(inherited ? { fd: inheritedFd(at) } : {}),
  }))

export const startOf = (facts: CellFacts, process: Exclude<ProcessName, 'watch'>): Start => {
  const { cell, secrets, platform } = facts
  const shared = common(facts, process)
  const url = (kind: 'directory' | 'mail' | 'queue'): string => facts.databases[process]?.[kind]?.declassify() ?? ''
  const mail = {
    directoryUrl: url('directory'), mailUrl: url('mail'), queueUrl: url('queue'), blobs: facts.places.blobs,
    hostName: cell.hostName, limits: cell.limits, sessions: cell.sessions, queuePublicKey: secrets.queuePublicKey,
  }
  switch (process) {
    case 'vault':
      return { ...shared, process, ...vaultFiles(facts.places.keys), unsealSecret: secrets.unsealSecret.declassify(), budgets }
    case 'warden':
      return {
        ...shared, process, directoryUrl: url('directory'), escrowPublicKey: cell.escrow, argon2, hashesAtOnce: facts.hashesAtOnce,
        mailrooms: mailroomFacts(facts, 'warden'),
      }
    case 'intake':
      return { ...shared, process, ...mail }
    case 'mailroom':
      return { ...shared, process, ...mail }
    case 'courier':
      return {
        ...shared, process, queueUrl: url('queue'), hostName: cell.hostName, routes: facts.routes, queuePrivateKey: secrets.queuePrivateKey.declassify(),
        retry: cell.retry, trustedCa: facts.trustedCa, localOnly: platform.demo,
      }
    case 'desk':
      return { ...shared, process, directoryUrl: url('directory'), mailUrl: url('mail'), queueUrl: url('queue'), blobs: facts.places.blobs }
    case 'gate':
      return {
        ...shared, process, hostName: cell.hostName, listeners: listenersOf(cell, true), tls: facts.tls, plainLoginOnLoopback: platform.demo,
        proxyFrom: cell.proxyFrom, limits: cell.limits, sessions: cell.sessions, mailrooms: mailroomFacts(facts, 'gate'),
      }
  }
}

const vaultFiles = (keys: string) => ({ keyTable: `${keys}/keys.sqlite`, rootFile: rootFile(keys) })
export const rootFile = (keys: string): string => `${keys}/root.sealed`
