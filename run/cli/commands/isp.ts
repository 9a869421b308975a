/** `isp`: the platform's tenants, each a cell. Adding one to a running platform starts its cell. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { realSealing } from '@bulkhead/seal/real-sealing.ts'
import { split } from '@bulkhead/seal/shares.ts'
import type { CellConfig, PlatformConfig } from '../../config/config.ts'
import { portBaseMax } from '../../config/config.ts'
import { addCell, writeDurably } from '../../config/edit.ts'
import { findPlatform, foundPlatform, type PlatformPaths } from '../../supervisor/paths.ts'
import { CannotDo, common, configOf, dataOf, platformOf, show, table, type CommonOptions } from '../context.ts'
import { wholeFrom } from '../measures.ts'
import { granted } from '../refusal-text.ts'
import { control, openDesk } from '../session.ts'

interface AddOptions extends CommonOptions {
  readonly name: string
  readonly address?: string
  readonly portBase?: string
  readonly hostName?: string
  readonly custodians: string
  readonly needed: string
  readonly escrow: boolean
}

const portStep = 10_000
const custodiansMax = 20
const emptyConfig = `# Bulkhead. docs/operating.md explains every setting; ./bulkhead doctor says what is wrong and how to mend it.

operator: Bulkhead
demo: false
cells: []
routes: []
`

/** A place that no cell has: the next ten thousand on the same address. */
const freePortBase = (config: PlatformConfig, address: string): number => {
  const taken = new Set(config.cells.filter((cell) => cell.address === address).map(({ portBase }) => portBase))
  for (let base = portStep; base <= portBaseMax; base += portStep) if (!taken.has(base)) return base
  throw new CannotDo(`all of ${address} is taken; give --address of another, or --port-base`)
}

const ensurePlatform = (options: CommonOptions): PlatformPaths => {
  const data = dataOf(options)
  foundPlatform(data)
  const paths = findPlatform(data, options.config, process.env)
  if (paths === undefined) throw new CannotDo(`${data} can't be made a platform's data directory`)
  if (!existsSync(paths.config)) writeDurably(paths.config, emptyConfig, 0o600)
  return paths
}

export const recoveryDirectory = (paths: PlatformPaths, isp: string): string => join(paths.data, 'recovery', isp)

/** The ISP's recovery key: the public half goes into the configuration, the private one exists only in its shares. */
const makeRecoveryKey = (paths: PlatformPaths, isp: string, needed: number, count: number): string => {
  const folder = recoveryDirectory(paths, isp)
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new CannotDo(`${folder} holds shares of an earlier key; give them to their custodians first`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { publicKey, privateKey } = realSealing.newKeyPair()
  for (const [at, share] of split(privateKey, needed, count).entries()) {
    const text = [
      `Recovery key of ${isp}: share ${at + 1} of ${count}; any ${needed} of them bring it back.`,
      'Keep it away from the platform and from the other shares. Take it from this machine now.',
      share.declassify().toString('base64'),
    ]
    writeDurably(join(folder, `share-${at + 1}.txt`), `${text.join('\n')}\n`, 0o600)
  }
  return publicKey.toString('base64')
}

const refuseKnown = (config: PlatformConfig, id: string): void => {
  if (config.cells.some((cell) => cell.id === id)) throw new CannotDo(`the ISP "${id}" is there already; ./bulkhead isp list shows all`)
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(id)) throw new CannotDo(`"${id}" can't be an ISP's id; use small letters, digits and hyphens, beginning with a letter`)
}

/** Where a platform runs it takes on the new cell; then the cell has its first brand. */
const begin = async (paths: PlatformPaths, config: PlatformConfig, id: string, name: string): Promise<boolean> => {
  using running = await control(paths)
  if (running !== undefined) {
    const reply = await running.ask('reload', {})
    if (reply.is === 'refused') throw new CannotDo(`${id} is configured but did not start (${reply.refusal}); data/log/supervisor.ndjson says why`)
  }
  await using session = await openDesk(paths, config, id)
  granted(`brand ${id}`, await session.desk.ask('brandAdd', { brand: id, name }))
  return running !== undefined
}

const add = async (id: string, options: AddOptions): Promise<void> => {
  const needed = wholeFrom(options.needed, '--needed', 2, custodiansMax)
  const custodians = wholeFrom(options.custodians, '--custodians', needed, custodiansMax)
  const paths = ensurePlatform(options)
  const before = configOf(paths)
  refuseKnown(before, id)
  const address = options.address ?? '127.0.0.1'
  const portBase = options.portBase === undefined
    ? (options.address === undefined || before.demo ? freePortBase(before, address) : 0)
    : wholeFrom(options.portBase, '--port-base', 0, portBaseMax)
  const cell = { id, isp: id, name: options.name, address, portBase, hostName: options.hostName ?? `mx.${id}.example` }
  const escrow = options.escrow ? makeRecoveryKey(paths, id, needed, custodians) : undefined
  const config = addCell(paths.config, { ...cell, ...(escrow === undefined ? {} : { escrow }) })
  const started = await begin(paths, config, id, options.name)
  show(options, { ...cell, started }, [
    `ISP ${id} added: ${address}, ports from ${portBase} (SMTP ${portBase + 25}, IMAP ${portBase + 143})${started ? ', running' : ''}`,
    ...(escrow === undefined ? [] : [
      `recovery key: ${custodians} shares in ${recoveryDirectory(paths, id)}, of which ${needed} bring it back;`,
      '  hand each to its custodian and remove it from this machine',
    ]),
  ])
}

const rowOf = (cell: CellConfig): readonly string[] => [cell.isp, cell.id, cell.name, cell.address, String(cell.portBase), cell.hostName]

export const registerIsp = (program: Command): void => {
  const isp = program.command('isp').description('the platform\'s ISPs, each a cell')
  common(isp.command('add <id>').description('add an ISP with a cell of its own').requiredOption('--name <name>', 'name as people read it'))
    .option('--address <ip>', 'address it listens on (default: 127.0.0.1)')
    .option('--port-base <n>', 'added to every well-known port (default: the next free ten thousand; 0 with --address)')
    .option('--host-name <name>', 'what it calls itself (default: mx.ID.example)')
    .option('--custodians <n>', 'into how many shares the recovery key is split', '3')
    .option('--needed <k>', 'how many shares bring it back', '2')
    .option('--no-escrow', 'no recovery key: a forgotten password means lost mail')
    .action(add)
  common(isp.command('list').description('list ISPs')).action((options: CommonOptions) => {
    const { cells } = configOf(platformOf(options))
    const isps = cells.map(({ id, isp: of, name, address, portBase, hostName }) => ({ id, isp: of, name, address, portBase, hostName }))
    show(options, { isps }, table(['ISP', 'CELL', 'NAME', 'ADDRESS', 'PORTS', 'HOST NAME'], cells.map(rowOf)))
  })
}
