/**
 * What every fresh platform makes again and that is the same each time: an empty cluster and compiled code. Kept from the
 * first one of a machine and given to the next, so that tests spend their seconds on what they test.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedPrograms } from '@bulkhead/run/postgres/hydrate.ts'
import { findPlatform, foundPlatform, postgresDirectory } from '@bulkhead/run/supervisor/paths.ts'
import { clusterSeed, copyWhole } from '../postgres/cluster.ts'
import { unprivileged } from '../postgres/harness.ts'

/** By then so much of the code may have changed that keeping it anew is worth it. */
const codeKeptMs = 3_600_000

const codeSeed = (root: string): string =>
  join(tmpdir(), `bh-code-${process.getuid?.() ?? 0}-${createHash('sha256').update(`${root} ${process.version}`).digest('hex').slice(0, 16)}`)

const codeOf = (data: string): string => join(data, 'code-cache')

/** Before the first start of the platform in `data`, whose safe is to lie in `safe`. */
export const seedPlatform = async (data: string, safe: string, root: string): Promise<void> => {
  foundPlatform(data)
  const paths = findPlatform(data, undefined, { ...process.env, BULKHEAD_SAFE: safe })
  if (paths === undefined) throw new Error(`no platform was founded in ${data}`)
  const cluster = await clusterSeed(embeddedPrograms(), await unprivileged())
  mkdirSync(paths.safe, { recursive: true, mode: 0o700 })
  writeFileSync(join(paths.safe, 'platform.json'), JSON.stringify({ postgres: cluster.password.declassify() }), { mode: 0o600 })
  copyWhole(cluster.data, postgresDirectory(paths))
  const code = codeSeed(root)
  if (existsSync(code) && statSync(code).uid === process.getuid?.()) copyWhole(code, codeOf(data))
}

/** After its start. */
export const keepCode = (data: string, root: string): void => {
  const code = codeSeed(root)
  if (existsSync(code) && Date.now() - statSync(code).mtimeMs < codeKeptMs) return
  const unfinished = mkdtempSync(`${code}-`)
  copyWhole(`${codeOf(data)}/.`, unfinished)
  rmSync(code, { recursive: true, force: true })
  try {
    renameSync(unfinished, code)
  } catch {
    // Another test file was quicker.
    rmSync(unfinished, { recursive: true, force: true })
  }
}
