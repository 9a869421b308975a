/**
 * What an earlier run left in a data directory: a live server whose supervisor was killed, orphans of a killed server,
 * or a stale lock file whose process number now belongs to somebody else. Afterwards a server can start there.
 * The caller makes sure that no other supervisor uses the directory.
 */
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '@bulkhead/base/fault.ts'

const pollMs = 25
const fastShutdownMs = 60_000
const orphansLeaveMs = 5_000

/** Every process of a PostgreSQL server has its data directory as working directory. */
const processesIn = (directory: string): readonly number[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return readlinkSync(`/proc/${name}/cwd`) === directory ? [Number(name)] : []
    } catch {
      return [] // gone meanwhile, or another account's
    }
  })

const lockFileSays = (dataDirectory: string): number | undefined => {
  try {
    const pid = Number(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
    return Number.isInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // gone meanwhile
    }
  }
}

const goneWithin = async (directory: string, ms: number): Promise<boolean> => {
  for (let waited = 0; waited <= ms; waited += pollMs) {
    if (processesIn(directory).length === 0) return true
    await sleep(pollMs)
  }
  return false
}

export type Leftover = 'nothing' | 'stopped' | 'orphansLeft'

export const clearLeftover = async (dataDirectory: string, socketDirectory: string): Promise<Leftover> => {
  const directory = realpathSync(dataDirectory)
  const postmaster = lockFileSays(directory)
  const alive = processesIn(directory)
  let found: Leftover = 'nothing'
  if (postmaster !== undefined && alive.includes(postmaster)) {
    found = 'stopped'
    signal([postmaster], 'SIGINT')
    if (!(await goneWithin(directory, fastShutdownMs))) signal([postmaster], 'SIGQUIT')
  } else if (alive.length > 0) found = 'orphansLeft'
  if (!(await goneWithin(directory, orphansLeaveMs))) signal(processesIn(directory), 'SIGKILL')
  if (!(await goneWithin(directory, orphansLeaveMs))) {
    throw new Fault('misconfigured', `processes ${processesIn(directory).join(' ')} still use ${directory} and can't be ended`)
  }
  // PostgreSQL itself gives up if a lock file's process number lives, whosoever it is by now (low numbers in a container).
  rmSync(join(directory, 'postmaster.pid'), { force: true })
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) rmSync(join(socketDirectory, name), { force: true })
  return found
}
