/** `account import`: many accounts of one ISP from a file, with a dry run, a report of what failed, and a way to go on. */
import { stderr } from 'node:process'
import type { Command } from 'commander'
import { readDomains } from '../../supervisor/domains.ts'
import { common, platformOf, show, type CommonOptions } from '../context.ts'
import { errorFileOf, runImport, type ImportCounts } from '../import/import.ts'
import type { ImportRow } from '../import/rows.ts'
import { bytesFrom } from '../measures.ts'
import { granted } from '../refusal-text.ts'
import { domainOf, withIsp, type Desk } from '../session.ts'

interface ImportOptions extends CommonOptions {
  readonly dryRun?: boolean
}

const passwordCharactersMin = 8

const why = (error: unknown): string =>
  error instanceof Error && error.name === 'CannotDo' ? error.message : 'the platform has a fault; import again to go on'

const addTo = (desk: Desk) => async (row: ImportRow): Promise<string | undefined> => {
  try {
    const reply = await desk.ask('accountAdd', {
      address: row.address, password: Buffer.from(row.password, 'utf8').toString('base64'), quotaBytes: bytesFrom(row.quota),
    })
    const known = reply.is === 'refused' && reply.refusal === 'exists'
    if (!known) granted(row.address, reply)
    for (const alias of row.aliases) {
      const answer = await desk.ask('aliasAdd', { alias, address: row.address })
      if (answer.is === 'refused' && answer.refusal !== 'exists') granted(alias, answer)
    }
    return known ? 'exists' : undefined
  } catch (error) {
    return why(error)
  }
}

/** What can be said of a row without changing anything. */
const look = (domains: readonly string[]) => async (row: ImportRow): Promise<string | undefined> => {
  try {
    bytesFrom(row.quota)
    if (row.password.length < passwordCharactersMin) return 'the password is too short'
    const foreign = [row.address, ...row.aliases].find((address) => !domains.includes(domainOf(address)))
    return foreign === undefined ? undefined : `${foreign}: that domain is not one of this ISP`
  } catch (error) {
    return why(error)
  }
}

const progressEvery = 25

/** One line that is written over, at a terminal only. */
const progress = (counts: Readonly<ImportCounts>): void => {
  if (!stderr.isTTY || counts.rows % progressEvery !== 0) return
  stderr.write(`\r${counts.rows} rows: ${counts.added} added, ${counts.skipped} there already, ${counts.failed} failed `)
}

export const registerAccountImport = (account: Command): void => {
  common(account.command('import <isp> <file>').description('add accounts from CSV or NDJSON: address, password, quota, aliases'))
    .option('--dry-run', 'look at every row, change nothing')
    .action((isp: string, file: string, options: ImportOptions) => withIsp(options, isp, async ({ desk }, cell) => {
      const dryRun = options.dryRun === true
      const domains = readDomains(platformOf(options).data)[cell.id] ?? []
      const counts = await runImport({ file, dryRun, add: dryRun ? look(domains) : addTo(desk), progress })
      if (stderr.isTTY) stderr.write('\r')
      show(options, { ...counts, dryRun, errors: errorFileOf(file) }, [
        `${counts.rows} rows: ${counts.added} ${dryRun ? 'can be added' : 'added'}, ${counts.skipped} there already, ${counts.failed} failed`,
        ...(counts.failed > 0 ? [`${errorFileOf(file)} says which lines and why; mend them and import the file again`] : []),
      ])
      if (counts.failed > 0) process.exitCode = 1
    }))
}
