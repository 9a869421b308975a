/** What each process is told at its start: exactly what its row of the table allows, and no more. */
import { domainToASCII } from 'node:url'
import type {
  HostFacts, MailroomFact, PolicyFetching, ProcessName, RelayFact, Route, ScannerFact, Start, StartCommon, StsServing, TlsMaterial, WebServing,
} from '@bulkhead/door/contracts/start.ts'
import type { BrandLook } from '@bulkhead/door/contracts/brand.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import type { CellConfig, PlatformConfig } from '../config/config.ts'
import { portsOf } from '../config/config.ts'
import { serversOf } from '../config/dns.ts'
import { stsPolicyText } from '../config/mta-sts.ts'
import { instancesOf, knocksOf, rowOf } from '../processes.ts'
import { hostFacts } from './host-facts.ts'
import { inheritedFd } from './launch.ts'
import { tcpScanners } from '../config/scanners.ts'
import { doorPath, relayPath, type PlatformPaths } from './paths.ts'
import type { CellSecrets } from './safe.ts'

/** OWASP's second choice for Argon2id (19 MiB, two passes); kept per row, so raising it later is safe. */
const argon2 = { m: 19_456, t: 2, p: 1 }
const budgets = { wrongPerAccountHour: 100, unwrapsPerSecond: 500, addressesPerHour: 2_000, tracesPerHour: 20_000 }

const httpsPort = 443

/** At the cell's own name, which its gate always answers to. */
const jmapUrlOf = (cell: CellConfig): string | null => {
  if (!portsOf(cell).some(({ protocol }) => protocol === 'https')) return null
  const port = cell.portBase + httpsPort
  return `https://${cell.hostName}${port === httpsPort ? '' : `:${port}`}/jmap/session`
}

type Databases = Readonly<Record<string, Readonly<Partial<Record<'directory' | 'mail' | 'queue', Secret<string>>>>>>

export interface CellFacts {
  readonly paths: PlatformPaths
  readonly platform: PlatformConfig
  readonly cell: CellConfig
  readonly secrets: CellSecrets
  readonly databases: Databases
  readonly places: { readonly keys: string; readonly blobs: string }
  readonly tls: TlsMaterial
  readonly httpsTls: TlsMaterial | null
  readonly trustedCa: string | null
  readonly hashesAtOnce: number
  /** Mailrooms that are ready, by name, and their keys of this run. */
  readonly mailroomKeys: ReadonlyMap<string, string>
  /** Names of intakes that are ready. */
  readonly intakes: ReadonlySet<string>
  readonly routes: readonly Route[]
  /** Of its brands, as the desk last told. */
  readonly looks: readonly BrandLook[]
  /** Known from the vault's first start on. */
  readonly tracePublicKey: string
}

/** Nobody knocks at its own door. */
const knocksAt = ({ paths, cell }: CellFacts, process: ProcessName, own: string): StartCommon['knocks'] =>
  Object.fromEntries(knocksOf(process).flatMap((server) =>
    server === 'watch'
      ? [[server, doorPath(paths, 'watch', cell.id, own)]]
      : instancesOf(rowOf(server), cell).filter((name) => name !== own).map((name) => [name, doorPath(paths, cell.id, name, process)])))

const common = (facts: CellFacts, process: ProcessName, own: string): StartCommon => ({
  cell: facts.cell.id,
  serves: Object.fromEntries(rowOf(process).serves.map((caller) => [caller, doorPath(facts.paths, facts.cell.id, own, caller)])),
  knocks: knocksAt(facts, process, own),
  pseudonymKey: facts.secrets.pseudonymKey.declassify(),
  tracePublicKey: facts.tracePublicKey,
  logLevel: facts.platform.logLevel,
})

/** The mailrooms a process is told of; its path is empty for the warden, which seals to them and never connects. */
export const mailroomFacts = ({ mailroomKeys, paths, cell }: CellFacts, forProcess: 'warden' | 'gate'): readonly MailroomFact[] =>
  [...mailroomKeys].map(([name, publicKey]) => ({ name, publicKey, path: forProcess === 'gate' ? doorPath(paths, cell.id, name, 'gate') : '' }))

/** Where the gate finds the intakes that are ready. */
export const intakePaths = ({ intakes, paths, cell }: CellFacts): readonly string[] =>
  [...intakes].map((name) => doorPath(paths, cell.id, name, 'gate'))

export const listenersOf = (cell: CellConfig, inherited: boolean) =>
  portsOf(cell).map(({ protocol, port, implicitTls }, at) => ({
    protocol, implicitTls, address: cell.address, port: cell.portBase + port, ...(inherited ? { fd: inheritedFd(at) } : {}),
  }))

