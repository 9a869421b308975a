/** Memory of a process and all its descendants: proportional set size, so that shared pages count once. */
import { readdirSync, readFileSync } from 'node:fs'

const statOf = (pid: number): { readonly parent: number } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return { parent: Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]) }
  } catch {
    return undefined
  }
}

const pssKiB = (pid: number): number => {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

export const descendants = (root: number): readonly number[] => {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const stat = statOf(pid)
    if (stat !== undefined) parents.set(pid, stat.parent)
  }
  const found = new Set([root])
  for (let grew = true; grew; ) {
    grew = false
    for (const [pid, parent] of parents) {
      if (found.has(parent) && !found.has(pid)) {
        found.add(pid)
        grew = true
      }
    }
  }
  return [...found]
}

export const treeKiB = (root: number): number => descendants(root).reduce((sum, pid) => sum + pssKiB(pid), 0)
