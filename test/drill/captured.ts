/**
 * What a process may hold while it runs, by `SECURITY.md` ("What each process can lose"): everything else that was planted must not be
 * in its memory. Gate, intake and mailroom carry mail, so what they hold meanwhile is theirs; there the drill shows that it can see.
 */
import { readFileSync } from 'node:fs'
import type { Platform } from '../platform/platform.ts'
import { memoryOf } from './memory.ts'
import type { Find, Needle, Scanner } from './scanner.ts'

export type Held = Readonly<Record<string, readonly Needle['class'][]>>

export const mayHold: Held = {
  watch: [],
  scout: ['I'],
  // Addresses cross it to be indexed, and header fields of what is sent to be signed.
  vault: ['A', 'K', 'Q'],
  // Devices and what they are called are added by it.
  warden: ['A', 'P', 'T', 'S'],
  // The key that notices of the provider are signed with is its own.
  desk: ['A', 'P', 'K'],
  courier: ['A', 'Q'],
  reader: ['M'],
}

interface Running {
  readonly name: string
  readonly pid: number | null
}

export interface Captured {
  readonly process: string
  readonly bytes: number
  readonly finds: readonly Find[]
}

const runningOf = async (platform: Platform, cell: string): Promise<readonly Running[]> => {
  const { platform: told } = JSON.parse(await platform.must(['status', '--json', '--wait', '60'])) as { platform: { watch: Running; cells: { id?: string; processes: Running[] }[] } }
  return [told.watch, ...told.cells.flatMap(({ processes }) => processes)].filter(({ name }) => name === 'watch' || name.startsWith(`${cell}/`))
}

/** A process that ends badly leaves no image of itself: whoever finds one has what it held. */
const mayDump = (pid: number): boolean => !/^Max core file size +0 +0 /m.test(readFileSync(`/proc/${pid}/limits`, 'utf8'))

/** Every process of the cell, and `watch`, or one of them: what was planted and lies in its memory. */
export const captureAll = async (platform: Platform, cell: string, scanner: Scanner, only?: string): Promise<readonly Captured[]> => {
  const captured: Captured[] = []
  for (const { name, pid } of await runningOf(platform, cell)) {
    if (only !== undefined && name !== `${cell}/${only}`) continue
    if (pid === null) throw new Error(`${name} does not run`)
    if (mayDump(pid)) throw new Error(`${name} may leave a core file`)
    const found = new Map<string, Find>()
    let bytes = 0
    for (const loot of memoryOf(name, pid)) {
      bytes += loot.bytes.length
      for (const find of scanner.scan(loot.where, loot.bytes, false)) found.set(find.name, find)
    }
    captured.push({ process: name.replace(/^.*\//, ''), bytes, finds: [...found.values()] })
  }
  return captured
}

/** What it holds and must not. */
export const beyond = ({ process, finds }: Captured): readonly Find[] => {
  const may = mayHold[process]
  return may === undefined ? [] : finds.filter((find) => !may.includes(find.class))
}
