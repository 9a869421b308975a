/** One cell, running: its processes in their order, the facts they are told of, and the changes that reach them while they run. */
import type { ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Fault } from '@bulkhead/base/fault.ts'
import type { Secret } from '@bulkhead/base/secret.ts'
import { knock } from '@bulkhead/door/client.ts'
import type { BrandLook } from '@bulkhead/door/contracts/brand.ts'
import type { DeskVerbs } from '@bulkhead/door/contracts/desk.ts'
import type { ProcessName, Route, TlsMaterial } from '@bulkhead/door/contracts/start.ts'
import { provision } from '@bulkhead/store/provision.ts'
import type { CellConfig, PlatformConfig } from '../config/config.ts'
import type { TlsFiles } from '../config/tls-files.ts'
import { cellProcesses, instancesOf, type ProcessRow } from '../processes.ts'
import type { BoundSocket } from './bound-socket.ts'
import { writesOf, type CellGround } from './cell-ground.ts'
import { codeCacheDirectory } from './code-cache.ts'
import { keep, type KeptProcess } from './keeper.ts'
import { launch, type Isolation } from './launch.ts'
import { openLogFile } from './log-file.ts'
import { doorPath, logDirectory, type PlatformPaths } from './paths.ts'
import { intakePaths, mailroomFacts, hostOf, startOf, stsServing, webServing, type CellFacts } from './starts.ts'
import { httpsMaterial, tlsMaterial, watchTls } from './tls-material.ts'

export interface CellContext {
  readonly paths: PlatformPaths
  readonly platform: PlatformConfig
  readonly isolation: Isolation
  readonly openFilesMax: number
  readonly program: string
  readonly adminUrl: Secret<string>
  readonly trustedCa: string | null
  /** Processes to start; not all of them when a command needs only a part. */
  readonly scope: readonly ProcessName[]
  onTrouble(what: string): void
}

export interface RunningCell {
  readonly config: CellConfig
  processes(): readonly KeptProcess[]
  /** Starts what faces the outside, once the routes are known. */
  open(routes: readonly Route[]): Promise<void>
  reroute(routes: readonly Route[]): void
  /** Takes on what may change while it runs. */
  change(config: CellConfig): void
  /** How its brands look, asked of its desk; pages at their names show it from then on. */
  dress(): Promise<void>
  /** The cell's domains, asked of its desk. */
  domains(): Promise<readonly string[]>
  stop(order: number, deadlineMs: number): Promise<void>
  close(): void
}

/** Processes of a start order below this one face nobody outside. */
const outsideOrder = 3

const facesNetwork = (url: Secret<string>): boolean => !/[?&]host=(?:%2F|\/)/i.test(url.declassify())

const databasesOf = async (context: CellContext, cell: CellConfig, ground: CellGround) => {
  try {
    return await provisioned(context, cell, ground)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'databaseAway') throw error
    throw new Fault('misconfigured', `the database of the cell ${cell.id} does not answer (${error.detail}); is it running, and is the URL right?`, error)
  }
}

const provisioned = (context: CellContext, cell: CellConfig, ground: CellGround) =>
  provision({
    adminUrl: context.adminUrl,
    cell: cell.id,
    passwords: {
      intake: ground.secrets.database('intake'), warden: ground.secrets.database('warden'), mailroom: ground.secrets.database('mailroom'),
      courier: ground.secrets.database('courier'), desk: ground.secrets.database('desk'),
    },
  })

