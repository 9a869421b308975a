/** What every command shares: its options, how it speaks, how it fails. */
import { Command } from 'commander'
import { Fault } from '@bulkhead/base/fault.ts'
import { ConfigRefused, type PlatformConfig } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { dataDirectory, findPlatform, type PlatformPaths } from '../supervisor/paths.ts'

export interface CommonOptions {
  readonly data?: string
  readonly config?: string
  readonly json?: boolean
}

/** A command that can't do what was asked, in one line that says what to do. Exit code 1. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo'
}

export const common = (command: Command): Command =>
  command
    .option('--data <dir>', 'data directory (default: $BULKHEAD_DATA, else ./data of the checkout)')
    .option('--config <file>', 'configuration file (default: bulkhead.yaml in the data directory)')
    .option('--json', 'print JSON')

export const dataOf = (options: CommonOptions): string => dataDirectory(options.data, process.env)

export const platformOf = (options: CommonOptions): PlatformPaths => {
  const data = dataOf(options)
  const paths = findPlatform(data, options.config, process.env)
  if (paths !== undefined) return paths
  throw new CannotDo(`there is no platform in ${data}; make one with: ./bulkhead up --demo --data ${data}, or name another with --data`)
}

export const configOf = (paths: PlatformPaths): PlatformConfig => loadConfig(paths.config)

export const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Prints the value as JSON where that was asked for, else the lines. */
export const show = (options: CommonOptions, value: object, lines: readonly string[]): void => {
  if (options.json === true) say(JSON.stringify(value, null, 2))
  else for (const line of lines) say(line)
}

/** Columns as wide as their widest cell. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)))
  const line = (row: readonly string[]): string => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd()
  return [line(head), ...rows.map(line)]
}

const faultText = (fault: Fault): string => {
  switch (fault.code) {
    case 'misconfigured': return fault.detail
    case 'doorAway': return 'a part of the platform does not answer; ./bulkhead status shows which, ./bulkhead doctor why'
    case 'doorBusy':
    case 'doorTimeout':
    case 'overloaded': return 'the platform is too busy or found a fault; nothing is known to have changed. Try again; the logs below data/log say more'
    case 'databaseAway': return 'the database does not answer; ./bulkhead status shows more, data/log/postgres.log why'
    case 'vaultAway': return 'the vault does not answer; ./bulkhead status shows more'
    case 'scannerAway': return 'a scanner does not answer; log/*-intake*.ndjson in the data directory says which'
    case 'storageFailed': return 'the disk refused; is it full? df -h shows'
    case 'corrupt': return 'something stored is damaged; data/log says what. Restore from a backup before going on'
  }
}

/** One line, and what to do. Bugs keep their stack for the report. */
export const explain = (error: unknown): string => {
  if (error instanceof CannotDo || error instanceof ConfigRefused) return error.message
  if (error instanceof Fault) return faultText(error)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