/** `own`: its name among those of its row. */
export const startOf = (facts: CellFacts, process: Exclude<ProcessName, 'watch'>, own: string): Start => {
  const { cell, secrets, platform } = facts
  const shared = common(facts, process, own)
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
      return {
        ...shared, process, ...mail, rulesPrivateKey: secrets.rulesPrivateKey.declassify(), reception: cell.reception,
        resolves: serversOf(cell.dns, platform.demo).length > 0, scanners: scannersOf(facts),
        reports: cell.reports, organization: cell.name, pushContact: cell.web.pushContact,
      }
    case 'mailroom':
      return {
        ...shared, process, ...mail, rulesPublicKey: secrets.rulesPublicKey, noticePublicKey: secrets.noticePublicKey, jmapUrl: jmapUrlOf(cell),
        web: { idleMs: cell.web.idleMs, lifetimeMs: cell.web.lifetimeMs },
      }
    case 'courier':
      return {
        ...shared, process, queueUrl: url('queue'), hostName: cell.hostName, routes: facts.routes, queuePrivateKey: secrets.queuePrivateKey.declassify(),
        retry: cell.retry, egress: cell.egress, trustedCa: facts.trustedCa, localOnly: platform.demo,
      }
    case 'desk':
      return {
        ...shared, process, directoryUrl: url('directory'), mailUrl: url('mail'), queueUrl: url('queue'), blobs: facts.places.blobs,
        host: hostOf(facts), noticePrivateKey: secrets.noticePrivateKey.declassify(),
      }
    case 'scout':
      return {
        ...shared, process, dns: { servers: serversOf(cell.dns, platform.demo), probe: cell.dns.probe }, relays: relaysOf(facts),
        policies: policiesOf(facts),
      }
    case 'reader':
      return { ...shared, process, messageBytesMax: cell.limits.messageBytesMax }
    case 'gate':
      return {
        ...shared, process, hostName: cell.hostName, listeners: listenersOf(cell, true), tls: facts.tls, plainLoginOnLoopback: platform.demo,
        proxyFrom: cell.proxyFrom, limits: cell.limits, sessions: cell.sessions, mailrooms: mailroomFacts(facts, 'gate'),
        intakes: intakePaths(facts), reception: cell.reception, sts: stsServing(facts), web: webServing(facts), httpsTls: facts.httpsTls,
      }
  }
}

/** For the domains that the routes show to be the cell's own. */
export const stsServing = ({ cell, routes }: CellFacts): StsServing =>
  ({ policy: stsPolicyText(cell.mtaSts, cell.hostName), domains: routes.flatMap(({ domain, host }) => (host === 'intake' ? [domainToASCII(domain)] : [])) })

/** Names and looks of the cell's webmail. */
export const webServing = ({ cell, looks }: CellFacts): WebServing => ({
  hosts: [...new Set([cell.hostName.toLowerCase(), ...cell.web.hosts, ...looks.flatMap(({ hosts }) => hosts)])],
  contentHost: cell.web.contentHost, onLoopback: cell.web.plain, organization: cell.name, looks,
})

/** In demonstration the only policies within reach are our own. */
const policiesOf = ({ cell, platform, trustedCa }: CellFacts): PolicyFetching => platform.demo
  ? { port: cell.portBase + httpsPort, authority: trustedCa, localOnly: true }
  : { port: httpsPort, authority: null, localOnly: false }

export const hostOf = ({ cell, tls, platform }: CellFacts): HostFacts => hostFacts(cell, tls, platform.demo)

/** Where intake finds a scanner that is reached by TCP. */
export const relaysOf = ({ paths, cell }: CellFacts): readonly RelayFact[] =>
  tcpScanners(cell.scanners).map(({ name, host, port }, at) => ({ name, host, port, path: relayPath(paths, cell.id, at) }))

/** Scanners as intake asks them: on their own sockets, or on the scout's. */
const scannersOf = (facts: CellFacts): readonly ScannerFact[] => {
  const relays = new Map(relaysOf(facts).map(({ name, path }) => [name, path]))
  return facts.cell.scanners.map(({ at, ...scanner }) => ({ ...scanner, path: 'path' in at ? at.path : relays.get(scanner.name) ?? '' }))
}

const vaultFiles = (keys: string) => ({ keyTable: `${keys}/keys.sqlite`, rootFile: rootFile(keys) })
export const rootFile = (keys: string): string => `${keys}/root.sealed`
