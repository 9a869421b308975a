/** `up`: runs the platform in the foreground until SIGTERM or Ctrl-C. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { lineLog } from '@bulkhead/base/log.ts'
import { writeDurably } from '../../config/edit.ts'
import { demoConfigText } from '../../config/demo.ts'
import { findPlatform, foundPlatform, logDirectory } from '../../supervisor/paths.ts'
import { openLogFile } from '../../supervisor/log-file.ts'
import { startPlatform, type Platform } from '../../supervisor/platform.ts'
import { banner } from '../banner.ts'
import { CannotDo, common, configOf, dataOf, say, type CommonOptions } from '../context.ts'
import { serveControl } from '../control-door.ts'
import { seedDemo } from '../demo-seed.ts'

interface UpOptions extends CommonOptions {
  readonly demo?: boolean
}

const prepare = (options: UpOptions) => {
  const data = dataOf(options)
  const config = options.config ?? join(data, 'bulkhead.yaml')
  if (!existsSync(config) && options.demo !== true) {
    throw new CannotDo(`there is no ${config}; begin with --demo, with: ./bulkhead isp add ID --name NAME, or copy one from docs/samples`)
  }
  const fresh = findPlatform(data, options.config, process.env) === undefined
  if (existsSync(config) && fresh) configOf({ id: '', root: false, data, config, safe: '', runtime: '' })
  foundPlatform(data)
  if (!existsSync(config)) writeDurably(config, demoConfigText, 0o600)
  const paths = findPlatform(data, options.config, process.env)
  if (paths === undefined) throw new CannotDo(`${data} can't be made a platform's data directory`)
  return paths
}

/** Under nohup a hang-up is ignored from the start, and stays so (proc(5), SigIgn, bit of signal 1). */
const hangUpIsIgnored = (): boolean => {
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'
  return (BigInt(`0x${mask}`) & 1n) === 1n
}

/** Resolves at the first signal to stop. */
const stopSignal = () => {
  const asked = Promise.withResolvers<void>()
  const onSignal = (): void => asked.resolve()
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  if (!hangUpIsIgnored()) process.on('SIGHUP', onSignal)
  // Whoever read the output may go away; the mail goes on.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  return asked
}

const trouble = (line: string): void => {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`)
}

/** `program` replaces the program of every process: the breach drill's negative control runs another image. */
export const up = async (options: UpOptions, program?: string): Promise<void> => {
  const startedMs = Date.now()
  const asked = stopSignal()
  const paths = prepare(options)
  const config = configOf(paths)
  if (config.cells.length === 0) throw new CannotDo(`${paths.config} has no cells; add one with: ./bulkhead isp add ID --name NAME`)
  const starting = startPlatform({ paths, config, purpose: 'up', say: trouble, ...(program === undefined ? {} : { program }) })
  let platform: Platform
  try {
    platform = await starting
  } catch (error) {
    trouble('the platform did not start; everything that was begun has been stopped')
    throw error
  }
  const supervisorLog = openLogFile(join(logDirectory(paths), 'supervisor.ndjson'))
  const log = lineLog({ process: 'supervisor' }, (line) => supervisorLog.write(line.trimEnd()))
  try {
    if (config.demo) await seedDemo(platform)
    await using control = await serveControl(platform, new Date(startedMs).toISOString(), log, asked.resolve)
    void control
    for (const line of banner(config, paths, Date.now() - startedMs)) say(line)
    log.info('up', { tookMs: Date.now() - startedMs })
    await asked.promise
  } finally {
    await platform.stop()
    log.info('down')
  }
  say('stopped')
}

export const registerUp = (program: Command): void => {
  common(program.command('up').description('run the platform in the foreground'))
    .option('--demo', 'where there is no configuration yet, make one with two sample ISPs')
    .action(async (options: UpOptions) => {
      await up(options)
      process.exit(0)
    })
}
