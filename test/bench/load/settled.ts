/** Waits until what a server does behind its sessions is done: it tidies up after a filling for as long as that takes. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendants } from './memory.ts'

const lookMs = 3_000
/** CPU time between two looks below which nothing but clocks is going on. */
const quietMs = 300
/** Between one work and the next there may be a pause. */
const quietLooks = 3
/** Linux counts CPU time in ticks of a hundredth of a second. */
const tickMs = 10

const cpuMs = (pid: number): number => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch {
    return 0
  }
}

/** `pid`: with its descendants it is the server. False where it is busy still when the time is over. */
export const settled = async (pid: number, secondsMax: number): Promise<boolean> => {
  const spent = (): number => descendants(pid).reduce((sum, one) => sum + cpuMs(one), 0)
  let before = spent()
  let quiet = 0
  for (let waitedMs = 0; waitedMs < secondsMax * 1_000; waitedMs += lookMs) {
    await sleep(lookMs)
    const now = spent()
    quiet = now - before < quietMs ? quiet + 1 : 0
    if (quiet === quietLooks) return true
    before = now
  }
  return false
}
