/**
 * A real platform for tests: `./bulkhead up` in a scratch directory with ports of its own, spoken to only through the
 * command line and the mail protocols, as its operator and its customers do.
 */
import { spawn, execFile, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricsOffset } from '../ports.ts'
import { rememberWords, watchOver } from './last-words.ts'
import { keepCode, seedPlatform } from './seed.ts'

export const projectRoot = new URL('../../', import.meta.url).pathname
const command = join(projectRoot, 'bulkhead')

const startSeconds = 240
/** Longer than any command waits for. */
const cliMs = 300_000

export interface CliAnswer {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface PlatformOptions {
  /**
   * `settings`: further lines of the cell, such as `mailrooms: 2`. ManageSieve listens only where it is asked for: its port lies so far
   * above the others that it would be another platform's, or among those the kernel gives out.
   */
  readonly cells: readonly { readonly id: string; readonly name: string; readonly portBase: number; readonly settings?: readonly string[]; readonly manageSieve?: true }[]
  /** Without it beside the first cell's. */
  readonly metricsPort?: number
  /** `domain` to a loopback port, for outside worlds that a test plays. */
  readonly routes?: readonly { readonly domain: string; readonly host: string; readonly port: number; readonly login?: { readonly name: string; readonly password: string } }[]
  /** Replaces `./bulkhead`: another image (`test/unsealed`, `test/near`). */
  readonly program?: readonly string[]
  /** Keeps using this directory instead of a new one. */
  readonly directory?: string
}

export interface Platform extends AsyncDisposable {
  readonly directory: string
  readonly data: string
  readonly pid: number
  readonly options: PlatformOptions
  cli(args: readonly string[], input?: string): Promise<CliAnswer>
  /** As `cli`, and throws unless it exits 0. */
  must(args: readonly string[], input?: string): Promise<string>
  portOf(cell: string, wellKnown: number): number
  /** The supervisor's process, so that a test can end it rudely. */
  readonly child: ChildProcess
  stop(): Promise<void>
}

const configuration = ({ cells, metricsPort = (cells[0]?.portBase ?? 0) + metricsOffset, routes = [] }: PlatformOptions): string => `
demo: true
metrics:
  port: ${metricsPort}
cells:
${cells
  .map(
    ({ id, name, portBase, manageSieve = false, settings = ['limits: { connectionsPerPeer: 5000 }'] }) => `  - id: ${id}
    isp: ${id}
    name: ${name}
    address: 127.0.0.1
    portBase: ${portBase}
    hostName: mx.${id}.example
    manageSieve: ${manageSieve}
${settings.map((line) => `    ${line}\n`).join('')}`,
  )
  .join('')}routes:${routes.length === 0 ? ' []' : ''}
${routes.map((route) => `  - ${JSON.stringify(route)}`).join('\n')}
`

/** The safe stays with the scratch directory, so that tests leave nothing on the machine. */
const environment = (directory: string): NodeJS.ProcessEnv => ({ ...process.env, BULKHEAD_SAFE: join(directory, 'safe') })

const run = (program: readonly string[], args: readonly string[], directory: string, input?: string): Promise<CliAnswer> =>
  new Promise((resolve) => {
    const [file = command, ...first] = program
    const child = execFile(file, [...first, ...args], { env: environment(directory), cwd: directory, timeout: cliMs, maxBuffer: 64 * 1024 * 1024 }, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, out, err })
    })
    child.stdin?.end(input ?? '')
  })

export const startPlatform = async (options: PlatformOptions): Promise<Platform> => {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'bulkhead-test-'))
  const data = join(directory, 'data')
  mkdirSync(data, { recursive: true })
  if (options.directory === undefined) await seedPlatform(data, join(directory, 'safe'), projectRoot)
  const config = join(data, 'bulkhead.yaml')
  if (options.directory === undefined) writeFileSync(config, configuration(options))
  const log = openSync(join(directory, 'up.log'), 'a')
  // Whatever becomes of the test, its platform is told to stop (prctl(2), PR_SET_PDEATHSIG).
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', ...(options.program ?? [command]), 'up', '--data', data], {
    env: environment(directory), cwd: directory, stdio: ['ignore', log, log],
  })
  watchOver(directory)
  const died = new Promise<never>((_, reject) =>
    child.once('exit', (code) => reject(new Error(`the platform ended with ${code}:\n${readFileSync(join(directory, 'up.log'), 'utf8').slice(-3_000)}`))),
  )
  died.catch(() => undefined)
  const cli = (args: readonly string[], input?: string): Promise<CliAnswer> => run([command], [...args, '--data', data], directory, input)
  const must = async (args: readonly string[], input?: string): Promise<string> => {
    const answer = await cli(args, input)
    if (answer.code !== 0) throw new Error(`bulkhead ${args.join(' ')} exited ${answer.code}: ${answer.err || answer.out}`)
    return answer.out
  }
  await Promise.race([must(['status', '--wait', String(startSeconds)]), died])
  if (options.program === undefined) keepCode(data, projectRoot)
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }
  return {
    directory,
    data,
    pid: child.pid ?? 0,
    options,
    child,
    cli,
    must,
    portOf: (cell, wellKnown) => (options.cells.find(({ id }) => id === cell)?.portBase ?? 0) + wellKnown,
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      rememberWords(directory)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Accounts of one ISP, with one start of the command line. */
export const importAccounts = async (platform: Platform, isp: string, rows: readonly { readonly address: string; readonly password: string }[]): Promise<void> => {
  const file = join(platform.directory, `accounts-${isp}.ndjson`)
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), { mode: 0o600 })
  const { added } = JSON.parse(await platform.must(['account', 'import', isp, file, '--json'])) as { readonly added: number }
  rmSync(file)
  if (added !== rows.length) throw new Error(`${added} of ${rows.length} accounts were added`)
}

/** A domain and accounts named by their local parts, all with one password. */
export const plantAccounts = async (platform: Platform, isp: string, domain: string, localParts: readonly string[], password: string): Promise<void> => {
  const domains = await platform.must(['domain', 'list', isp])
  if (!domains.includes(domain)) await platform.must(['domain', 'add', isp, domain])
  await importAccounts(platform, isp, localParts.map((localPart) => ({ address: `${localPart}@${domain}`, password })))
}