export const startCell = async (
  context: CellContext,
  cell: CellConfig,
  ground: CellGround,
  sockets: readonly BoundSocket[],
): Promise<RunningCell> => {
  const { paths, scope } = context
  let facts: CellFacts = {
    paths, platform: context.platform, cell, secrets: ground.secrets, databases: await databasesOf(context, cell, ground), places: ground.places,
    tls: tlsMaterial(paths, cell), httpsTls: httpsMaterial(cell), trustedCa: context.trustedCa,
    hashesAtOnce: availableParallelism(), mailroomKeys: new Map(), intakes: new Set(),
    routes: [], looks: [], tracePublicKey: '',
  }
  /** By name. */
  const kept = new Map<string, KeptProcess>()

  const launched = (row: ProcessRow, own: string): ChildProcess =>
    launch({
      row, program: context.program, openFilesMax: context.openFilesMax,
      account: ground.accounts?.processes.get(own) ?? null,
      isolation: row.databases.length > 0 && facesNetwork(context.adminUrl) ? 'none' : context.isolation,
      codeCache: codeCacheDirectory(paths),
      writes: writesOf(paths, cell.id, row, own, ground),
      sockets: row.listens ? sockets.map(({ fd }) => fd) : [],
    })
  const tellMailrooms = (): void => {
    for (const name of ['warden', 'gate'] as const) kept.get(name)?.send({ say: 'mailrooms', mailrooms: mailroomFacts(facts, name) })
  }
  const tellKey = (own: string, key: string | undefined): void => {
    const others = [...facts.mailroomKeys].filter(([name]) => name !== own)
    facts = { ...facts, mailroomKeys: new Map(key === undefined ? others : [...others, [own, key]]) }
    tellMailrooms()
  }
  const tellIntake = (own: string, ready: boolean): void => {
    const others = [...facts.intakes].filter((name) => name !== own)
    facts = { ...facts, intakes: new Set(ready ? [...others, own] : others) }
    kept.get('gate')?.send({ say: 'intakes', intakes: intakePaths(facts) })
  }
  const begin = (row: ProcessRow, own: string): KeptProcess => {
    const log = openLogFile(join(logDirectory(paths), `${cell.id}-${own}.ndjson`))
    const { name } = row
    const process = keep({
      name: `${cell.id}/${own}`,
      launch: () => launched(row, own),
      start: () => {
        if (name === 'watch') throw new Fault('misconfigured', 'watch belongs to no cell')
        return startOf(facts, name, own)
      },
      onReady(publicKey) {
        if (name === 'mailroom' && publicKey !== undefined) tellKey(own, publicKey)
        if (name === 'vault' && publicKey !== undefined) facts = { ...facts, tracePublicKey: publicKey }
        if (name === 'intake') tellIntake(own, true)
      },
      // Nobody is sent to one that is gone, while others are there.
      onGone() {
        if (name === 'mailroom') tellKey(own, undefined)
        if (name === 'intake') tellIntake(own, false)
      },
      log: log.write,
      onTrouble: context.onTrouble,
    })
    kept.set(own, process)
    return process
  }
  const rowsOf = (wanted: (order: number) => boolean): readonly (readonly ProcessRow[])[] => {
    const rows = cellProcesses.filter(({ name, startOrder }) => scope.includes(name) && wanted(startOrder))
    return [...new Set(rows.map(({ startOrder }) => startOrder))].sort((a, b) => a - b).map((order) => rows.filter((row) => row.startOrder === order))
  }
  const beginAll = async (groups: readonly (readonly ProcessRow[])[]): Promise<void> => {
    for (const group of groups) await Promise.all(group.flatMap((row) => instancesOf(row, cell).map((own) => begin(row, own).ready)))
  }
  const newHttpsTls = (httpsTls: TlsMaterial): void => {
    facts = { ...facts, httpsTls }
    kept.get('gate')?.send({ say: 'httpsTls', tls: httpsTls })
  }
  const newTls = (tls: TlsMaterial): void => {
    facts = { ...facts, tls }
    kept.get('gate')?.send({ say: 'tls', tls })
    kept.get('desk')?.send({ say: 'host', host: hostOf(facts) })
  }

  const stop = async (order: number, deadlineMs: number): Promise<void> => {
    const due = cellProcesses.filter(({ stopOrder }) => stopOrder === order)
    await Promise.all(due.flatMap((row) => instancesOf(row, cell).map((own) => kept.get(own)?.stop(deadlineMs))))
  }
  try {
    await beginAll(rowsOf((order) => order < outsideOrder))
  } catch (error) {
    await Promise.all([...kept.values()].map((process) => process.stop(Date.now())))
    throw error
  }
  const watchFor = (files: TlsFiles | null, change: (tls: TlsMaterial) => void): Disposable | undefined =>
    files === null || !scope.includes('gate') ? undefined : watchTls(files, change, context.onTrouble)
  const watching = [watchFor(cell.tls, newTls), watchFor(cell.mtaSts.tls, newHttpsTls)]
  const desk = knock<DeskVerbs>(doorPath(paths, cell.id, 'desk', 'cli'))
  return {
    get config() {
      return facts.cell
    },
    change({ reception }) {
      facts = { ...facts, cell: { ...facts.cell, reception } }
      for (const [own, process] of kept) if (own === 'gate' || own.startsWith('intake')) process.send({ say: 'reception', reception })
    },
    processes: () => [...kept.values()],
    async open(routes) {
      facts = { ...facts, routes }
      await beginAll(rowsOf((order) => order >= outsideOrder))
    },
    reroute(routes) {
      facts = { ...facts, routes }
      kept.get('courier')?.send({ say: 'routes', routes })
      kept.get('gate')?.send({ say: 'sts', sts: stsServing(facts) })
      // Where the certificate is ours, it names the new domains' policy hosts too.
      if (cell.tls === null) newTls(tlsMaterial(paths, cell))
    },
    async dress() {
      const reply = await desk.ask('brandList', {})
      const brands = reply.is === 'answered' ? reply.answer.brands : []
      const looks = await Promise.all(brands.map(async ({ brand }) => {
        const its = await desk.ask('brandLook', { brand })
        return its.is === 'answered' && its.answer.look !== null ? [JSON.parse(its.answer.look) as BrandLook] : []
      }))
      facts = { ...facts, looks: looks.flat() }
      kept.get('gate')?.send({ say: 'web', web: webServing(facts) })
    },
    async domains() {
      const reply = await desk.ask('domainList', {})
      return reply.is === 'answered' ? reply.answer.domains.map(({ domain }) => domain) : []
    },
    stop,
    close() {
      for (const watched of watching) watched?.[Symbol.dispose]()
      desk[Symbol.dispose]()
      for (const socket of sockets) socket[Symbol.dispose]()
    },
  }
}
