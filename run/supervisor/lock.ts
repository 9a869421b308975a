/**
 * One supervisor for one data directory. The lock is a file that names its holder by process number and start time, so
 * that a number used again by somebody else does not look like a living holder.
 */
import { linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '@bulkhead/base/fault.ts'

export interface Holder {
  readonly pid: number
  readonly startedAt: string
  /** `up`, or the command that needed a part of the platform for a moment. */
  readonly purpose: string
}

const pollMs = 100
const attemptsMax = 5

/** When a process began, in clock ticks since boot (proc(5), field 22); undefined where there is none. */
const startTimeOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

const lockFile = (data: string): string => join(data, 'lock')

const readHolder = (data: string): Holder | undefined => {
  try {
    const value = JSON.parse(readFileSync(lockFile(data), 'utf8')) as Partial<Holder>
    return typeof value.pid === 'number' ? { pid: value.pid, startedAt: value.startedAt ?? '', purpose: value.purpose ?? '' } : undefined
  } catch {
    return undefined
  }
}

/** Who runs the platform in `data` now. */
export const holderOf = (data: string): Holder | undefined => {
  const holder = readHolder(data)
  return holder !== undefined && startTimeOf(holder.pid) === holder.startedAt ? holder : undefined
}

/** Takes the lock if nobody living has it: a hard link either appears or does not. */
const take = (data: string, purpose: string): boolean => {
  const mine = `${lockFile(data)}.${process.pid}`
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startTimeOf(process.pid), purpose }))
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      try {
        linkSync(mine, lockFile(data))
        return true
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
        if (holderOf(data) !== undefined) return false
        rmSync(lockFile(data), { force: true })
      }
    }
    return false
  } finally {
    unlinkSync(mine)
  }
}

/** Waits for commands that hold it for a moment, never for another `up`. Throws where it stays taken. */
export const takeLock = async (data: string, purpose: string, waitMs: number): Promise<Disposable> => {
  const until = Date.now() + waitMs
  while (!take(data, purpose)) {
    const holder = holderOf(data)
    if (holder?.purpose === 'up') {
      throw new Fault('misconfigured', `the platform in ${data} is running already (process ${holder.pid}); stop it with: kill ${holder.pid}`)
    }
    if (Date.now() > until) {
      throw new Fault('misconfigured', `${data} is in use by process ${holder?.pid ?? '?'} (${holder?.purpose ?? '?'}); try again when it has ended`)
    }
    await sleep(pollMs)
  }
  return {
    [Symbol.dispose]() {
      if (readHolder(data)?.pid === process.pid) rmSync(lockFile(data), { force: true })
    },
  }
}
